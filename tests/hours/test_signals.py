"""Each signal finds what it names, from its threshold on, and leaves ordinary hours alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.areas.models import RuleValue
from chunshui.hours import commands, queries
from chunshui.hours.models import Case, Record
from chunshui.hours.states import (
    BURST_MINUTES,
    LONG_MINUTES,
    MANUAL_LEAST,
    MUTUAL_TIMES,
    NEW_MINUTES,
    SAME_PEOPLE,
    EntryState,
    EntryWay,
    Signal,
)
from tests.factories import areas, entries, hours, people, teams

pytestmark = pytest.mark.django_db


def rule(area, declared, value, now):
    RuleValue.objects.create(area=area, key=declared.key, value=value, effective_on=now.date(), reason="试", set_by_id=1, set_at=now)


def found(district, now):
    return {each.signal: each for each in queries.findings(district, now)}


def by_hand(by, person, now, *, hour=9, minutes=60, written=None, approved_by=None, **more):
    """A record that came from an entry."""
    made = entries.entry(by, person, state=EntryState.COUNTED, hour=hour, minutes=minutes, entered_at=written or now, decided_by=approved_by)
    line = made.lines.get()
    line.record = hours.record(person, hour=hour, minutes=minutes, entry_way=EntryWay.TEAM, entered_by=by, **more)
    line.save()
    return line.record


def test_ordinary_hours_raise_no_signal(district, helper, second_helper, coordinator, now):
    for person in (helper, second_helper):
        for day in range(1, 6):
            hours.record(person, hour=9 - 24 * day, minutes=120)
        by_hand(coordinator, person, now, hour=15 - 24 * 2)
    assert queries.findings(district, now) == []


@pytest.mark.parametrize(("checked_in", "is_found"), [(180, True), (600, False)])
def test_a_team_whose_hours_are_mostly_by_hand(district, helper, coordinator, community, now, checked_in, is_found):
    rule(district, MANUAL_LEAST, 300, now)
    team = teams.team(community, filed_at=now - timedelta(days=300))
    by_hand(coordinator, helper, now, hour=1, minutes=450, team_id=team.pk)
    hours.record(helper, hour=-20, minutes=checked_in, team_id=team.pk)
    made = found(district, now).get(Signal.MANUAL_SHARE)
    assert (made is not None) == is_found
    assert made is None or (made.team_id, made.facts) == (team.pk, {"total": 630, "percent": 71})


@pytest.mark.parametrize(("days", "is_found"), [(13, False), (14, True)])
def test_an_entry_long_after_the_service(district, helper, coordinator, now, days, is_found):
    made = by_hand(coordinator, helper, now, hour=11 - 24 * days)
    signal = found(district, now).get(Signal.LATE_ENTRY)
    assert (signal and (signal.records, signal.facts)) == (((made.pk,), {"days": 14}) if is_found else None)


@pytest.mark.parametrize(("longest", "is_found"), [(599, True), (601, False)])
def test_a_very_long_day(district, helper, now, longest, is_found):
    rule(district, LONG_MINUTES, longest, now)
    hours.record(helper, hour=0, minutes=300)
    hours.record(helper, hour=6, minutes=300)
    signal = found(district, now).get(Signal.LONG_DAY)
    assert (signal and signal.facts) == ({"minutes": 600, "services": 2} if is_found else None)


def test_records_that_cover_the_same_time_as_a_merge_can_bring(district, helper, second_helper, now):
    first, second = hours.record(helper, hour=8, minutes=120), hours.record(second_helper, hour=9, minutes=120)
    assert Signal.OVERLAP not in found(district, now)
    Record.objects.filter(pk=second.pk).update(person=helper)
    signal = found(district, now)[Signal.OVERLAP]
    assert (signal.records, signal.facts) == ((first.pk, second.pk), {"minutes": 60})


@pytest.mark.parametrize(("gap", "is_found"), [(5, True), (60, False)])
def test_two_places_too_far_apart_for_the_time_between(district, street, helper, now, gap, is_found):
    near = areas.area(street, "近处社区", latitude=29.60, longitude=106.50)
    far = areas.area(street, "远处社区", latitude=29.70, longitude=106.60)
    hours.record(helper, hour=8, minutes=60, area=near)
    hours.record(helper, hour=9 + gap / 60, minutes=60, area=far)
    signal = found(district, now).get(Signal.TOO_FAST)
    assert (signal and signal.facts) == ({"km": 15, "minutes": 5} if is_found else None)


@pytest.mark.parametrize(("most", "is_found"), [(3, True), (4, False)])
def test_the_same_stretch_for_many_people(district, community, coordinator, now, most, is_found):
    rule(district, SAME_PEOPLE, most, now)
    for _n in range(3):
        by_hand(coordinator, people.volunteer(community), now)
    signal = found(district, now).get(Signal.SAME_STRETCH)
    assert (signal and (signal.facts, signal.person_id, len(signal.records))) == (({"people": 3}, None, 3) if is_found else None)


@pytest.mark.parametrize(("age", "is_found"), [(10, True), (100, False)])
def test_a_new_team_with_very_many_hours(district, community, helper, now, age, is_found):
    rule(district, NEW_MINUTES, 300, now)
    team = teams.team(community, filed_at=now - timedelta(days=age))
    hours.record(helper, hour=4, minutes=300, team_id=team.pk)
    signal = found(district, now).get(Signal.NEW_TEAM)
    assert (signal and signal.facts) == ({"days": 10, "minutes": 300} if is_found else None)


@pytest.mark.parametrize(("back", "is_found"), [(2, True), (1, False)])
def test_two_people_who_approve_each_other(district, community, coordinator, now, back, is_found):
    rule(district, MUTUAL_TIMES, 2, now)
    other = people.staff(community, name="吴复核")
    for n in range(2):
        by_hand(coordinator, people.volunteer(community), now, approved_by=other, hour=n)
    for n in range(back):
        by_hand(other, people.volunteer(community), now, approved_by=coordinator, hour=5 + n)
    signal = found(district, now).get(Signal.MUTUAL)
    assert (signal and (signal.facts, len(signal.records))) == (({"one": 2, "other": 2}, 4) if is_found else None)


@pytest.mark.parametrize(("least", "is_found"), [(600, True), (601, False)])
def test_very_many_hours_written_down_within_a_day(district, community, coordinator, now, least, is_found):
    rule(district, BURST_MINUTES, least, now)
    for n in range(5):
        by_hand(coordinator, people.volunteer(community), now, hour=9 - 24 * n, minutes=120)
    signal = found(district, now).get(Signal.BURST)
    assert (signal and signal.facts) == ({"minutes": 600, "people": 5} if is_found else None)


def test_what_is_found_is_put_before_people_once_and_in_words_that_accuse_nobody(district, helper, now):
    hours.record(helper, hour=0, minutes=400)
    hours.record(helper, hour=7, minutes=280)
    assert (commands.find_signals(now=now), commands.find_signals(now=now + timedelta(hours=1)), Case.objects.count()) == (1, 1, 1)
    case = Case.objects.get()
    assert (case.kind, case.signal, case.person_id) == ("signal", "long_day", helper.pk)
    assert (queries.case_title(case), queries.case_words(case)) == ("一天很长", "这一天一共服务 680 分钟，2 次。")


def test_the_signals_ask_as_often_for_ten_volunteers_as_for_one(district, community, coordinator, now):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = []
    for more in (1, 9):
        for n in range(more):
            by_hand(coordinator, people.volunteer(community), now, hour=n)
        queries.findings(district, now)
        with CaptureQueriesContext(connection) as captured:
            queries.findings(district, now)
        asked.append(len(captured))
    assert asked[0] == asked[1]
