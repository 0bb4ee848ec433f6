"""Appeals: a record that is wrong, a service that was not recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.hours import commands, policies, queries
from chunshui.hours.models import Appeal, Entry, Record
from chunshui.hours.states import APPEAL_STEPS, AppealState, EntryState, RecordState
from chunshui.kernel import events as kernel_events
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.notices.models import Message
from tests.factories import entries, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def record(helper, second_helper, community, now):
    times = {"started_at": now - timedelta(hours=3), "ended_at": now - timedelta(hours=2)}
    values = {"title": "陪同就医", "category": "0017", "area": community, "entry_way": "4", "actor": second_helper}
    return commands.record_hours(person_id=helper.pk, source="need:1", now=now, **times, **values)


def stored():
    return Appeal.objects.count(), list(Record.objects.order_by("pk").values_list("state", "minutes")), Entry.objects.count(), Event.objects.count()


def refused(code, verb, **more):
    before = stored()
    with pytest.raises(Refused) as refusal:
        verb(**more)
    assert (refusal.value.code, stored()) == (code, before)


def appeal(record, actor, now, begin=-180, end=-90, **more):
    times = {"started_at": now + timedelta(minutes=begin), "ended_at": now + timedelta(minutes=end)}
    return commands.appeal_record(actor=actor, record_id=record.pk, now=now, **{"words": "十点半才走", **times, **more})


def missing(actor, now, begin=-600, end=-540, **more):
    times = {"started_at": now + timedelta(minutes=begin), "ended_at": now + timedelta(minutes=end)}
    return commands.appeal_missing(actor=actor, now=now, **{"title": "发传单", "category": "0001", "words": "忘了签到", **times, **more})


def test_a_granted_appeal_strikes_the_record_and_makes_another(record, helper, coordinator, now):
    made = appeal(record, helper, now)
    assert queries.totals(helper, helper.pk, now).minutes == 60
    commands.grant_appeal(actor=coordinator, appeal_id=made.pk, answer="居民也这么说", now=now)
    assert sorted(Record.objects.values_list("state", "minutes", "source")) == [("2", 90, f"appeal:{made.pk}"), ("3", 60, "need:1")]
    assert queries.totals(helper, helper.pk, now).minutes == 90
    kernel_events.settle(now + timedelta(minutes=1))
    assert "居民也这么说" in Message.objects.get(person=helper, kind="hours.appeal_granted").body


def test_a_dismissed_appeal_leaves_the_record_and_says_why(record, helper, coordinator, now):
    made = appeal(record, helper, now)
    commands.dismiss_appeal(actor=coordinator, appeal_id=made.pk, answer="签退就是十点", now=now)
    assert (Appeal.objects.get().state, Record.objects.get().minutes) == (AppealState.DISMISSED, 60)
    kernel_events.settle(now + timedelta(minutes=1))
    assert "签退就是十点" in Message.objects.get(person=helper, kind="hours.appeal_dismissed").body


def test_a_missing_record_goes_through_publicity_and_then_counts(helper, coordinator, now):
    made = missing(helper, now)
    commands.grant_appeal(actor=coordinator, appeal_id=made.pk, answer="队长证明", now=now)
    entry = Entry.objects.get()
    assert (entry.state, entry.entered_by_id, entry.decided_by_id, Record.objects.count()) == (EntryState.PUBLISHED, helper.pk, coordinator.pk, 0)
    commands.count_due_entries(now=entry.public_until)
    assert Record.objects.get().minutes == 60


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"end": 30}, "in_the_future"),
        ({"begin": -60, "end": -120}, "ends_before_start"),
        ({"begin": -60 * 24 * 50, "end": -60 * 24 * 50 + 9}, "too_old"),
        ({"words": " "}, "words_missing"),
    ],
)
def test_an_appeal_that_cannot_be_is_refused(record, helper, now, more, code):
    refused(code, appeal, record=record, actor=helper, now=now, **more)
    refused(code, missing, actor=helper, now=now, **more)


def test_a_missing_record_over_another_is_refused(record, helper, now):
    refused("overlap", missing, actor=helper, now=now, begin=-150, end=-130)


def test_one_record_is_appealed_once_at_a_time_and_only_while_it_counts(record, helper, coordinator, now):
    appeal(record, helper, now)
    refused("appealed_already", appeal, record=record, actor=helper, now=now)
    commands.withdraw_appeal(actor=helper, appeal_id=Appeal.objects.get().pk, now=now)
    commands.cancel_record(actor=coordinator, record_id=record.pk, reason="不对", now=now)
    refused("wrong_state", appeal, record=record, actor=helper, now=now)


@pytest.mark.parametrize("who", ["second_helper", "stranger", "far_coordinator"])
def test_other_peoples_records_are_not_found(record, who, now, request):
    with pytest.raises(NotFound):
        appeal(record, request.getfixturevalue(who), now)
    assert (Appeal.objects.count(), bool(policies.can_appeal(request.getfixturevalue(who), record))) == (0, False)


def test_the_staff_do_not_appeal_for_a_volunteer(record, coordinator, now):
    refused("forbidden", appeal, record=record, actor=coordinator, now=now)


def test_who_is_no_volunteer_misses_no_record(resident, now):
    refused("not_a_volunteer", missing, actor=resident, now=now)


def test_nobody_involved_decides(helper, coordinator, now):
    line = entries.entry(coordinator, helper, state=EntryState.PUBLISHED, public_until=now).lines.get()
    commands.count_due_entries(now=now)
    line.refresh_from_db()
    made = appeal(line.record, helper, now)
    for who in (coordinator, helper):
        assert not policies.can_decide_appeal(who, made)
    refused("own_case", commands.grant_appeal, actor=coordinator, appeal_id=made.pk, answer="好", now=now)
    refused("forbidden", commands.dismiss_appeal, actor=helper, appeal_id=made.pk, answer="好", now=now)


@pytest.mark.parametrize("who", ["second_helper", "stranger", "far_coordinator"])
def test_strangers_do_not_find_an_appeal(record, helper, who, now, request):
    made, actor = appeal(record, helper, now), request.getfixturevalue(who)
    for verb, more in ((commands.grant_appeal, {"answer": "好"}), (commands.dismiss_appeal, {"answer": "不"}), (commands.withdraw_appeal, {})):
        with pytest.raises(NotFound):
            verb(actor=actor, appeal_id=made.pk, now=now, **more)
    assert (Appeal.objects.get().state, bool(policies.can_view_appeal(actor, made))) == (AppealState.OPEN, False)


def test_a_grid_worker_does_not_decide_and_the_staff_do_not_withdraw(record, helper, coordinator, community, now):
    made = appeal(record, helper, now)
    assert not policies.can_decide_appeal(people.staff(community, "grid_worker"), made)
    refused("forbidden", commands.withdraw_appeal, actor=coordinator, appeal_id=made.pk, now=now)
    assert not policies.can_withdraw_appeal(coordinator, made)


def test_a_decision_without_a_reason_or_a_second_one_is_refused(record, helper, coordinator, now):
    made = appeal(record, helper, now)
    refused("reason_missing", commands.grant_appeal, actor=coordinator, appeal_id=made.pk, answer=" ", now=now)
    commands.dismiss_appeal(actor=coordinator, appeal_id=made.pk, answer="不", now=now)
    assert made.state in APPEAL_STEPS["grant"].sources
    refused("wrong_state", commands.grant_appeal, actor=coordinator, appeal_id=made.pk, answer="好", now=now)
    refused("wrong_state", commands.withdraw_appeal, actor=helper, appeal_id=made.pk, now=now)
    assert Record.objects.get().state == RecordState.EFFECTIVE
