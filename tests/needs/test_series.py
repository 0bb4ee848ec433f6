"""每周一次: one review for the series, skipped weeks, the end, and what sends it back to a worker."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.events import settle
from chunshui.kernel.models import Event
from chunshui.needs import commands, events, policies, queries
from chunshui.needs.models import FollowUp, MenuLine, Need
from chunshui.needs.states import OfferState, State
from chunshui.notices.models import Message
from chunshui.people import commands as people_commands
from tests.factories import needs as make
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WEEK = 7 * DAY


def refused(code, verb, **more):
    before = snapshot()
    with pytest.raises(Refused) as caught:
        verb(**{"now": make.NOON, **more})
    assert caught.value.code == code
    assert snapshot() == before


@pytest.fixture
def weekly(resident, coordinator):
    return make.need(resident, state=State.WAITING, repeat="weekly", reviewed_by=coordinator, accepted_at=make.NOON, details="去三院")


@pytest.fixture
def second(weekly):
    """The order of the week after."""
    assert commands.place_next_of_series(now=weekly.wish_from) == 1
    return Need.objects.get(series=weekly)


def weeks(first):
    return [(row.state, row.wish_from - first.wish_from) for row in first.occurrences.order_by("wish_from")]


def test_accepting_the_first_order_reviews_the_series(resident, coordinator, now):
    first = make.need(resident, repeat="weekly")
    assert commands.place_next_of_series(now=first.wish_from) == 0
    commands.accept_need(actor=coordinator, need_id=first.pk, now=now)
    assert commands.place_next_of_series(now=first.wish_from) == 1
    copy = Need.objects.get(series=first)
    assert (copy.state, copy.reviewed_by) == (State.WAITING, coordinator)
    assert queries.history(resident, copy)[-1].words == "每周一次，按首单的受理接着办"


def test_the_next_of_a_series_is_placed_a_week_ahead_once(weekly, resident, now):
    assert commands.place_next_of_series(now=now) == 0
    later = weekly.wish_from
    assert [commands.place_next_of_series(now=later) for _each in range(2)] == [1, 0]
    copy = Need.objects.get(series=weekly)
    assert (copy.state, copy.channel, copy.wish_from, copy.wish_until) == (State.WAITING, "weekly", later + WEEK, weekly.wish_until + WEEK)
    assert (copy.details, copy.due_at, copy.reviewed_by, copy.repeat) == ("去三院", later + DAY, weekly.reviewed_by, "once")
    assert queries.address_for(resident, copy) == "莺花巷 27 号 3 单元 5-2"
    assert copy.number.startswith("LM-1125-")
    assert [event.data.get("series") for event in Event.objects.order_by("id")] == [weekly.pk, weekly.pk]
    assert [commands.place_next_of_series(now=later + WEEK) for _each in range(2)] == [1, 0]


def test_weeks_that_were_missed_are_not_made_up(weekly, now):
    assert commands.place_next_of_series(now=weekly.wish_from + 22 * DAY) == 1
    assert Need.objects.get(series=weekly).wish_from == weekly.wish_from + 28 * DAY


@pytest.mark.parametrize("state", [State.SUBMITTED, State.RETURNED, State.CANCELLED, State.DECLINED, State.MERGED, State.REFERRED])
def test_a_series_that_was_never_accepted_places_nothing(weekly, state):
    Need.objects.update(state=state, accepted_at=None)
    assert commands.place_next_of_series(now=weekly.wish_from) == 0


def test_urgent_once_is_not_urgent_every_week(weekly):
    Need.objects.update(priority=4)
    commands.place_next_of_series(now=weekly.wish_from)
    assert Need.objects.get(series=weekly).priority == 3


# --- skipping, stopping


def test_a_skipped_week_leaves_the_others(weekly, second, resident):
    commands.cancel_need(actor=resident, need_id=second.pk, reason="这周不用", now=make.NOON)
    assert commands.place_next_of_series(now=second.wish_from) == 1
    assert weeks(weekly) == [("cancelled", WEEK), ("waiting", 2 * WEEK)]
    third = Need.objects.latest("pk")
    assert (third.details, third.priority) == ("去三院", weekly.priority)


def test_the_first_week_can_be_skipped_too(weekly, resident):
    commands.cancel_need(actor=resident, need_id=weekly.pk, reason="这周不用", now=make.NOON)
    assert commands.place_next_of_series(now=weekly.wish_from) == 1
    assert weeks(weekly) == [("waiting", WEEK)]


def test_a_series_can_be_stopped_from_any_of_its_orders(weekly, second, resident, stranger):
    commands.stop_series(actor=resident, need_id=second.pk, now=make.NOON)
    assert commands.place_next_of_series(now=weekly.wish_from + WEEK) == 0
    assert [Need.objects.get(pk=each.pk).state for each in (weekly, second)] == [State.WAITING, State.WAITING]
    refused("not_weekly", commands.stop_series, actor=resident, need_id=second.pk)
    with pytest.raises(NotFound):
        commands.stop_series(actor=stranger, need_id=second.pk, now=make.NOON)


def test_cancelling_the_series_calls_off_what_has_not_begun(weekly, second, resident, helper):
    Need.objects.filter(pk=weekly.pk).update(state=State.DELIVERED)
    offer = make.offer(second, helper)
    commands.cancel_series(actor=resident, need_id=second.pk, reason="搬家了", now=make.NOON)
    offer.refresh_from_db()
    assert [Need.objects.get(pk=each.pk).state for each in (weekly, second)] == [State.DELIVERED, State.CANCELLED]
    assert (offer.state, commands.place_next_of_series(now=second.wish_from)) == (OfferState.WITHDRAWN, 0)


def test_cancelling_a_series_without_reason_or_that_is_none_is_refused(weekly, second, resident):
    refused("no_reason", commands.cancel_series, actor=resident, need_id=second.pk, reason=" ")
    refused("not_weekly", commands.cancel_series, actor=resident, need_id=make.need(resident).pk, reason="不要了")


def test_can_stop_series_is_for_both_sides_of_the_order(weekly, resident, coordinator, helper, stranger, far_coordinator):
    assert [bool(policies.can_stop_series(each, weekly)) for each in (resident, coordinator)] == [True, True]
    assert [bool(policies.can_stop_series(each, weekly)) for each in (helper, stranger, far_coordinator)] == [False] * 3


@pytest.mark.parametrize("state", [State.DECLINED, State.MERGED, State.REFERRED])
def test_a_series_whose_latest_order_is_not_taken_up_ends(weekly, second, resident, state):
    Need.objects.filter(pk=second.pk).update(state=state)
    assert commands.place_next_of_series(now=second.wish_from) == 0
    assert Need.objects.get(pk=weekly.pk).repeat == "once"
    settle(second.wish_from)
    assert list(Message.objects.filter(person=resident).order_by("id").values_list("title", flat=True)) == [
        "已为您点单：陪同就医",
        "已受理：陪同就医",
        "每周一次停了：陪同就医",
    ]


# --- a change of circumstances


@pytest.mark.parametrize("state", [State.SUBMITTED, State.WAITING, State.OFFERED, State.ACCEPTED])
def test_change_sends_an_order_back_to_review_and_lets_everybody_go(resident, helper, second_helper, coordinator, now, state):
    need = make.need(resident, state=state, people_needed=2, accepted_at=now, details="去三院")
    offer, place = make.offer(need, second_helper), make.assignment(need, helper)
    commands.change_need(actor=resident, need_id=need.pk, details="去市六院", now=now)
    for row in (need, offer, place):
        row.refresh_from_db()
    assert (need.state, need.details, need.places_filled, offer.state, place.state) == (State.SUBMITTED, "去市六院", 0, "withdrawn", "released")
    facts = list(Event.objects.order_by("id").values_list("name", "data"))
    assert facts[0] == (events.CHANGED, {"fields": ["details"]})
    assert facts[1] == (events.REVIEW_AGAIN, {"reason": "居民改了单子", "volunteer_ids": [helper.pk], "asked_ids": [second_helper.pk]})
    settle(now)
    assert Message.objects.get(person=helper).title == "先不用去：陪同就医"
    assert Message.objects.get(person=second_helper).title == "先不用答复：陪同就医"
    assert commands.accept_need(actor=coordinator, need_id=need.pk, now=now).state == State.WAITING


def test_change_that_changes_nothing_is_refused(weekly, resident):
    refused("nothing_changed", commands.change_need, actor=resident, need_id=weekly.pk, details="去三院")


def test_can_change_need_is_for_both_sides_of_the_order(weekly, resident, coordinator, helper, far_coordinator):
    assert [bool(policies.can_change_need(each, weekly)) for each in (resident, coordinator, helper, far_coordinator)] == [True, True, False, False]
    refused("forbidden", commands.change_need, actor=helper, need_id=weekly.pk, details="去二院")


def test_while_one_week_is_reviewed_again_no_other_is_placed_and_the_change_stays(weekly, second, resident, coordinator):
    commands.change_need(actor=resident, need_id=second.pk, details="改去二院", now=weekly.wish_from)
    assert commands.place_next_of_series(now=second.wish_from) == 0
    commands.accept_need(actor=coordinator, need_id=second.pk, now=second.wish_from)
    assert commands.place_next_of_series(now=second.wish_from) == 1
    assert [row.details for row in weekly.occurrences.order_by("wish_from")] == ["改去二院", "改去二院"]


def changed_menu(need, now):
    MenuLine.objects.create(community=need.community, service=need.service, is_offered=False)


def changed_home(need, now):
    address = {"area_id": need.community_id, "address": "五里店正街 8 号", "latitude": None, "longitude": None}
    people_commands.set_address(actor=need.resident, person_id=need.resident_id, now=now + DAY, **address)


def open_case(need, now):
    FollowUp.objects.create(need=need, kind="poor", words="来晚了", opened_at=now, due_at=now)


@pytest.mark.parametrize(
    ("happens", "why"),
    [(changed_menu, "这个社区暂时没有这项服务。"), (changed_home, "居民的住址或服务对象有变"), (open_case, "上一次的回访还没办完")],
)
def test_changed_circumstances_let_a_worker_look_again(weekly, resident, coordinator, now, happens, why):
    happens(weekly, now)
    assert commands.place_next_of_series(now=weekly.wish_from) == 1
    copy = Need.objects.get(series=weekly)
    assert (copy.state, copy.accepted_at, copy.due_at is not None) == (State.SUBMITTED, None, True)
    assert (queries.history(resident, copy)[-1].words, queries.history(resident, copy)[-1].why) == ("情况有变，重新受理", why)
    assert commands.place_next_of_series(now=weekly.wish_from + WEEK) == 0


def test_an_old_move_that_was_reviewed_since_changes_nothing(weekly, now):
    changed_home(weekly, now - 3 * DAY)
    assert commands.place_next_of_series(now=weekly.wish_from) == 1
    assert Need.objects.get(series=weekly).state == State.WAITING


# --- what the resident sees


def test_series_of_shows_the_weeks_and_what_comes_next(weekly, second, resident):
    seen = queries.series_of(resident, second, weekly.wish_from - DAY)
    assert [(week.need_id, week.state, week.is_this, week.can_skip) for week in seen.weeks] == [
        (second.pk, "待派单", True, True),
        (weekly.pk, "待派单", False, True),
    ]
    assert (seen.runs, seen.can_stop, seen.placed_days_before, bool(seen.next_day)) == (True, True, 7, True)


def test_series_of_an_order_that_stands_alone_is_none(resident, now):
    assert queries.series_of(resident, make.need(resident), now) is None


def test_series_of_a_stopped_series_says_so(weekly, second, resident):
    commands.stop_series(actor=resident, need_id=weekly.pk, now=make.NOON)
    weekly.refresh_from_db()
    seen = queries.series_of(resident, weekly, make.NOON)
    assert (seen.runs, seen.can_stop, seen.next_day) == (False, False, "")
