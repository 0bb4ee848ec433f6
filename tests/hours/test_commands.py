from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from chunshui.areas.models import RuleValue
from chunshui.hours import commands
from chunshui.hours.models import Record
from chunshui.hours.states import DAY_CAP, LEAST_STAY, ROUNDING, STEPS, EntryWay, RecordState
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.ledger import queries as ledger
from chunshui.ledger.states import Unit
from chunshui.people.models import Volunteer
from tests.factories import hours

pytestmark = pytest.mark.django_db


def record(helper, community, now, *, begin=-120, end=-60, **more):
    """Service between `begin` and `end` minutes from now."""
    values = {"source": "need:1", "title": "陪同就医", "category": "0017", "entry_way": EntryWay.FAST, "actor": helper, **more}
    return commands.record_hours(
        person_id=helper.pk, area=community, started_at=now + timedelta(minutes=begin), ended_at=now + timedelta(minutes=end), now=now, **values
    )


def set_rule(area, rule, value, now):
    RuleValue.objects.create(area=area, key=rule.key, value=value, effective_on=now.date(), reason="试", set_by_id=1, set_at=now)


def totals(helper):
    return Volunteer.objects.values_list("minutes_total", "services_total").get(pk=helper.pk)


def test_record_hours_counts_the_minutes_and_raises_the_totals(helper, community, now):
    made = record(helper, community, now, team_id=7, remark="准时")
    assert (made.minutes, made.stay_minutes, made.entry_way, made.state) == (60, 60, EntryWay.FAST, RecordState.EFFECTIVE)
    assert totals(helper) == (60, 1)
    event = Event.objects.get()
    assert (event.name, event.area_id, event.data["minutes"], event.data["source"]) == ("hours.recorded", community.pk, 60, "need:1")


def minutes_of(kind, owner_id):
    return ledger.balance(kind, owner_id, Unit.MINUTES)


def test_record_hours_moves_the_minutes_from_the_team_or_the_area_to_the_volunteer(helper, community, now):
    record(helper, community, now, team_id=7)
    record(helper, community, now, source="need:2", begin=-50, end=0)
    assert (minutes_of("team_issuer", 7), minutes_of("issuer", community.pk), minutes_of("person", helper.pk)) == (-60, -50, 110)
    assert ledger.total_by_kind([community.pk], Unit.MINUTES)["service"].net == 110


def test_record_hours_that_count_nothing_moves_nothing(helper, community, now):
    record(helper, community, now, begin=-5, end=0)
    assert ledger.statement("person", helper.pk, Unit.MINUTES).rows == []


def test_cancel_record_takes_the_minutes_back_on_the_ledger_once(helper, community, coordinator, now):
    made = record(helper, community, now)
    commands.cancel_record(actor=coordinator, record_id=made.pk, reason="录错人了", now=now)
    with pytest.raises(Refused):
        commands.cancel_record(actor=coordinator, record_id=made.pk, reason="录错人了", now=now)
    assert (minutes_of("person", helper.pk), minutes_of("issuer", community.pk)) == (0, 0)
    assert [entry.amount for entry in ledger.statement("person", helper.pk, Unit.MINUTES).rows] == [-60, 60]


def test_record_hours_twice_from_one_source_counts_once(helper, community, now):
    first = record(helper, community, now)
    second = record(helper, community, now, end=-30)
    assert (first.pk, second.minutes, totals(helper), Event.objects.count()) == (second.pk, 60, (60, 1), 1)


@pytest.mark.parametrize(("stay", "counted"), [(0, 0), (14, 0), (15, 15), (29, 29)])
def test_a_stay_shorter_than_the_least_counts_nothing(helper, community, now, stay, counted):
    assert record(helper, community, now, begin=-stay, end=0).minutes == counted


@pytest.mark.parametrize(("stay", "counted"), [(29, 0), (30, 30), (59, 30), (61, 60)])
def test_minutes_are_rounded_down_to_the_step_of_the_district(helper, community, district, now, stay, counted):
    set_rule(district, ROUNDING, 30, now)
    assert record(helper, community, now, begin=-stay, end=0).minutes == counted


def test_the_least_stay_is_a_setting_of_the_area(helper, community, street, now):
    set_rule(street, LEAST_STAY, 90, now)
    assert record(helper, community, now).minutes == 0


def test_a_day_counts_no_more_than_the_cap(helper, community, now):
    hours.record(helper, hour=0, minutes=450)
    assert record(helper, community, now).minutes == 30
    assert record(helper, community, now, source="need:2", begin=-50, end=0).minutes == 0


def test_the_cap_is_of_one_day_and_cancelled_minutes_do_not_use_it(helper, community, now):
    hours.record(helper, hour=-12, minutes=480)
    hours.record(helper, hour=0, minutes=480, state=RecordState.DELETED)
    set_rule(community, DAY_CAP, 60, now)
    assert record(helper, community, now).minutes == 60


@pytest.mark.parametrize(("begin", "end"), [(-130, -110), (-70, -30), (-110, -80), (-200, -10)])
def test_an_overlapping_stretch_is_refused_and_changes_nothing(helper, community, now, begin, end):
    record(helper, community, now)
    with pytest.raises(Refused) as refusal:
        record(helper, community, now, source="need:2", begin=begin, end=end)
    assert refusal.value.code == "overlap"
    assert (Record.objects.count(), totals(helper), Event.objects.count()) == (1, (60, 1), 1)


@pytest.mark.parametrize(("begin", "end"), [(-180, -120), (-60, 0)])
def test_a_stretch_that_only_touches_another_counts(helper, community, now, begin, end):
    record(helper, community, now)
    assert record(helper, community, now, source="need:2", begin=begin, end=end).minutes == 60


def test_two_people_may_serve_at_the_same_time(helper, second_helper, community, now):
    record(helper, community, now)
    assert record(second_helper, community, now, source="need:2").minutes == 60


def test_service_past_midnight_is_a_forced_sign_out_with_no_minutes(helper, community, now):
    morning = now + timedelta(hours=20)
    made = record(helper, community, morning, begin=-600, end=-60)  # 22:00 to 07:00
    assert (made.entry_way, made.minutes, made.stay_minutes, made.ended_at) == (EntryWay.FORCED, 0, 120, now + timedelta(hours=12))
    assert totals(helper) == (0, 0)


def test_service_that_ends_at_midnight_counts(helper, community, now):
    midnight = now + timedelta(hours=12)
    assert record(helper, community, midnight, begin=-60, end=0).minutes == 60


def test_a_forced_sign_out_counts_nothing_and_blocks_nothing(helper, community, now):
    forced = record(helper, community, now, entry_way=EntryWay.FORCED, actor=None)
    assert (forced.minutes, forced.entered_by, totals(helper)) == (0, None, (0, 0))
    assert record(helper, community, now, source="need:2").minutes == 60


@pytest.mark.parametrize(("begin", "end", "code"), [(-60, -120, "ends_before_start"), (-60, 1, "in_the_future")])
def test_times_that_cannot_be_are_refused_and_change_nothing(helper, community, now, begin, end, code):
    with pytest.raises(Refused) as refusal:
        record(helper, community, now, begin=begin, end=end)
    assert (refusal.value.code, Record.objects.count(), totals(helper)) == (code, 0, (0, 0))


def test_hours_of_someone_who_is_no_volunteer_are_not_found(resident, community, now):
    with pytest.raises(NotFound):
        record(resident, community, now)
    assert Record.objects.count() == 0


def test_cancel_record_takes_the_minutes_back_and_keeps_the_record(helper, community, coordinator, now):
    made = record(helper, community, now, remark="陪诊")
    commands.cancel_record(actor=coordinator, record_id=made.pk, reason="录错人了", now=now)
    made.refresh_from_db()
    assert (made.state, made.minutes, made.remark, totals(helper)) == (RecordState.DELETED, 60, "陪诊 录错人了", (0, 0))
    assert Event.objects.filter(name="hours.cancelled").get().data["reason"] == "录错人了"


def test_cancelled_time_can_be_recorded_again(helper, community, coordinator, now):
    made = record(helper, community, now)
    commands.cancel_record(actor=coordinator, record_id=made.pk, reason="时间不对", now=now)
    assert record(helper, community, now, source="need:1:again").minutes == 60
    assert totals(helper) == (60, 1)


@pytest.mark.parametrize("state", [state for state in RecordState.values if state not in STEPS["cancel"].sources])
def test_cancel_record_from_any_other_state_is_refused_and_changes_nothing(helper, coordinator, now, state):
    made = hours.record(helper, state=state)
    with pytest.raises(Refused) as refusal:
        commands.cancel_record(actor=coordinator, record_id=made.pk, reason="再来一次", now=now)
    made.refresh_from_db()
    assert (refusal.value.code, made.state, totals(helper), Event.objects.count()) == ("wrong_state", state, (0, 0), 0)


def test_cancel_record_without_a_reason_is_refused_and_changes_nothing(helper, coordinator, now):
    made = hours.record(helper)
    with pytest.raises(Refused) as refusal:
        commands.cancel_record(actor=coordinator, record_id=made.pk, reason="  ", now=now)
    made.refresh_from_db()
    assert (refusal.value.fields.keys(), made.state) == ({"reason"}, RecordState.EFFECTIVE)


@pytest.mark.parametrize(
    ("who", "answer"),
    [("stranger", NotFound), ("far_coordinator", NotFound), ("second_helper", NotFound), ("helper", Refused), ("grid_worker", Refused)],
)
def test_cancel_record_by_anyone_else_changes_nothing(helper, now, who, answer, request):
    made = hours.record(helper)
    with pytest.raises(answer):
        commands.cancel_record(actor=request.getfixturevalue(who), record_id=made.pk, reason="不该", now=now)
    made.refresh_from_db()
    assert (made.state, Event.objects.count()) == (RecordState.EFFECTIVE, 0)


@pytest.fixture
def grid_worker(community):
    from tests.factories import people

    return people.staff(community, "grid_worker", "网格员")


@pytest.mark.django_db(transaction=True)
def test_two_overlapping_records_at_the_same_instant_count_once(helper, community, now):
    outcomes = []

    def run(source):
        try:
            outcomes.append(record(helper, community, now, source=source).minutes)
        except Refused as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(f"need:{n}",)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [60, "overlap"]
    assert totals(helper) == (60, 1)
