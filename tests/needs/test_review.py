"""Review, cancelling, notes and priorities: who may, what is said, what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.areas import queries as areas
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.needs import commands, events, queries
from chunshui.needs.models import Need
from chunshui.needs.states import Priority, State
from chunshui.people.models import Relation
from tests.factories import needs as make
from tests.factories import people
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
REVIEW = {
    "accept_need": {},
    "send_back_need": {"reason": "写清楚"},
    "decline_need": {"reason": "要持证", "instead": "社区医院"},
    "refer_need": {"to": "street", "reason": "归街道管"},
    "set_priority": {"priority": 4, "reason": "独居"},
}


@pytest.fixture
def need(resident):
    return make.need(resident)


def refused(code, name, **more):
    before = snapshot()
    with pytest.raises(Refused) as caught:
        getattr(commands, name)(now=make.NOON, **more)
    assert caught.value.code == code
    assert snapshot() == before


def hidden(name, **more):
    before = snapshot()
    with pytest.raises(NotFound):
        getattr(commands, name)(now=make.NOON, **more)
    assert snapshot() == before


@pytest.mark.parametrize("name", sorted(REVIEW))
def test_review_is_for_the_staff_of_the_area(name, need, resident, stranger, far_coordinator, helper, community):
    grid_worker = people.staff(community, "grid_worker", "网格员")
    make.offer(need, helper)
    for actor in (stranger, far_coordinator):
        hidden(name, actor=actor, need_id=need.pk, **REVIEW[name])
    for actor in (helper, grid_worker):
        refused("forbidden", name, actor=actor, need_id=need.pk, **REVIEW[name])
    refused("own_case", name, actor=resident, need_id=need.pk, **REVIEW[name])


@pytest.mark.parametrize("name", sorted(REVIEW))
def test_review_of_ones_own_order_is_refused_also_to_staff(name, coordinator):
    refused("own_case", name, actor=coordinator, need_id=make.need(coordinator).pk, **REVIEW[name])


def test_staff_without_the_second_factor_does_not_reach_the_order(need, community):
    worker = people.staff(community)
    worker.acting = type(worker.acting)(**{**vars(worker.acting), "confirmed": False})
    hidden("accept_need", actor=worker, need_id=need.pk)


@pytest.mark.parametrize("who", ["coordinator", "street_official", "district_official"])
def test_accept_starts_the_dispatch_clock(need, request, who, now):
    actor = request.getfixturevalue(who)
    need.level = 2
    need.save()
    accepted = commands.accept_need(
        actor=actor, need_id=need.pk, priority=3, people_needed=2, note_to_volunteer="带轮椅", verification="电话核实", now=now
    )
    accepted.refresh_from_db()
    assert (accepted.state, accepted.priority, accepted.people_needed, accepted.note_to_volunteer) == (State.WAITING, 3, 2, "带轮椅")
    assert (accepted.reviewed_by, accepted.accepted_at, accepted.due_at, accepted.level) == (actor, now, now + timedelta(minutes=1440), 0)
    told = list(Event.objects.values_list("name", "data"))
    assert told == [
        (events.CHANGED, {"fields": ["people_needed", "note_to_volunteer"]}),
        (events.ACCEPTED, {"priority": 3, "verification": "电话核实"}),
    ]


def test_accept_as_urgent_gives_two_hours(need, coordinator, now):
    assert commands.accept_need(actor=coordinator, need_id=need.pk, priority=4, now=now).due_at == now + timedelta(minutes=120)


@pytest.mark.parametrize(
    ("code", "more"),
    [("unknown_priority", {"priority": 9}), ("people_needed", {"people_needed": 0}), ("too_long", {"note_to_volunteer": "好" * 301})],
)
def test_accept_with_what_cannot_be_is_refused(need, coordinator, code, more):
    refused(code, "accept_need", actor=coordinator, need_id=need.pk, **more)


@pytest.mark.parametrize("name", ["send_back_need", "decline_need", "refer_need", "set_priority"])
def test_review_without_a_reason_is_refused(need, coordinator, name):
    refused("no_reason", name, actor=coordinator, need_id=need.pk, **{**REVIEW[name], "reason": "  "})


def test_decline_without_saying_who_can_help_is_refused(need, coordinator):
    refused("no_reason", "decline_need", actor=coordinator, need_id=need.pk, reason="不行", instead="")


def test_send_back_stops_the_clock_and_completing_starts_it_again(need, coordinator, resident, now):
    returned = commands.send_back_need(actor=coordinator, need_id=need.pk, reason="哪家医院？", now=now)
    assert (returned.state, returned.due_at, returned.reason) == (State.RETURNED, None, "哪家医院？")
    later = now + timedelta(hours=1)
    done = commands.complete_need(actor=resident, need_id=need.pk, details="三院", people_needed=2, now=later)
    assert (done.state, done.due_at, done.reason, done.level) == (State.SUBMITTED, areas.working_deadline(later, 480), "", 0)
    assert list(Event.objects.order_by("id").values_list("name", "data")) == [
        (events.SENT_BACK, {"reason": "哪家医院？"}),
        (events.CHANGED, {"fields": ["details", "people_needed"]}),
        (events.COMPLETED, {}),
    ]
    assert queries.address_for(resident, done) == "莺花巷 27 号 3 单元 5-2"


def test_complete_with_another_address_moves_the_spot(need, resident, coordinator, community, now):
    need.state, need.latitude = State.RETURNED, community.latitude + 0.01
    need.save()
    done = commands.complete_need(actor=coordinator, need_id=need.pk, address="五里店正街 8 号", now=now)
    assert (queries.address_for(resident, done), done.rough_place, done.latitude) == ("五里店正街 8 号", "五里店正街", community.latitude)
    assert Event.objects.get(name=events.CHANGED).data["fields"] == ["address", "place"]


def test_complete_by_a_volunteer_who_is_asked_is_refused(need, helper):
    need.state = State.RETURNED
    need.save()
    make.offer(need, helper)
    refused("forbidden", "complete_need", actor=helper, need_id=need.pk, details="三院")


@pytest.mark.parametrize(("code", "more"), [("no_address", {"address": ""}), ("window_past", {"wish_from": make.NOON - timedelta(hours=1)})])
def test_complete_with_what_cannot_be_is_refused(need, resident, code, more):
    need.state = State.RETURNED
    need.save()
    refused(code, "complete_need", actor=resident, need_id=need.pk, **more)


def test_refer_closes_the_order_and_lets_nobody_wait(resident, coordinator, helper, now):
    need = make.need(resident, state=State.WAITING)
    offer = make.offer(need, helper)
    gone = commands.refer_need(actor=coordinator, need_id=need.pk, to="12345", reason="供水", now=now)
    offer.refresh_from_db()
    assert (gone.state, gone.due_at, gone.closed_at, offer.state) == (State.REFERRED, None, now, "withdrawn")
    assert Event.objects.get().data == {"to": "12345", "reason": "供水", "volunteer_ids": [], "asked_ids": [helper.pk]}


def test_refer_to_nobody_known_is_refused(need, coordinator):
    refused("unknown_code", "refer_need", actor=coordinator, need_id=need.pk, to="mayor", reason="大事")


def test_merge_links_the_original(need, resident, coordinator, now):
    original = make.need(resident, state=State.WAITING)
    merged = commands.merge_need(actor=coordinator, need_id=need.pk, into_id=original.pk, now=now)
    assert (merged.state, merged.merged_into, merged.closed_at) == (State.MERGED, original, now)
    assert [line.words for line in queries.history(resident, merged)] == [f"和单子 {original.number} 合并办理"]


def test_merge_into_what_does_not_fit_is_refused(need, resident, coordinator, elsewhere, community):
    neighbour = people.person(community, "邻居")
    closed = make.need(resident, state=State.CANCELLED)
    unlike = make.need(neighbour, service=make.service("haircut"))
    far = make.need(people.person(elsewhere, "远人"))
    for code, other in (("same_order", need), ("original_closed", closed), ("not_alike", unlike), ("no_original", far)):
        refused(code, "merge_need", actor=coordinator, need_id=need.pk, into_id=other.pk)


def test_similar_orders_are_the_same_service_near_in_time_and_place(need, resident, community):
    neighbour = people.person(community, "邻居")
    near = make.need(neighbour)
    elder = make.need(resident, placed_at=need.placed_at - timedelta(days=4))
    other = make.need(resident, service=make.service("haircut"))
    far = make.need(neighbour, latitude=need.latitude + 0.01)
    ended = make.need(resident, state=State.CANCELLED)
    assert queries.similar_needs(need) == [near]
    assert {elder, other, far, ended} == set(Need.objects.exclude(pk__in=[need.pk, near.pk]))


# --- cancel


@pytest.mark.parametrize("state", [State.SUBMITTED, State.RETURNED, State.WAITING, State.OFFERED, State.ACCEPTED])
@pytest.mark.parametrize("who", ["resident", "coordinator", "placer", "proxy"])
def test_cancel_by_whoever_may(state, who, resident, coordinator, helper, second_helper, community, now):
    placer = people.person(community, "代办人")
    proxy = people.person(community, "邻居")
    Relation.objects.create(person=resident, helper=proxy, kind="neighbour", agreed_at=now)
    need = make.need(resident, state=state, placed_by=placer)
    place, offer = make.assignment(need, helper), make.offer(need, second_helper)
    actor = {"resident": resident, "coordinator": coordinator, "placer": placer, "proxy": proxy}[who]
    gone = commands.cancel_need(actor=actor, need_id=need.pk, reason="病好了", now=now)
    place.refresh_from_db()
    offer.refresh_from_db()
    assert (gone.state, gone.reason, gone.closed_at, gone.due_at, gone.places_filled) == (State.CANCELLED, "病好了", now, None, 0)
    assert (place.state, offer.state) == ("released", "withdrawn")
    assert Event.objects.get().data == {"reason": "病好了", "volunteer_ids": [helper.pk], "asked_ids": [second_helper.pk]}


def test_cancel_by_others(need, helper, stranger, far_coordinator):
    make.offer(need, helper)
    refused("forbidden", "cancel_need", actor=helper, need_id=need.pk, reason="不想")
    for actor in (stranger, far_coordinator):
        hidden("cancel_need", actor=actor, need_id=need.pk, reason="捣乱")


def test_cancel_while_the_first_of_two_is_already_there_is_refused(resident, helper):
    need = make.need(resident, state=State.ACCEPTED, people_needed=2)
    make.assignment(need, helper, state="present", checked_in_at=make.NOON)
    refused("being_served", "cancel_need", actor=resident, need_id=need.pk, reason="不用了")


def test_cancel_without_a_reason_is_refused(need, resident):
    refused("no_reason", "cancel_need", actor=resident, need_id=need.pk, reason="")


# --- notes and priority


def test_change_note_is_told_once(need, coordinator, now):
    for _each in range(2):
        commands.change_note(actor=coordinator, need_id=need.pk, note_to_volunteer="三楼没有电梯", now=now)
    assert list(Event.objects.values_list("data", flat=True)) == [{"fields": ["note_to_volunteer"]}]


def test_change_note_by_the_resident_is_read_by_the_volunteer(need, resident, now):
    commands.change_note(actor=resident, need_id=need.pk, note_to_volunteer="门铃坏了", now=now)
    need.refresh_from_db()
    assert need.note_to_volunteer == "门铃坏了"


def test_change_note_after_the_end_is_refused(resident, coordinator):
    ended = make.need(resident, state=State.ARCHIVED)
    refused("wrong_state", "change_note", actor=coordinator, need_id=ended.pk, note_to_volunteer="快")


def test_set_priority_to_urgent_shortens_the_clock(resident, coordinator, now):
    need = make.need(resident, state=State.WAITING)
    urgent = commands.set_priority(actor=coordinator, need_id=need.pk, priority=4, reason="独居发烧", now=now)
    assert (urgent.priority, urgent.due_at) == (Priority.URGENT, now + timedelta(minutes=120))


def test_set_priority_among_the_others_leaves_the_clock(resident, coordinator, now):
    need = make.need(resident, state=State.WAITING)
    assert commands.set_priority(actor=coordinator, need_id=need.pk, priority=3, reason="老人", now=now).due_at == need.due_at


@pytest.mark.parametrize("state", [State.DELIVERED, State.RATED, State.CANCELLED])
def test_set_priority_after_the_service_is_refused(resident, coordinator, state):
    need = make.need(resident, state=state)
    refused("wrong_state", "set_priority", actor=coordinator, need_id=need.pk, priority=4, reason="急")
