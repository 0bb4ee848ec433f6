"""The open list (抢单) and giving a place back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.areas.models import RuleValue
from chunshui.kernel import events, paging
from chunshui.kernel.errors import NotFound, Refused
from chunshui.needs import commands, policies, queries
from chunshui.needs.models import Need
from chunshui.needs.states import ASSIGNMENT_STEPS, HOLDING, AssignmentState, OfferState, State
from chunshui.notices.models import Message
from tests.factories import needs as make
from tests.factories import people
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(resident):
    return make.need(resident, state=State.WAITING)


def refused(code, call, **more):
    before = snapshot()
    with pytest.raises(Refused) as refusal:
        call(**more)
    assert refusal.value.code == code
    assert snapshot() == before


def close_open_list(area, now):
    RuleValue.objects.create(area=area, key="needs.open_list", value=False, effective_on=now.date(), reason="社区统一派", set_by_id=1, set_at=now)


def listed(actor, now):
    return [row.need_id for row in queries.open_list(actor, now).rows]


def test_open_list_shows_masked_orders_near_that_fit(need, helper, now):
    [row] = queries.open_list(helper, now).rows
    assert (row.need_id, row.resident, row.rough_place, row.wish, row.places_left) == (need.pk, "周**", "莺花巷", "明天 09:00–11:00", 1)
    assert not hasattr(row, "address")


@pytest.mark.parametrize(
    "more",
    [
        {"free_time": 1},
        {"qualifications": 0},
        {"languages": 1},
        {"sex": 1},
        {"refuses": ["nurse"]},
        {"reach_metres": 100, "latitude": 29.7},
        {"state": "paused"},
    ],
)
def test_open_list_leaves_out_what_does_not_fit(resident, community, now, more):
    make.need(resident, state=State.WAITING, service=make.service("nurse", required=2), gender=2, language=2)
    assert listed(people.volunteer(community, **more), now) == []
    assert len(listed(people.volunteer(community), now)) == 1


@pytest.mark.parametrize("state", sorted(set(State) - {State.WAITING}))
def test_open_list_holds_waiting_orders_only(resident, helper, now, state):
    make.need(resident, state=state)
    assert listed(helper, now) == []


def test_open_list_is_empty_for_others_and_where_the_district_closed_it(need, resident, helper, coordinator, district, now):
    assert listed(resident, now) == listed(coordinator, now) == []
    close_open_list(district, now)
    assert listed(helper, now) == []
    refused("closed", commands.claim_need, actor=helper, need_id=need.pk, now=now)


def test_open_list_pages_go_through_all_once(resident, helper, now):
    made = [make.need(resident, state=State.WAITING, due_at=now + timedelta(minutes=at)).pk for at in range(7)]
    seen, cursor = [], ""
    for _page in range(4):
        found = queries.open_list(helper, now, cursor, size=3)
        seen += [row.need_id for row in found.rows]
        cursor = found.next
        if not cursor:
            break
    assert seen == made


def test_open_list_asks_the_database_as_often_for_five_as_for_one(resident, helper, now, django_assert_max_num_queries):
    for at in range(5):
        make.need(resident, state=State.WAITING, due_at=now + timedelta(minutes=at))
    with django_assert_max_num_queries(14):
        assert len(listed(helper, now)) == 5


def test_claim_takes_the_place(need, helper, now):
    place = commands.claim_need(actor=helper, need_id=need.pk, now=now)
    need.refresh_from_db()
    assert (need.state, need.places_filled, place.offer.source, place.offer.state) == ("accepted", 1, "claim", "accepted")
    assert commands.claim_need(actor=helper, need_id=need.pk, now=now) == place


def test_claim_with_an_open_question_answers_it(need, helper, coordinator, now):
    [offer] = commands.offer_need(actor=coordinator, need_id=need.pk, volunteer_ids=[helper.pk], now=now)
    assert commands.claim_need(actor=helper, need_id=need.pk, now=now).offer == offer


def test_claim_after_a_no_is_welcome(need, helper, now):
    make.offer(need, helper, state=OfferState.DECLINED)
    assert commands.claim_need(actor=helper, need_id=need.pk, now=now).state == "planned"


def test_claim_what_is_taken_gets_a_kind_answer(need, helper, second_helper, now):
    commands.claim_need(actor=helper, need_id=need.pk, now=now)
    refused("filled", commands.claim_need, actor=second_helper, need_id=need.pk, now=now)


def test_claim_by_who_may_not_or_does_not_fit_changes_nothing(need, community, coordinator, resident, helper, now):
    refused("forbidden", commands.claim_need, actor=coordinator, need_id=need.pk, now=now)
    own = make.need(people.volunteer(community, "自己人"), state=State.WAITING)
    refused("own_case", commands.claim_need, actor=own.resident, need_id=own.pk, now=now)
    refused("forbidden", commands.claim_need, actor=people.volunteer(community, state="paused"), need_id=need.pk, now=now)
    refused("not_fit:not_free", commands.claim_need, actor=people.volunteer(community, free_time=1), need_id=need.pk, now=now)
    blocked = people.volunteer(community)
    resident.blocks.create(other=blocked, at=now)
    refused("closed", commands.claim_need, actor=blocked, need_id=need.pk, now=now)
    with pytest.raises(NotFound):
        commands.claim_need(actor=helper, need_id=0, now=now)


@pytest.mark.parametrize("state", [*sorted(set(State)), None])
@pytest.mark.parametrize("who", ["resident", "coordinator", "stranger", "paused"])
def test_claim_by_who_is_no_active_volunteer_answers_the_same_whether_or_not_the_order_exists(request, resident, community, now, state, who):
    actor = people.volunteer(community, state="paused") if who == "paused" else request.getfixturevalue(who)
    need_id = make.need(resident, state=state).pk if state else 10**9
    refused("forbidden", commands.claim_need, actor=actor, need_id=need_id, now=now)


def test_can_claim_is_for_active_volunteers_who_act_as_such(helper, resident, coordinator, stranger, community):
    others = [resident, coordinator, stranger, people.volunteer(community, state="paused"), people.volunteer(community, state="pending")]
    assert bool(policies.can_claim(helper)) is True
    assert [policies.can_claim(each).code for each in others] == ["forbidden"] * 5


@pytest.mark.parametrize("accepted", [True, False])
def test_claim_of_a_cancelled_order_is_answered_kindly_only_if_it_ever_waited(resident, helper, now, accepted):
    need = make.need(resident, state=State.CANCELLED, accepted_at=now if accepted else None)
    if accepted:
        refused("cancelled", commands.claim_need, actor=helper, need_id=need.pk, now=now)
    else:
        with pytest.raises(NotFound):
            commands.claim_need(actor=helper, need_id=need.pk, now=now)


@pytest.mark.parametrize("state", sorted(set(State)))
def test_claim_in_every_state(resident, helper, now, state):
    need = make.need(resident, state=state)
    if state in (State.WAITING, State.OFFERED):
        assert commands.claim_need(actor=helper, need_id=need.pk, now=now).need_id == need.pk
        return
    before = snapshot()
    with pytest.raises((Refused, NotFound)):
        commands.claim_need(actor=helper, need_id=need.pk, now=now)
    assert snapshot() == before


# --- giving back


def staffed(resident, helper, **more):
    need = make.need(resident, state=State.ACCEPTED, priority=3, **more)
    return need, make.assignment(need, helper)


def test_release_returns_the_order_to_the_front_and_tells_the_resident(resident, helper, now):
    need, place = staffed(resident, helper)
    commands.release_assignment(actor=helper, assignment_id=place.pk, reason="孩子病了", now=now)
    need.refresh_from_db()
    place.refresh_from_db()
    assert (need.state, need.due_at, need.priority, need.places_filled, need.staffed_at) == ("waiting", now, 3, 0, None)
    assert (place.state, place.release_reason) == ("released", "孩子病了")
    events.settle(now)
    assert list(Message.objects.filter(person=resident).values_list("title", flat=True)) == ["换一位志愿者：陪同就医"]


def test_release_by_telephone_through_the_community(resident, helper, coordinator, now):
    _, place = staffed(resident, helper)
    assert commands.release_assignment(actor=coordinator, assignment_id=place.pk, reason="来电话说病了", now=now).state == "released"


def test_release_while_others_serve_goes_on_with_fewer(resident, helper, second_helper, now):
    need = make.need(resident, state=State.SERVING, people_needed=2)
    make.assignment(need, helper, state=AssignmentState.PRESENT)
    place = make.assignment(need, second_helper)
    commands.release_assignment(actor=second_helper, assignment_id=place.pk, reason="堵车", now=now)
    need.refresh_from_db()
    assert (need.state, need.places_filled) == ("serving", 1)


def test_release_without_reason_or_by_others_is_refused(resident, helper, second_helper, community, now):
    _, place = staffed(resident, helper)
    refused("reason_needed", commands.release_assignment, actor=helper, assignment_id=place.pk, reason=" ", now=now)
    refused("forbidden", commands.release_assignment, actor=resident, assignment_id=place.pk, reason="不要", now=now)
    grid_worker = people.staff(community, "grid_worker")
    refused("forbidden", commands.release_assignment, actor=grid_worker, assignment_id=place.pk, reason="不要", now=now)
    with pytest.raises(NotFound):
        commands.release_assignment(actor=second_helper, assignment_id=place.pk, reason="不要", now=now)


@pytest.mark.parametrize("state", sorted(AssignmentState))
def test_release_in_every_state_of_a_place(resident, helper, now, state):
    need = make.need(resident, state=State.ACCEPTED if state in HOLDING else State.WAITING)
    place = make.assignment(need, helper, state=state)
    if state in ASSIGNMENT_STEPS["release"].sources:
        assert commands.release_assignment(actor=helper, assignment_id=place.pk, reason="病了", now=now).state == "released"
    else:
        refused("wrong_state", commands.release_assignment, actor=helper, assignment_id=place.pk, reason="病了", now=now)


def test_assignments_of_show_what_is_ahead_first(resident, helper, second_helper, now):
    _, ahead = staffed(resident, helper)
    done = make.assignment(make.need(resident, state=State.RATED), helper, state=AssignmentState.DONE)
    assert queries.assignments_of(helper, now) == [ahead, done]
    assert queries.assignments_of(second_helper, now) == []


def test_what_the_open_list_shows_can_be_opened_across_the_street_line(need, elsewhere, now):
    near, far = people.volunteer(elsewhere), people.volunteer(elsewhere, reach_metres=100, latitude=29.7)
    assert listed(near, now) == [need.pk]
    assert queries.visible_need(near, need.pk) == need
    with pytest.raises(NotFound):
        queries.visible_need(far, need.pk)


def test_what_suits_a_volunteer_best_heads_the_open_list(helper, community, resident, now):
    near, far, grave, known = (
        make.need(people.person(community), state=State.WAITING, due_at=now + timedelta(hours=hours)) for hours in (4, 3, 2, 1)
    )
    Need.objects.filter(pk=far.pk).update(latitude=far.latitude + 0.012)
    Need.objects.filter(pk=grave.pk).update(priority=4, latitude=grave.latitude + 0.012)
    past = now - timedelta(days=9)
    make.assignment(make.need(known.resident, state=State.RATED, wish_from=past, wish_until=past + timedelta(hours=1)), helper, state="done")
    page = queries.open_list(helper, now)
    assert [order.need_id for order in page.rows] == [known.pk, grave.pk, far.pk, near.pk]
    assert [order.need_id for order in page.best] == [grave.pk, known.pk, near.pk]
    assert queries.open_list(helper, now, paging.encode([now, 0])).best == ()
