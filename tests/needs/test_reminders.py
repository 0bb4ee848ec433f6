"""The day before: both sides are reminded once, at the hour that the district chose."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from chunshui.areas.models import RuleValue
from chunshui.kernel import clock
from chunshui.kernel.events import settle
from chunshui.kernel.models import Event
from chunshui.needs import commands, events
from chunshui.needs.models import Assignment
from chunshui.needs.states import AssignmentState, State
from chunshui.needs.tasks.clock import remind_of_tomorrow
from chunshui.notices.models import Message
from tests.factories import needs as make

pytestmark = pytest.mark.django_db
FIVE = clock.at(clock.today(make.NOON), 17)
QUARTER = timedelta(minutes=15)


@pytest.fixture
def need(resident):
    return make.need(resident, state=State.ACCEPTED, people_needed=2)


@pytest.fixture
def place(need, helper):
    return make.assignment(need, helper)


def told(person, now=FIVE):
    settle(now)
    return [(row.title, row.sms) for row in Message.objects.filter(person=person).order_by("id")]


def test_both_sides_are_reminded_the_day_before_and_once(need, place, resident, helper):
    assert commands.remind_of_tomorrow(now=FIVE - QUARTER) == 0
    assert [commands.remind_of_tomorrow(now=FIVE + each * QUARTER) for each in range(3)] == [1, 0, 0]
    assert told(helper) == [("明天去帮忙：陪同就医", True)]
    assert told(resident) == [("明天有人来：陪同就医", True)]
    body = Message.objects.get(person=resident).body
    assert body == "明天 09:00–11:00，何素芬会来。服务码 4827，先对码再开门。要改要取消，请早点说。"
    assert "27 号" not in Message.objects.get(person=helper).body
    place.refresh_from_db()
    assert (place.reminded_at, Event.objects.get(name=events.REMINDED).data) == (FIVE, {"assignment_ids": [place.pk]})


def test_a_replayed_event_reminds_nobody_twice(need, place, helper):
    commands.remind_of_tomorrow(now=FIVE)
    settle(FIVE)
    Assignment.objects.update(reminded_at=None)
    commands.remind_of_tomorrow(now=FIVE + QUARTER)
    assert len(told(helper, FIVE + QUARTER)) == 1


def test_two_volunteers_of_one_order_and_the_resident_hears_once(need, place, second_helper, resident):
    make.assignment(need, second_helper)
    assert commands.remind_of_tomorrow(now=FIVE) == 2
    assert len(told(resident)) == 1
    assert "何素芬、陈晓雨会来" in Message.objects.get(person=resident).body


def test_whoever_placed_the_order_for_another_is_reminded_too(resident, stranger, helper):
    make.assignment(make.need(resident, state=State.ACCEPTED, placed_by=stranger), helper)
    commands.remind_of_tomorrow(now=FIVE)
    assert [title for title, _sms in told(stranger)] == ["明天有人来：陪同就医"]


@pytest.mark.parametrize("days", [0, 2])
def test_visits_of_today_and_of_the_day_after_are_not_reminded_of(need, helper, days):
    start = need.wish_from + timedelta(days=days - 1)
    make.assignment(need, helper, planned_from=start, planned_until=start + timedelta(hours=1))
    assert commands.remind_of_tomorrow(now=FIVE) == 0


@pytest.mark.parametrize("state", sorted(set(AssignmentState) - {AssignmentState.PLANNED}))
def test_places_that_were_given_up_or_begun_are_not_reminded_of(need, helper, state):
    make.assignment(need, helper, state=state)
    assert commands.remind_of_tomorrow(now=FIVE) == 0


def test_who_says_yes_after_the_hour_is_not_told_again(need, helper):
    make.assignment(need, helper, made_at=FIVE)
    assert commands.remind_of_tomorrow(now=FIVE + QUARTER) == 0


def test_a_place_given_back_before_the_message_is_written_is_left_out(need, place, helper, resident, now):
    commands.remind_of_tomorrow(now=FIVE)
    commands.release_assignment(actor=helper, assignment_id=place.pk, reason="病了", now=FIVE)
    assert [title for title, _sms in told(helper)] == []
    assert [title for title, _sms in told(resident)] == ["换一位志愿者：陪同就医"]


@pytest.mark.parametrize(("hour", "at", "reminded"), [(0, 23, 0), (20, 19, 0), (20, 20, 1), (9, 9, 0)])
def test_the_district_chooses_the_hour_or_none(need, place, district, hour, at, reminded):
    RuleValue.objects.create(
        area=district, key="needs.remind_hour", value=hour, effective_on="2026-01-01", reason="试", set_by_id=1, set_at=make.NOON
    )
    Assignment.objects.update(made_at=make.NOON - timedelta(hours=2))
    assert commands.remind_of_tomorrow(now=clock.at(clock.today(make.NOON), at)) == reminded


def test_the_job_of_the_clock_runs_the_command(need, place):
    assert remind_of_tomorrow(datetime.fromisoformat("2026-11-24T09:00:00+00:00")) == 1


def test_everyone_reads_the_reminder_in_their_own_language(need, place, helper):
    type(helper).objects.filter(pk=helper.pk).update(language="en")
    commands.remind_of_tomorrow(now=FIVE)
    assert [title for title, _sms in told(helper)] == ["Tomorrow you help: Hospital escort"]
