"""The review queue: who decides, what a decision does, the bar and its repair."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.hours import commands, policies, queries
from chunshui.hours.models import Case, Entry, EntryLine, Record, Sanction
from chunshui.hours.states import EntryState, EntryWay, RecordState
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from tests.factories import entries, hours, people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def second_worker(community):
    return people.staff(community, name="吴复核")


@pytest.fixture
def reported(helper, coordinator, resident):
    """A public line of the helper, entered by the coordinator and reported by a resident."""
    line = entries.entry(coordinator, helper, state=EntryState.PUBLISHED).lines.get()
    return entries.case(line, opened_by=resident, words="那天他不在")


def stored():
    tables = Case.objects.values_list("state", "decision"), EntryLine.objects.values_list("state"), Record.objects.values_list("state", "minutes")
    return [list(rows.order_by("pk")) for rows in tables], Sanction.objects.count(), Event.objects.count()


def refused(code, verb, **more):
    before = stored()
    with pytest.raises(Refused) as refusal:
        verb(**more)
    assert (refusal.value.code, stored()) == (code, before)


def decide(case, actor, decision, now, **more):
    return commands.decide_case(actor=actor, case_id=case.pk, decision=decision, now=now, **{"reason": "看过监控", **more})


def counted(person, by, now, hour=9):
    """A record that came from an entry."""
    made = entries.entry(by, person, state=EntryState.PUBLISHED, hour=hour, public_until=now)
    commands.count_due_entries(now=now)
    return made.lines.select_related("record").get()


def test_nothing_wrong_lets_the_line_count_when_its_publicity_has_passed(reported, second_worker, now):
    decide(reported, second_worker, "clear", now)
    assert commands.count_due_entries(now=now + timedelta(days=8)) == 1
    assert (EntryLine.objects.get().state, Record.objects.get().minutes) == (RecordState.EFFECTIVE, 60)


def test_what_is_not_counted_never_becomes_a_record(reported, second_worker, now):
    decide(reported, second_worker, "cancel", now)
    commands.count_due_entries(now=now + timedelta(days=8))
    assert (EntryLine.objects.get().state, EntryLine.objects.get().note, Record.objects.count()) == (RecordState.REFUSED, "看过监控", 0)
    assert Entry.objects.get().state == EntryState.COUNTED


def test_a_correction_refuses_the_line_and_makes_another(reported, second_worker, now):
    decide(reported, second_worker, "correct", now, started_at=now - timedelta(hours=3), ended_at=now - timedelta(hours=2, minutes=30))
    assert sorted(EntryLine.objects.values_list("state", "minutes")) == [(RecordState.APPLYING, 30), (RecordState.REFUSED, 60)]


def test_a_record_is_corrected_by_striking_and_recording_again(helper, coordinator, second_worker, now):
    line = counted(helper, coordinator, now)
    case = entries.case(line, records=[line.record_id])
    decide(case, second_worker, "correct", now, started_at=now - timedelta(hours=3), ended_at=now - timedelta(hours=2, minutes=20))
    assert sorted(Record.objects.values_list("state", "minutes")) == [(RecordState.EFFECTIVE, 40), (RecordState.DELETED, 60)]
    assert queries.totals(helper, helper.pk, now).minutes == 40


def test_a_bar_strikes_the_record_and_stops_manual_entry_for_its_months(helper, coordinator, second_worker, district_official, now):
    line = counted(helper, coordinator, now)
    decide(entries.case(line), second_worker, "sanction", now)
    sanction = Sanction.objects.get()
    assert (sanction.person_id, (sanction.until - now).days, Record.objects.get().state) == (coordinator.pk, 365, RecordState.DELETED)
    words = {"title": "清洁", "category": "0001", "reason": "补", "evidence": [entries.PDF]}
    stretch = [(now - timedelta(hours=1), now)]
    again = {"actor": coordinator, "area_id": line.entry.area_id, "numbers": [f"V{helper.pk:08d}"], "intervals": stretch, **words}
    refused("barred", commands.enter_area_hours, now=now, **again)
    assert queries.sanction_of(coordinator.pk, sanction.until) is None
    assert hours.record(helper, hour=11).state == RecordState.EFFECTIVE


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": " "}, "reason_missing"),
        ({"decision": "shoot"}, "unknown_decision"),
        ({"decision": "correct"}, "times_missing"),
    ],
)
def test_a_decision_without_reason_or_sense_changes_nothing(reported, second_worker, now, more, code):
    refused(code, commands.decide_case, **{"actor": second_worker, "case_id": reported.pk, "decision": "clear", "reason": "看过", "now": now, **more})


def test_a_correction_into_the_future_or_over_another_record_changes_nothing(reported, second_worker, helper, now):
    hours.record(helper, hour=11)
    for times, code in (((30, 60), "in_the_future"), ((-60, -30), "overlap")):
        start, end = (now + timedelta(minutes=each) for each in times)
        refused(code, decide, case=reported, actor=second_worker, decision="correct", now=now, started_at=start, ended_at=end)


def test_nobody_involved_decides(reported, helper, coordinator, community, now):
    reported.opened_by = reporter = people.staff(community, name="反映人")
    reported.save()
    volunteer = people.staff(community, name="何素芬二")
    EntryLine.objects.update(person=volunteer)
    Case.objects.update(person=volunteer)
    for who in (coordinator, reporter, volunteer):
        refused("own_case", decide, case=reported, actor=who, decision="clear", now=now)
        assert policies.can_decide_case(who, Case.objects.get()).code == "own_case"


@pytest.mark.parametrize("who", ["stranger", "far_coordinator", "helper", "second_helper"])
def test_others_do_not_find_a_case(reported, who, now, request):
    actor = request.getfixturevalue(who)
    with pytest.raises(NotFound):
        decide(reported, actor, "clear", now)
    assert not policies.can_view_case(actor, reported)
    with pytest.raises(NotFound):
        queries.cases_in(actor, reported.area)


def test_a_case_is_decided_once(reported, second_worker, now):
    decide(reported, second_worker, "clear", now)
    refused("wrong_state", decide, case=reported, actor=second_worker, decision="cancel", now=now)


def test_the_queue_puts_what_weighs_most_first(helper, coordinator, second_worker, community, now):
    lines = [entries.entry(coordinator, helper, state=EntryState.PUBLISHED, hour=h).lines.get() for h in (1, 3, 5)]
    for line, score in zip(lines, (10, 90, 50), strict=True):
        entries.case(line, score=score)
    assert [case.score for case in queries.cases_in(second_worker, community)] == [90, 50, 10]


# --- repair


@pytest.fixture
def barred(helper, coordinator, now):
    line = entries.entry(helper, helper, state=EntryState.PUBLISHED, hour=1).lines.get()
    times = {"since": now - timedelta(days=90), "until": now + timedelta(days=200)}
    return Sanction.objects.create(person=helper, case=entries.case(line), reason="不实", by=coordinator, **times)


def repair(sanction, actor, now):
    return commands.repair_sanction(actor=actor, sanction_id=sanction.pk, now=now)


def test_ten_hours_checked_in_repair_a_bar_once(barred, helper, coordinator, now):
    hours.record(helper, hour=2, minutes=300)
    hours.record(helper, hour=-20, minutes=300, entry_way=EntryWay.TEAM)
    refused("too_little_service", repair, sanction=barred, actor=helper, now=now)
    hours.record(helper, hour=-40, minutes=300)
    repair(barred, helper, now)
    assert queries.sanction_of(helper.pk, now) is None
    line = entries.entry(helper, helper, state=EntryState.PUBLISHED, hour=8).lines.get()
    later = Sanction.objects.create(person=helper, case=entries.case(line), reason="又", by=coordinator, since=barred.since, until=barred.until)
    refused("repaired_before", repair, sanction=later, actor=helper, now=now)
    refused("wrong_state", repair, sanction=barred, actor=helper, now=now)


@pytest.mark.parametrize("who", ["second_helper", "coordinator", "stranger"])
def test_only_the_barred_person_repairs(barred, who, now, request):
    with pytest.raises(NotFound):
        repair(barred, request.getfixturevalue(who), now)
    assert (Sanction.objects.get().repaired_at, bool(policies.can_repair_sanction(request.getfixturevalue(who), barred))) == (None, False)
