"""Check-in, check-out, confirmation, absence, the end of the day: who may, with which proof, at which hour, with how many minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.hours.models import Record
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Attempt, Event
from chunshui.needs import commands, events, queries
from chunshui.needs.models import Assignment, FollowUp
from chunshui.needs.states import State
from chunshui.people.models import Consent, ConsentText
from tests.factories import needs as make
from tests.factories import people
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def need(resident):
    return make.need(resident, state=State.ACCEPTED)


@pytest.fixture
def place(need, helper):
    return make.assignment(need, helper)


def start(place):
    return place.planned_from


def come(actor, place, **more):
    return commands.check_in(**{"actor": actor, "assignment_id": place.pk, "way": "code", "code": "4827", "now": start(place), **more})


def go(actor, place, **more):
    values = {"actor": actor, "assignment_id": place.pk, "way": "code", "code": "4827", "now": start(place) + 2 * HOUR, **more}
    return commands.check_out(**values)


def refused(reason, verb, *args, **more):
    before = snapshot()
    with pytest.raises(Refused) as caught:
        verb(*args, **more)
    assert caught.value.code == reason
    assert snapshot() == before


def state(need):
    need.refresh_from_db()
    return need.state


def names():
    return list(Event.objects.filter(subject="need").order_by("id").values_list("name", flat=True))


def test_the_whole_service_by_code(need, place, helper):
    came = come(helper, place)
    assert (came.state, came.checked_in_at, came.check_in_way, state(need), need.started_at) == (
        "present", start(place), "code", State.SERVING, start(place),
    )  # fmt: skip
    assert need.due_at == clock.at(clock.today(start(place)), 24)
    left = go(helper, place)
    assert (left.state, left.minutes, left.entry_way, state(need), need.delivered_at) == ("done", 120, "4", State.DELIVERED, start(place) + 2 * HOUR)
    assert need.due_at == start(place) + 2 * HOUR + timedelta(days=7)
    record = Record.objects.get()
    assert (record.person, record.source, record.minutes, record.category) == (helper, f"need:{need.pk}:{place.pk}", 120, "0017")
    assert names() == [events.CHECKED_IN, events.STARTED, events.CHECKED_OUT, events.DELIVERED]
    assert Event.objects.get(name=events.DELIVERED).data == {"minutes": 120, "volunteer_ids": [helper.pk]}


def test_two_places_start_once_when_both_came_and_end_when_both_left(resident, helper, second_helper):
    need = make.need(resident, state=State.ACCEPTED, people_needed=2)
    first, second = make.assignment(need, helper), make.assignment(need, second_helper)
    come(helper, first)
    assert state(need) == State.ACCEPTED
    come(second_helper, second)
    assert state(need) == State.SERVING
    go(helper, first)
    assert state(need) == State.SERVING
    go(second_helper, second)
    assert state(need) == State.DELIVERED
    assert (names().count(events.STARTED), names().count(events.DELIVERED)) == (1, 1)
    assert Event.objects.get(name=events.DELIVERED).data["minutes"] == 240


# --- proof


@pytest.mark.parametrize("code", ["", "0000", "48270", "四八二七", "\ud800"])
def test_a_wrong_code_is_refused(place, helper, code):
    refused("wrong_code", come, helper, place, code=code)


def test_digits_from_a_chinese_keyboard_and_spaces_are_understood(place, helper):
    assert come(helper, place, code=" ４８２７ ").state == "present"


def test_the_sixth_try_in_a_quarter_of_an_hour_is_too_many_even_with_the_right_code(place, helper):
    for _each in range(5):
        refused("wrong_code", come, helper, place, code="0000")
    refused("too_many", come, helper, place)
    assert Attempt.objects.get().count == 6
    assert come(helper, place, now=start(place) + 16 * MINUTE).state == "present"


def test_qr_of_this_order_only(need, place, helper, resident):
    other = make.need(resident, state=State.ACCEPTED)
    text = queries.qr_text(need)
    for wrong in (queries.qr_text(other), text[:-1], f"CS{need.pk}-4827", ""):
        refused("wrong_code", come, helper, place, way="qr", code=wrong)
    assert come(helper, place, way="qr", code=text).check_in_way == "qr"


def test_a_worker_registers_the_volunteer(need, place, coordinator, helper, far_coordinator, stranger):
    refused("forbidden", come, helper, place, way="worker")
    for actor in (far_coordinator, stranger):
        before = snapshot()
        with pytest.raises(NotFound):
            come(actor, place, way="worker")
        assert snapshot() == before
    come(coordinator, place, way="worker")
    assert go(coordinator, place, way="worker").entry_way == "1"


def test_the_resident_does_not_check_the_volunteer_in(place, resident):
    refused("forbidden", come, resident, place)


def test_a_worker_does_not_vouch_for_oneself(need, coordinator):
    place = make.assignment(need, coordinator)
    refused("forbidden", come, coordinator, place, way="worker")


@pytest.mark.parametrize("way", ["face", "", "clock", "resident"])
def test_an_unknown_way_is_refused(place, helper, way):
    refused("unknown_way", come, helper, place, way=way)


def test_location_needs_consent_and_nearness(need, place, helper):
    here = {"way": "location", "latitude": need.latitude, "longitude": need.longitude}
    refused("no_consent", come, helper, place, **here)
    text, _made = ConsentText.objects.get_or_create(
        kind="location", version=1, defaults={"body": "读取位置", "body_en": "Location", "effective_on": clock.today(make.NOON)}
    )
    Consent.objects.create(person=helper, text=text, given_by=helper, channel="self", given_at=make.NOON)
    refused("no_spot", come, helper, place, way="location")
    refused("too_far", come, helper, place, **{**here, "latitude": need.latitude + 0.003})
    refused("too_far", come, helper, place, **{**here, "latitude": float("nan")})
    assert come(helper, place, **{**here, "latitude": need.latitude + 0.0026}).check_in_way == "location"


# --- hours


def test_check_in_more_than_thirty_minutes_early_is_refused(place, helper):
    refused("too_early", come, helper, place, now=start(place) - 31 * MINUTE)
    assert come(helper, place, now=start(place) - 30 * MINUTE).state == "present"


def test_check_in_long_after_the_window_is_for_the_worker_only(place, helper, coordinator):
    late = place.planned_until + 121 * MINUTE
    refused("too_late", come, helper, place, now=late)
    assert come(coordinator, place, way="worker", now=late).state == "present"


def test_check_in_at_any_time_has_no_hours(resident, helper):
    need = make.need(resident, state=State.ACCEPTED, wish="any", wish_from=None, wish_until=None)
    assert come(helper, make.assignment(need, helper), now=make.NOON).state == "present"


def test_check_in_while_still_checked_in_elsewhere_is_refused(place, helper, resident):
    come(helper, place)
    other = make.assignment(make.need(resident, state=State.ACCEPTED), helper)
    refused("already_in", come, helper, other)


def test_check_in_or_out_twice_is_refused(place, helper):
    come(helper, place)
    refused("wrong_state", come, helper, place)
    go(helper, place)
    refused("wrong_state", go, helper, place)
    assert Record.objects.count() == 1


def test_check_out_without_check_in_is_refused(place, helper):
    refused("wrong_state", go, helper, place)


def test_a_stay_under_fifteen_minutes_counts_nothing_but_the_service_is_done(need, place, helper):
    come(helper, place)
    assert go(helper, place, now=start(place) + 14 * MINUTE).minutes == 0
    assert state(need) == State.DELIVERED


def test_the_day_is_closed_at_midnight_without_minutes(need, place, helper, second_helper, resident):
    come(helper, place)
    today = make.assignment(
        make.need(resident, state=State.SERVING), second_helper, state="present", checked_in_at=clock.at(clock.today(start(place)), 24)
    )
    assert commands.close_day(now=start(place) + 10 * HOUR) == 0
    midnight = clock.at(clock.today(start(place)), 24)
    assert commands.close_day(now=midnight + MINUTE) == 1
    place.refresh_from_db()
    assert (place.state, place.checked_out_at, place.minutes, place.check_out_way, place.entry_way) == ("done", midnight, 0, "clock", "0")
    assert (state(need), Record.objects.get().minutes) == (State.DELIVERED, 0)
    assert commands.close_day(now=midnight + 2 * MINUTE) == 0
    today.refresh_from_db()
    assert today.state == "present"


# --- confirm


@pytest.mark.parametrize(("who", "way", "entry"), [("resident", "resident", "4"), ("coordinator", "worker", "1")])
def test_confirming_ends_a_service_and_checks_the_volunteer_out(need, place, helper, who, way, entry, request):
    come(helper, place)
    done = commands.confirm_delivery(actor=request.getfixturevalue(who), need_id=need.pk, now=start(place) + HOUR)
    place.refresh_from_db()
    assert (done.state, done.confirmed_at, place.minutes, place.check_out_way, place.entry_way) == (
        State.DELIVERED,
        start(place) + HOUR,
        60,
        way,
        entry,
    )
    assert names()[-3:] == [events.CHECKED_OUT, events.DELIVERED, events.CONFIRMED]


def test_confirming_after_check_out_once(need, place, helper, resident):
    come(helper, place)
    go(helper, place)
    commands.confirm_delivery(actor=resident, need_id=need.pk, now=start(place) + 3 * HOUR)
    refused("already_confirmed", commands.confirm_delivery, actor=resident, need_id=need.pk, now=start(place) + 3 * HOUR)


def test_confirming_by_the_volunteer_or_before_the_service_is_refused(need, place, helper, resident):
    refused("forbidden", commands.confirm_delivery, actor=helper, need_id=need.pk, now=start(place))
    refused("wrong_state", commands.confirm_delivery, actor=resident, need_id=need.pk, now=start(place))


# --- absence


def test_absent_reopens_the_place_at_the_front_of_the_queue(need, place, coordinator):
    commands.mark_absent(actor=coordinator, assignment_id=place.pk, now=start(place) + 20 * MINUTE)
    place.refresh_from_db()
    assert (place.state, state(need), need.places_filled, need.due_at) == ("absent", State.WAITING, 0, start(place) + 20 * MINUTE)
    assert names() == [events.ABSENT]


def test_absent_before_the_hour_or_by_others_is_refused(place, coordinator, helper, resident):
    refused("too_early", commands.mark_absent, actor=coordinator, assignment_id=place.pk, now=start(place) - MINUTE)
    for actor in (helper, resident):
        refused("forbidden", commands.mark_absent, actor=actor, assignment_id=place.pk, now=start(place))


def test_absent_with_another_at_work_can_do_with_fewer(resident, helper, second_helper, coordinator):
    need = make.need(resident, state=State.ACCEPTED, people_needed=2)
    first, second = make.assignment(need, helper), make.assignment(need, second_helper)
    come(helper, first)
    commands.mark_absent(actor=coordinator, assignment_id=second.pk, seek_another=False, now=start(first) + 20 * MINUTE)
    assert (state(need), need.people_needed, need.places_filled) == (State.SERVING, 1, 1)
    assert names() == [events.CHECKED_IN, events.ABSENT, events.CHANGED, events.STARTED]


def test_a_worker_may_do_with_fewer_when_nobody_else_is_found(resident, helper, second_helper, coordinator):
    need = make.need(resident, state=State.OFFERED, people_needed=2)
    refused("nobody_yet", commands.do_with_fewer, actor=coordinator, need_id=need.pk, now=make.NOON)
    first, offer = make.assignment(need, helper), make.offer(need, second_helper)
    come(helper, first)
    go(helper, first)
    assert state(need) == State.OFFERED
    refused("forbidden", commands.do_with_fewer, actor=resident, need_id=need.pk, now=make.NOON)
    commands.do_with_fewer(actor=coordinator, need_id=need.pk, now=start(first) + 3 * HOUR)
    offer.refresh_from_db()
    assert (state(need), need.people_needed, offer.state) == (State.DELIVERED, 1, "withdrawn")
    assert names()[-4:] == [events.CHANGED, events.STAFFED, events.STARTED, events.DELIVERED]


# --- what the volunteer says


@pytest.fixture
def done(need, place, helper):
    come(helper, place)
    go(helper, place)
    return Assignment.objects.get(pk=place.pk)


def test_thanks_once(done, helper, now):
    said = {"actor": helper, "assignment_id": done.pk, "change": "thank", "words": "奶奶很客气", "now": now}
    assert commands.remark(**said).words == "奶奶很客气"
    assert names()[-1] == events.THANKED
    refused("already_said", commands.remark, **said)


def test_a_report_opens_a_follow_up_that_the_resident_does_not_see(done, need, helper, resident, coordinator, now):
    refused("no_words", commands.remark, actor=helper, assignment_id=done.pk, change="report", words=" ", now=now)
    commands.remark(actor=helper, assignment_id=done.pk, change="report", words="家里煤气漏", now=now)
    follow_up = FollowUp.objects.get()
    assert (follow_up.kind, follow_up.by, follow_up.words, follow_up.state) == ("report", helper, "家里煤气漏", "open")
    assert [line.name for line in queries.history(coordinator, need)][-1] == events.FOLLOW_UP_OPENED
    assert events.FOLLOW_UP_OPENED not in [line.name for line in queries.history(resident, need)]


def test_remarks_of_others_unknown_or_early_are_refused(done, place, resident, coordinator, helper, second_helper, now):
    for actor in (resident, coordinator):
        refused("forbidden", commands.remark, actor=actor, assignment_id=done.pk, change="thank", words="", now=now)
    refused("unknown_code", commands.remark, actor=helper, assignment_id=done.pk, change="praise", words="", now=now)
    early = make.assignment(make.need(resident, state=State.ACCEPTED), second_helper)
    refused("wrong_state", commands.remark, actor=second_helper, assignment_id=early.pk, change="thank", words="", now=now)


def test_a_missing_place_is_not_found(helper):
    with pytest.raises(NotFound):
        commands.check_in(actor=helper, assignment_id=0, way="worker", now=make.NOON)


def test_people_of_another_place_do_not_reach_it(place, community):
    other = people.volunteer(community, "别人")
    before = snapshot()
    with pytest.raises(NotFound):
        come(other, place)
    assert snapshot() == before
