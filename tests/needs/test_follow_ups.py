"""Complaints and follow-ups, escalation by the clock, weekly orders."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.needs import commands, events, queries
from chunshui.needs.models import FollowUp, Need
from chunshui.needs.states import State
from tests.factories import needs as make
from tests.factories import people
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def refused(code, verb, **more):
    before = snapshot()
    with pytest.raises(Refused) as caught:
        verb(**{"now": make.NOON, **more})
    assert caught.value.code == code
    assert snapshot() == before


@pytest.fixture
def need(resident, coordinator):
    return make.need(resident, state=State.RATED, reviewed_by=coordinator)


@pytest.fixture
def follow_up(need, resident, now):
    return commands.complain(actor=resident, need_id=need.pk, words="要收钱", now=now)


def test_complain_opens_one_follow_up(need, follow_up, resident):
    assert (follow_up.kind, follow_up.words, follow_up.by) == ("complaint", "要收钱", resident)
    refused("already_open", commands.complain, actor=resident, need_id=need.pk, words="又来")


def test_complain_without_words_or_by_others_is_refused(need, resident, coordinator, stranger):
    refused("no_words", commands.complain, actor=resident, need_id=need.pk, words=" ")
    refused("forbidden", commands.complain, actor=coordinator, need_id=need.pk, words="不行")
    before = snapshot()
    with pytest.raises(NotFound):
        commands.complain(actor=stranger, need_id=need.pk, words="不行", now=make.NOON)
    assert snapshot() == before


@pytest.mark.parametrize(("verb", "state"), [("close_follow_up", "done"), ("refer_follow_up", "referred")])
def test_follow_up_is_answered_by_someone_not_involved(need, follow_up, street_official, resident, now, verb, state):
    done = getattr(commands, verb)(actor=street_official, follow_up_id=follow_up.pk, result="已退还，已道歉", now=now)
    assert (done.state, done.handled_by, done.result, done.closed_at) == (state, street_official, "已退还，已道歉", now)
    assert queries.history(resident, need)[-1].words.endswith("：已退还，已道歉")
    refused("wrong_state", getattr(commands, verb), actor=street_official, follow_up_id=follow_up.pk, result="再说")


@pytest.mark.parametrize("verb", [commands.close_follow_up, commands.refer_follow_up])
def test_follow_up_by_the_involved_the_wrong_role_or_area_is_refused(
    need, follow_up, coordinator, community, resident, helper, far_coordinator, verb
):
    refused("involved", verb, actor=coordinator, follow_up_id=follow_up.pk, result="没事")
    grid_worker = people.staff(community, "grid_worker", "网格员")
    refused("forbidden", verb, actor=grid_worker, follow_up_id=follow_up.pk, result="没事")
    for actor in (resident, helper, far_coordinator):
        before = snapshot()
        with pytest.raises(NotFound):
            verb(actor=actor, follow_up_id=follow_up.pk, result="没事", now=make.NOON)
        assert snapshot() == before


def test_who_dispatched_or_placed_the_order_is_involved(need, follow_up, helper, community):
    sender, placer, free = (people.staff(community, name=name) for name in ("派单人", "代录人", "另一人"))
    make.offer(need, helper, state="accepted", sent_by=sender)
    Need.objects.update(placed_by=placer)
    for actor in (sender, placer):
        refused("involved", commands.close_follow_up, actor=actor, follow_up_id=follow_up.pk, result="没事")
    assert commands.close_follow_up(actor=free, follow_up_id=follow_up.pk, result="已回访", now=make.NOON).state == "done"


def test_follow_up_without_a_result_is_refused(follow_up, street_official):
    refused("no_reason", commands.close_follow_up, actor=street_official, follow_up_id=follow_up.pk, result="  ")


# --- escalation


@pytest.mark.parametrize("state", [State.SUBMITTED, State.WAITING, State.OFFERED])
def test_overdue_orders_climb_a_level_every_four_hours_and_no_further_than_the_district(resident, now, state):
    need = make.need(resident, state=state, due_at=now)
    seen = []
    for hours in (0, 3.9, 4, 4, 7.9, 8, 8, 100):
        seen.append(commands.escalate_overdue(now=now + hours * HOUR))
    need.refresh_from_db()
    assert (seen, need.level) == ([0, 0, 1, 0, 0, 1, 0, 0], 2)
    assert list(Event.objects.filter(name=events.ESCALATED).order_by("id").values_list("data__level", flat=True)) == [1, 2]


def test_an_order_long_overdue_passes_every_level_visibly(resident, now):
    make.need(resident, due_at=now - 3 * DAY)
    assert commands.escalate_overdue(now=now) == 2
    assert [event.data["level"] for event in Event.objects.order_by("id")] == [1, 2]


@pytest.mark.parametrize("state", sorted(set(State.values) - {State.SUBMITTED, State.WAITING, State.OFFERED}))
def test_other_orders_do_not_climb(resident, now, state):
    make.need(resident, state=state, due_at=now - 3 * DAY)
    before = snapshot()
    assert commands.escalate_overdue(now=now) == 0
    assert snapshot() == before


def test_accepting_brings_an_order_back_to_the_community(resident, street_official, now):
    need = make.need(resident, due_at=now - 5 * HOUR)
    commands.escalate_overdue(now=now)
    assert commands.accept_need(actor=street_official, need_id=need.pk, now=now).level == 0


def test_a_follow_up_that_is_missing_is_not_found(coordinator):
    with pytest.raises(NotFound):
        queries.visible_follow_up(coordinator, 0)
    assert FollowUp.objects.count() == 0
