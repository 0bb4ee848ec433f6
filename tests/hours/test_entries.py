"""Hours entered by hand: what is refused, who looks, and that nothing counts before its publicity has passed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.areas.models import RuleValue
from chunshui.hours import commands, policies
from chunshui.hours.models import Case, Entry, EntryLine, Record
from chunshui.hours.states import DAY_CAP, ENTRY_AGE, ENTRY_STEPS, PUBLIC_DAYS, SECOND_ABOVE, SPOT_SHARE, EntryState, EntryWay, RecordState
from chunshui.kernel import clock
from chunshui.kernel import events as kernel_events
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.notices.models import Message
from chunshui.people.models import Volunteer
from tests.factories import entries, hours, people, teams

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def team(community, helper, second_helper):
    made = teams.team(community, "黎明清洁队", leader=helper)
    teams.member(made, second_helper)
    return made


@pytest.fixture
def second_worker(community):
    return people.staff(community, name="吴复核")


def rule(area, declared, value, now):
    RuleValue.objects.create(area=area, key=declared.key, value=value, effective_on=now.date(), reason="试", set_by_id=1, set_at=now)


def stretch(now, begin=-180, end=-120):
    return now + timedelta(minutes=begin), now + timedelta(minutes=end)


def words(now, **more):
    return {"title": "楼道清洁", "category": "0001", "reason": "手机没电", "evidence": [entries.PDF], "intervals": [stretch(now)], "now": now, **more}


def enter(actor, team, persons, now, **more):
    return commands.enter_team_hours(actor=actor, team_id=team.pk, person_ids=[each.pk for each in persons], **words(now, **more))


def declare(actor, now, **more):
    return commands.declare_hours(actor=actor, **words(now, **more))


def stored():
    return Entry.objects.count(), EntryLine.objects.count(), Record.objects.count(), Case.objects.count(), Event.objects.count()


def refused(code, verb, *args, **more):
    before = stored()
    with pytest.raises(Refused) as refusal:
        verb(*args, **more)
    assert (refusal.value.code, stored()) == (code, before)


def later(now, days=8):
    return now + timedelta(days=days)


# --- what cannot be


HOSTILE = {
    "future": ([(-30, 30)], "in_the_future"),
    "crossing a day": ([(-1500, -600)], "crosses_day"),
    "nothing": ([(-60, -60)], "ends_before_start"),
    "backwards": ([(-60, -120)], "ends_before_start"),
    "too old": ([(-60 * 24 * 40, -60 * 24 * 40 + 60)], "too_old"),
    "over itself": ([(-180, -100), (-120, -60)], "overlap"),
    "none at all": ([], "intervals"),
    "eleven": ([(-60 * n, -60 * n + 10) for n in range(1, 12)], "intervals"),
    "beyond a day's cap": ([(-700, -100)], "above_day_cap"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_times_that_cannot_be_are_refused_and_nothing_is_kept(name, helper, now):
    times, code = HOSTILE[name]
    refused(code, declare, helper, now, intervals=[stretch(now, *each) for each in times])


def test_a_stretch_that_a_record_covers_is_refused(helper, now):
    hours.record(helper, hour=9, minutes=60)
    refused("overlap", declare, helper, now, intervals=[stretch(now, -130, -100)])


def test_a_stretch_that_another_entry_waits_for_is_refused(helper, now):
    declare(helper, now)
    refused("overlap", declare, helper, now)


def test_counted_and_waiting_minutes_fill_a_day_together(helper, community, now):
    rule(community, DAY_CAP, 120, now)
    hours.record(helper, hour=1, minutes=60)
    declare(helper, now)
    refused("above_day_cap", declare, helper, now, intervals=[stretch(now, -60, 0)])


def test_the_oldest_day_of_an_entry_is_a_setting(helper, community, now):
    rule(community, ENTRY_AGE, 2, now)
    refused("too_old", declare, helper, now, intervals=[stretch(now, -60 * 24 * 3, -60 * 24 * 3 + 60)])


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"evidence": []}, "evidence_missing"),
        ({"evidence": [b"MZ\x90 no photo"]}, "not_evidence"),
        ({"evidence": [b"%PDF-" + b"0" * (8 * 1024 * 1024)]}, "file_too_big"),
        ({"evidence": [entries.PDF] * 5}, "too_many_files"),
        ({"reason": "  "}, "reason_missing"),
        ({"title": ""}, "title_missing"),
        ({"category": "9999"}, "unknown_category"),
    ],
)
def test_an_entry_without_reason_evidence_or_sense_is_refused(helper, now, more, code):
    refused(code, declare, helper, now, **more)


def test_other_peoples_ids_are_refused(helper, team, community, now):
    refused("not_a_member", enter, helper, team, [people.volunteer(community)], now)


def test_nobody_and_who_is_not_active_are_refused(helper, team, community, now):
    paused = people.volunteer(community, state="paused")
    teams.member(team, paused)
    refused("nobody", enter, helper, team, [], now)
    refused("not_a_volunteer", enter, helper, team, [paused], now)


@pytest.mark.parametrize("who", ["second_helper", "stranger", "far_coordinator"])
def test_only_leaders_and_the_staff_of_the_area_enter_hours(who, team, second_helper, now, request):
    refused("forbidden", enter, request.getfixturevalue(who), team, [second_helper], now)


def test_a_grid_worker_enters_nothing(team, second_helper, community, now):
    refused("forbidden", enter, people.staff(community, "grid_worker"), team, [second_helper], now)
    assert not policies.can_enter_hours(people.staff(community, "grid_worker"), community, None)


def test_who_is_no_volunteer_declares_nothing(resident, community, now):
    refused("not_a_volunteer", declare, resident, now)
    assert policies.can_declare_hours(resident, community).code == "not_a_volunteer"


def test_volunteers_of_elsewhere_are_not_found_by_number(coordinator, elsewhere, community, now):
    far = people.volunteer(elsewhere)
    numbers = [f"V{far.pk:08d}"]
    refused("unknown_volunteer", commands.enter_area_hours, actor=coordinator, area_id=community.pk, numbers=numbers, **words(now))
    refused("forbidden", commands.enter_area_hours, actor=coordinator, area_id=elsewhere.pk, numbers=numbers, **words(now))


# --- the way to the record


def test_a_leaders_entry_below_the_threshold_is_public_at_once_and_counts_after_seven_days(helper, team, second_helper, community, now):
    rule(community, SPOT_SHARE, 0, now)
    made = enter(helper, team, [second_helper], now)
    assert (made.state, made.public_until) == (EntryState.PUBLISHED, clock.at(clock.today(now + timedelta(days=7)), 24))
    assert commands.count_due_entries(now=made.public_until - timedelta(seconds=1)) == 0
    assert commands.count_due_entries(now=made.public_until) == 1
    line = made.lines.select_related("record").get()
    assert (line.state, line.record.minutes, line.record.entry_way, line.record.source) == ("2", 60, EntryWay.TEAM, f"entry:{line.pk}")
    assert Volunteer.objects.get(pk=second_helper.pk).minutes_total == 60
    assert commands.count_due_entries(now=later(now, 30)) == 0


def test_several_people_and_stretches_make_a_line_each(helper, team, second_helper, coordinator, community, now):
    third = people.volunteer(community)
    teams.member(team, third)
    made = enter(coordinator, team, [second_helper, third], now, intervals=[stretch(now), stretch(now, -100, -40)])
    assert sorted(made.lines.values_list("person_id", "minutes")) == sorted([(each.pk, 60) for each in (second_helper, third)] * 2)


def test_the_days_of_publicity_are_a_setting(helper, team, second_helper, community, now):
    rule(community, PUBLIC_DAYS, 3, now)
    assert enter(helper, team, [second_helper], now).public_until == clock.at(clock.today(now + timedelta(days=3)), 24)


@pytest.mark.parametrize("least", [59, 60])
def test_above_the_threshold_a_second_person_looks_first(helper, team, second_helper, community, now, least):
    rule(community, SECOND_ABOVE, least, now)
    assert enter(helper, team, [second_helper], now).state == (EntryState.WAITING if least == 59 else EntryState.PUBLISHED)


def test_ones_own_hours_always_wait_for_a_second_person(helper, team, second_helper, now):
    assert enter(helper, team, [helper, second_helper], now).state == EntryState.WAITING
    made = declare(second_helper, now, intervals=[stretch(now, -60, 0)], team_id=team.pk)
    assert (made.state, made.entry_way, made.team_id) == (EntryState.WAITING, EntryWay.PERSONAL, team.pk)


def test_declaring_with_a_team_of_others_is_refused(helper, community, now):
    refused("not_a_member", declare, helper, now, team_id=teams.team(community).pk)


def test_hours_brought_from_another_system_always_wait(coordinator, helper, community, second_worker, now):
    made = commands.enter_area_hours(actor=coordinator, area_id=community.pk, numbers=[f"v{helper.pk:08d}"], origin="志愿山城", **words(now))
    assert (made.state, made.origin) == (EntryState.WAITING, "志愿山城")
    commands.approve_entry(actor=second_worker, entry_id=made.pk, now=now)
    Case.objects.all().delete()
    commands.count_due_entries(now=later(now))
    assert Record.objects.get().remark == "志愿山城 手机没电"


def test_the_second_person_agrees_and_the_list_becomes_public(helper, coordinator, now):
    made = declare(helper, now)
    commands.approve_entry(actor=coordinator, entry_id=made.pk, opinion="照片看过", now=now)
    made.refresh_from_db()
    assert (made.state, made.decided_by_id, made.opinion) == (EntryState.PUBLISHED, coordinator.pk, "照片看过")
    kernel_events.settle(now + timedelta(minutes=1))
    assert Message.objects.filter(person=helper).get().url == f"/hours/entries/{made.pk}/"


def test_the_second_person_refuses_with_a_reason_and_nothing_counts(helper, coordinator, now):
    made = declare(helper, now)
    refused("reason_missing", commands.refuse_entry, actor=coordinator, entry_id=made.pk, opinion=" ", now=now)
    commands.refuse_entry(actor=coordinator, entry_id=made.pk, opinion="那天没有活动", now=now)
    assert (made.lines.get().state, made.lines.get().note) == (RecordState.REFUSED, "那天没有活动")
    commands.count_due_entries(now=later(now))
    assert Record.objects.count() == 0
    kernel_events.settle(now + timedelta(minutes=1))
    assert "那天没有活动" in Message.objects.get(person=helper).body


def test_nobody_approves_what_they_entered_or_gain_by(helper, coordinator, team, second_helper, community, now):
    rule(community, SECOND_ABOVE, 0, now)
    made = enter(coordinator, team, [second_helper], now)
    refused("own_case", commands.approve_entry, actor=coordinator, entry_id=made.pk, now=now)
    refused("own_case", commands.refuse_entry, actor=coordinator, entry_id=made.pk, opinion="不", now=now)
    refused("own_case", commands.approve_entry, actor=second_helper, entry_id=made.pk, now=now)
    assert (policies.can_approve_entry(coordinator, made).code, policies.can_refuse_entry(second_helper, made).code) == ("own_case", "own_case")


def test_a_leader_and_a_grid_worker_do_not_approve(helper, coordinator, team, second_helper, community, now):
    rule(community, SECOND_ABOVE, 0, now)
    made = enter(coordinator, team, [second_helper], now)
    for who in (helper, people.staff(community, "grid_worker")):
        refused("forbidden", commands.approve_entry, actor=who, entry_id=made.pk, now=now)


@pytest.mark.parametrize("who", ["stranger", "far_coordinator"])
def test_strangers_do_not_find_an_entry(who, helper, now, request):
    made, actor = declare(helper, now), request.getfixturevalue(who)
    for verb, more in ((commands.approve_entry, {}), (commands.refuse_entry, {"opinion": "不"}), (commands.withdraw_entry, {})):
        with pytest.raises(NotFound):
            verb(actor=actor, entry_id=made.pk, now=now, **more)
    assert (Entry.objects.get().state, bool(policies.can_view_entry(actor, made))) == (EntryState.WAITING, False)


def test_who_entered_it_takes_it_back_and_the_time_is_free_again(helper, coordinator, now):
    made = declare(helper, now)
    refused("forbidden", commands.withdraw_entry, actor=coordinator, entry_id=made.pk, now=now)
    assert not policies.can_withdraw_entry(coordinator, made)
    commands.withdraw_entry(actor=helper, entry_id=made.pk, now=now)
    assert (made.lines.get().state, declare(helper, now).state) == (RecordState.DELETED, EntryState.WAITING)


VERBS = {"approve": commands.approve_entry, "refuse": commands.refuse_entry, "withdraw": commands.withdraw_entry}


@pytest.mark.parametrize(("verb", "state"), [(verb, s) for verb in VERBS for s in EntryState.values if s not in ENTRY_STEPS[verb].sources])
def test_a_step_from_any_other_state_is_refused(verb, state, helper, coordinator, now):
    made = entries.entry(helper, state=state)
    more = {"opinion": "不"} if verb == "refuse" else {}
    actor = helper if verb == "withdraw" else coordinator
    refused("wrong_state", VERBS[verb], actor=actor, entry_id=made.pk, now=now, **more)


def test_a_line_that_no_longer_fits_fails_alone_and_its_volunteer_hears_why(helper, second_helper, coordinator, now):
    made = entries.entry(coordinator, helper, second_helper, state=EntryState.PUBLISHED, public_until=now)
    hours.record(helper, hour=9, minutes=30, title="陪同就医")
    assert commands.count_due_entries(now=now) == 1
    assert dict(made.lines.values_list("person_id", "state")) == {helper.pk: RecordState.FAILED, second_helper.pk: RecordState.EFFECTIVE}
    kernel_events.settle(now + timedelta(minutes=1))
    assert "陪同就医" in Message.objects.get(person=helper).body


# --- the public list


def test_a_reported_line_does_not_count_until_somebody_has_looked(helper, second_helper, coordinator, resident, now):
    made = entries.entry(coordinator, helper, second_helper, state=EntryState.PUBLISHED, public_until=now)
    line = made.lines.get(person=helper)
    commands.report_line(actor=resident, line_id=line.pk, words="那天他不在", now=now)
    commands.report_line(actor=resident, line_id=line.pk, words="再说一次", now=now)
    assert Case.objects.values_list("kind", "words", "opened_by_id", "person_id").get() == ("report", "那天他不在", resident.pk, helper.pk)
    assert commands.count_due_entries(now=now) == 0
    assert dict(made.lines.values_list("person_id", "state")) == {helper.pk: RecordState.APPLYING, second_helper.pk: RecordState.EFFECTIVE}


def test_only_what_is_public_is_reported(helper, resident, coordinator, now):
    waiting = entries.entry(helper).lines.get()
    with pytest.raises(NotFound):
        commands.report_line(actor=resident, line_id=waiting.pk, words="不对", now=now)
    public = entries.entry(coordinator, helper, state=EntryState.PUBLISHED, hour=7).lines.get()
    refused("words_missing", commands.report_line, actor=resident, line_id=public.pk, words=" ", now=now)
    refused("own_case", commands.report_line, actor=coordinator, line_id=public.pk, words="不对", now=now)
    assert (policies.can_report_line(resident, public.entry).allowed, policies.can_report_line(resident, waiting.entry).code) == (True, "wrong_state")


@pytest.mark.parametrize(("share", "found"), [(0, 0), (100, 20)])
def test_a_share_of_the_lines_is_drawn_for_a_spot_check(helper, coordinator, community, now, share, found):
    rule(community, SPOT_SHARE, share, now)
    made = entries.entry(helper, *[people.volunteer(community) for _n in range(20)])
    commands.approve_entry(actor=coordinator, entry_id=made.pk, now=now)
    assert Case.objects.filter(kind="spot_check").count() == found


def test_the_lot_is_drawn_by_the_line_alone_and_about_as_often_as_the_share():
    from chunshui.hours.commands.entries import _lot

    drawn = [n for n in range(1000) if _lot(n) < 10]
    assert (drawn == [n for n in range(1000) if _lot(n) < 10], 60 < len(drawn) < 140) == (True, True)


def test_evidence_is_for_who_entered_it_and_who_judges_it(helper, second_helper, coordinator, far_coordinator, now):
    made = entries.entry(helper, second_helper)
    allowed = [bool(policies.can_see_evidence(who, made)) for who in (helper, coordinator, second_helper, far_coordinator)]
    assert allowed == [True, True, False, False]
