"""急: a resident may call an order urgent within bounds; until a worker has looked it counts as the rules say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.areas.models import RuleValue
from chunshui.kernel.errors import Refused
from chunshui.needs import commands, queries
from chunshui.needs.models import Need
from chunshui.needs.states import Priority, State
from tests.factories import needs as make
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
URGENT = {"urgent_reason": "medical", "urgent_words": "药今晚就断了"}


def place(actor, resident, **more):
    values = {"resident_id": resident.pk, "channel": "web", "service_code": make.service().code, "area_id": resident.community_id}
    return commands.place_need(**{"actor": actor, **values, "address": "莺花巷 27 号", "now": make.NOON, **more})


def refused(code, field, call):
    before = snapshot()
    with pytest.raises(Refused) as caught:
        call()
    assert (caught.value.code, list(caught.value.fields)) == (code, [field])
    assert snapshot() == before


def set_rule(area, key, value):
    RuleValue.objects.create(area=area, key=key, value=value, effective_on="2026-01-01", reason="试", set_by_id=1, set_at=make.NOON)


def test_urgent_is_looked_at_within_the_hour_and_says_why(resident, coordinator):
    need = place(resident, resident, **URGENT)
    assert (need.priority, need.due_at, need.urgent_words) == (Priority.URGENT, make.NOON + timedelta(minutes=60), "药今晚就断了")
    assert queries.history(coordinator, need)[0].words == "点了单（网上），说是急事：看病、取药等不了。药今晚就断了"


def test_the_worker_decides_how_urgent_it_is(resident, coordinator):
    need = place(resident, resident, **URGENT)
    accepted = commands.accept_need(actor=coordinator, need_id=need.pk, priority=2, now=make.NOON)
    assert (accepted.priority, accepted.due_at) == (Priority.NORMAL, make.NOON + timedelta(minutes=1440))


@pytest.mark.parametrize("level", [2, 3, 4])
def test_the_district_decides_what_a_residents_word_counts(resident, district, level):
    set_rule(district, "needs.resident_urgent_priority", level)
    assert place(resident, resident, **URGENT).priority == level


@pytest.mark.parametrize(
    ("code", "field", "more"),
    [
        ("unknown_code", "urgent_reason", {"urgent_reason": "fire"}),
        ("no_urgent_words", "urgent_words", {"urgent_words": " "}),
        ("too_long", "urgent_words", {"urgent_words": "急" * 121}),
        (
            "urgent_later",
            "urgent_reason",
            {"wish": "window", "wish_from": make.NOON + timedelta(hours=25), "wish_until": make.NOON + timedelta(hours=26)},
        ),
        (
            "urgent_weekly",
            "urgent_reason",
            {"repeat": "weekly", "wish": "window", "wish_from": make.NOON + timedelta(hours=2), "wish_until": make.NOON + timedelta(hours=3)},
        ),
    ],
)
def test_urgent_without_good_reason_is_refused_and_changes_nothing(resident, code, field, more):
    make.service()
    refused(code, field, lambda: place(resident, resident, **{**URGENT, **more}))


def test_one_urgent_order_at_a_time(resident, coordinator):
    first = place(resident, resident, **URGENT)
    refused("too_many_urgent", "urgent_reason", lambda: place(resident, resident, details="再来一张", **URGENT))
    commands.cancel_need(actor=resident, need_id=first.pk, reason="好了", now=make.NOON)
    assert place(resident, resident, details="再来一张", **URGENT).priority == Priority.URGENT


def test_a_double_tap_on_an_urgent_order_is_one_order(resident):
    assert [place(resident, resident, **URGENT) for _tap in range(2)] == list(Need.objects.all()) * 2


def test_where_the_district_offers_no_urgent_orders_there_are_none(resident, district):
    make.service()
    set_rule(district, "needs.urgent_open", 0)
    refused("too_many_urgent", "urgent_reason", lambda: place(resident, resident, **URGENT))


def test_a_flag_alone_is_for_the_staff(resident, coordinator):
    make.service()
    refused("no_urgent_reason", "urgent_reason", lambda: place(resident, resident, urgent=True))
    refused("no_urgent_reason", "urgent_reason", lambda: place(coordinator, coordinator, urgent=True, area_id=resident.community_id))
    by_phone = place(coordinator, resident, channel="phone", consent_note="电话同意", urgent=True)
    assert by_phone.priority == Priority.URGENT


def test_completing_may_take_urgency_back_or_ask_for_it(resident):
    need = make.need(resident, state=State.RETURNED, wish="any", wish_from=None, wish_until=None)
    done = commands.complete_need(actor=resident, need_id=need.pk, now=make.NOON, **URGENT)
    assert (done.priority, done.urgent_reason) == (Priority.URGENT, "medical")
    Need.objects.update(state=State.RETURNED)
    calm = commands.complete_need(actor=resident, need_id=need.pk, urgent_reason="", now=make.NOON)
    assert (calm.priority, calm.urgent_words) == (Priority.NORMAL, "")
