"""A team that was asked answers through its leader: with named members, or no for all; nobody is forced."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.events import settle
from chunshui.kernel.models import Event
from chunshui.needs import commands, policies, queries
from chunshui.needs.models import Assignment, Offer
from chunshui.needs.states import AssignmentState, OfferState, State
from chunshui.notices.models import Message
from tests.factories import needs as make
from tests.factories import people
from tests.factories import teams as team_make
from tests.needs.snapshot import snapshot
from tests.needs.test_races import race

pytestmark = pytest.mark.django_db
DOOR = "27 号"


@pytest.fixture
def leader(community):
    return people.volunteer(community, "刘队长")


@pytest.fixture
def team(community, leader, helper, second_helper):
    made = team_make.team(community, "黎明助老队", leader=leader)
    for each in (helper, second_helper):
        team_make.member(made, each)
    return made


@pytest.fixture
def need(resident):
    return make.need(resident, state=State.WAITING, people_needed=2)


@pytest.fixture
def asked(need, team, coordinator, now):
    """The team has been asked by the desk."""
    commands.offer_to_team(actor=coordinator, need_id=need.pk, team_id=team.pk, now=now)
    need.refresh_from_db()
    return need


def accept(actor, need, team, *members, now=make.NOON):
    ids = [each.pk for each in members]
    return commands.accept_for_team(actor=actor, need_id=need.pk, team_id=team.pk, member_ids=ids, now=now)


def refused(code, call):
    before = snapshot()
    with pytest.raises(Refused) as caught:
        call()
    assert caught.value.code == code
    assert snapshot() == before
    return str(caught.value)


def inbox(person):
    return list(Message.objects.filter(person=person).order_by("id").values_list("title", flat=True))


def test_leaders_hear_of_the_question_beside_the_members(asked, leader, helper, now):
    settle(now)
    assert inbox(leader) == ["请您帮忙：陪同就医", "请黎明助老队帮忙：陪同就医"]
    assert inbox(helper) == ["请您帮忙：陪同就医"]
    assert DOOR not in "".join(Message.objects.values_list("body", flat=True))


def test_accept_with_named_members_takes_their_places_and_tells_them(asked, team, leader, helper, second_helper, now):
    places = accept(leader, asked, team, helper, second_helper)
    asked.refresh_from_db()
    assert [place.volunteer_id for place in places] == [helper.pk, second_helper.pk]
    assert (asked.state, asked.places_filled, places[0].planned_from) == (State.ACCEPTED, 2, asked.wish_from)
    assert dict(Offer.objects.values_list("volunteer_id", "state")) == {helper.pk: "accepted", second_helper.pk: "accepted", leader.pk: "filled"}
    settle(now)
    assert "队里请您去：陪同就医" in inbox(helper)
    assert "队长刘队长替队里接了这一单" in Message.objects.get(person=helper, title__startswith="队里").body
    assert Event.objects.get(name="needs.team_accepted").data == {"team_id": team.pk, "volunteer_ids": [helper.pk, second_helper.pk]}


def test_accept_with_one_of_two_leaves_the_others_asked(asked, team, leader, helper, second_helper):
    accept(leader, asked, team, helper)
    asked.refresh_from_db()
    assert (asked.state, asked.places_filled, Offer.objects.get(volunteer=second_helper).state) == (State.OFFERED, 1, OfferState.OPEN)


def test_accept_may_name_the_leader_and_members_who_were_not_asked(asked, team, leader, community):
    other = people.volunteer(community, "后来的")
    team_make.member(team, other)
    accept(leader, asked, team, leader, other)
    assert set(Assignment.objects.values_list("volunteer_id", flat=True)) == {leader.pk, other.pk}


def test_accept_twice_is_once(asked, team, leader, helper):
    first, again = accept(leader, asked, team, helper), accept(leader, asked, team, helper)
    assert (first, Assignment.objects.count()) == (again, 1)


def test_who_was_named_gives_the_place_back_at_no_cost(asked, team, leader, helper, second_helper, now):
    place = accept(leader, asked, team, helper, second_helper)[0]
    commands.release_assignment(actor=helper, assignment_id=place.pk, reason="临时有事", now=now)
    asked.refresh_from_db()
    place.refresh_from_db()
    assert (asked.state, asked.places_filled, place.state) == (State.WAITING, 1, AssignmentState.RELEASED)


@pytest.mark.parametrize("count", [0, 3])
def test_nobody_or_too_many_is_refused(asked, team, leader, helper, second_helper, count):
    members = [helper, second_helper, leader][:count]
    refused("nobody" if count == 0 else "too_many", lambda: accept(leader, asked, team, *members))


def test_a_stranger_to_the_team_cannot_be_named(asked, team, leader, community):
    refused("not_a_member", lambda: accept(leader, asked, team, people.volunteer(community)))


def test_who_said_no_cannot_be_named(asked, team, leader, helper, second_helper, now):
    commands.decline_offer(actor=helper, offer_id=Offer.objects.get(volunteer=helper).pk, now=now)
    said = refused("declined", lambda: accept(leader, asked, team, second_helper, helper))
    assert said == "何素芬说过这次去不了，请派别人。"
    assert helper.pk not in [each.person_id for each in queries.members_who_fit(leader, asked.pk, team.pk, now)]


@pytest.mark.parametrize(
    ("more", "code"),
    [({"free_time": 1}, "not_fit:not_free"), ({"state": "paused"}, "not_fit:not_active"), ({"refuses": ["escort"]}, "not_fit:refuses")],
)
def test_members_who_do_not_fit_cannot_be_named(asked, team, leader, community, more, code, now):
    other = people.volunteer(community, **more)
    team_make.member(team, other)
    refused(code, lambda: accept(leader, asked, team, other))
    assert other.pk not in [each.person_id for each in queries.members_who_fit(leader, asked.pk, team.pk, now)]


def test_a_member_who_is_busy_then_is_refused_and_nobody_goes(asked, team, leader, helper, second_helper, resident):
    make.assignment(make.need(people.person(resident.community), state=State.ACCEPTED), helper)
    refused("not_fit:busy", lambda: accept(leader, asked, team, second_helper, helper))


def test_decline_for_the_team_ends_its_questions_and_asks_the_next(asked, team, leader, helper, second_helper, community, now):
    next_one = people.volunteer(community, "下一位")
    commands.decline_for_team(actor=leader, need_id=asked.pk, team_id=team.pk, note="都去活动了", now=now)
    states = {offer.volunteer_id: (offer.state, offer.answer_note) for offer in Offer.objects.all()}
    assert states == {
        **{each.pk: (OfferState.DECLINED, "都去活动了") for each in (leader, helper, second_helper)},
        next_one.pk: (OfferState.OPEN, ""),
    }
    settle(now)
    assert inbox(helper)[-1] == "不用答复了：陪同就医"


@pytest.mark.parametrize(
    ("state", "code"), [(State.CANCELLED, "cancelled"), (State.ACCEPTED, "filled"), (State.SERVING, "filled"), (State.RATED, "filled")]
)
def test_answers_that_come_too_late_are_answered_kindly(asked, team, leader, helper, now, state, code):
    type(asked).objects.update(state=state)
    refused(code, lambda: accept(leader, asked, team, helper))
    refused(code, lambda: commands.decline_for_team(actor=leader, need_id=asked.pk, team_id=team.pk, now=now))


def test_a_question_that_was_taken_back_is_over(asked, team, leader, helper, coordinator, now):
    commands.withdraw_offers(actor=coordinator, need_id=asked.pk, now=now)
    refused("over", lambda: accept(leader, asked, team, helper))


# --- who may


def test_can_answer_for_team_is_for_leaders_of_the_team_that_was_asked(asked, team, leader, helper, coordinator, stranger, community):
    other = team_make.team(community, "别的队", leader=helper)
    answers = [bool(policies.can_answer_for_team(each, asked, team.pk)) for each in (leader, helper, coordinator, stranger)]
    assert answers == [True, False, False, False]
    assert [policies.can_answer_for_team(helper, asked, each.pk).allowed for each in (other, team)] == [False, False]


@pytest.mark.parametrize("who", ["helper", "coordinator", "stranger", "resident"])
def test_others_find_no_question_of_the_team(request, asked, team, helper, now, who):
    actor, before = request.getfixturevalue(who), snapshot()
    for call in (
        lambda: accept(actor, asked, team, helper),
        lambda: commands.decline_for_team(actor=actor, need_id=asked.pk, team_id=team.pk, now=now),
        lambda: queries.team_question(actor, asked.pk, team.pk, now),
        lambda: queries.members_who_fit(actor, asked.pk, team.pk, now),
    ):
        with pytest.raises(NotFound):
            call()
    assert snapshot() == before
    assert queries.team_questions(actor, now) == []


def test_a_team_that_was_not_asked_or_an_order_that_is_none_look_the_same(need, team, leader, helper, now):
    for need_id in (need.pk, 10**9):
        with pytest.raises(NotFound):
            commands.accept_for_team(actor=leader, need_id=need_id, team_id=team.pk, member_ids=[helper.pk], now=now)


def test_a_suspended_team_or_a_former_leader_answers_no_more(asked, team, leader, helper, now):
    team.memberships.filter(person=leader).update(is_leader=False)
    with pytest.raises(NotFound):
        accept(leader, asked, team, helper)
    team.memberships.filter(person=leader).update(is_leader=True)
    type(team).objects.update(state="3")
    with pytest.raises(NotFound):
        accept(leader, asked, team, helper)


# --- at the same instant


@pytest.mark.django_db(transaction=True)
def test_two_leaders_answer_at_once(asked, team, leader, helper, second_helper, community):
    second = people.volunteer(community, "副队长")
    team_make.member(team, second, is_leader=True)
    answers = race(lambda: accept(leader, asked, team, helper, second_helper), lambda: accept(second, asked, team, leader, second))
    asked.refresh_from_db()
    assert sorted(answers) == ["filled", "ok"]
    assert (asked.places_filled, Assignment.objects.count()) == (2, 2)


@pytest.mark.django_db(transaction=True)
def test_a_leader_and_somebody_else_want_the_last_place(resident, team, leader, helper, community, coordinator, now):
    need = make.need(resident, state=State.WAITING)
    commands.offer_to_team(actor=coordinator, need_id=need.pk, team_id=team.pk, now=now)
    rival = people.volunteer(community, "抢单的")
    answers = race(lambda: accept(leader, need, team, helper), lambda: commands.claim_need(actor=rival, need_id=need.pk, now=now))
    need.refresh_from_db()
    assert sorted(answers) == ["filled", "ok"]
    assert (need.state, need.places_filled, Assignment.objects.count()) == (State.ACCEPTED, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_leader_names_somebody_who_says_no_at_that_instant(asked, team, leader, helper, now):
    offer = Offer.objects.get(volunteer=helper)
    answers = race(lambda: accept(leader, asked, team, helper), lambda: commands.decline_offer(actor=helper, offer_id=offer.pk, now=now))
    asked.refresh_from_db()
    assert (answers, asked.places_filled) in ((["ok", "wrong_state"], 1), (["declined", "ok"], 0))


@pytest.mark.django_db(transaction=True)
def test_one_member_is_named_for_two_orders_of_the_same_hour(team, leader, helper, community, coordinator, now):
    needs = [make.need(people.person(community), state=State.OFFERED) for _each in range(2)]
    for need in needs:
        make.offer(need, helper, source="team", team_id=team.pk, sent_by=coordinator)
    answers = race(*(lambda need=need: accept(leader, need, team, helper) for need in needs))
    assert sorted(answers) == ["not_fit:busy", "ok"]
    assert Assignment.objects.count() == 1


# --- the pages


@pytest.fixture
def phone(client, leader):
    return people.sign_in(client, leader)


@pytest.fixture
def open_question(resident, team, coordinator):
    """By the clock of the machine, as pages read it."""
    from django.utils import timezone

    now = timezone.now()
    start = (now + timedelta(days=1)).replace(hour=2, minute=0, second=0, microsecond=0)
    need = make.need(resident, state=State.WAITING, wish_from=start, wish_until=start + timedelta(hours=2), people_needed=2)
    commands.offer_to_team(actor=coordinator, need_id=need.pk, team_id=team.pk, now=now)
    return need


def test_the_page_shows_the_order_masked_and_the_members_who_could_go(phone, open_question, team, leader, helper, second_helper):
    page = phone.get(f"/volunteer/teams/{team.pk}/needs/{open_question.pk}/")
    text = page.content.decode()
    assert [value for value, _words in page.context["form"].fields["member_ids"].choices] == sorted([leader.pk, helper.pk, second_helper.pk])
    assert DOOR not in text
    assert "周桂芳" not in text
    assert f"/volunteer/teams/{team.pk}/needs/{open_question.pk}/" in phone.get("/volunteer/").content.decode()


def test_accept_for_team_through_the_page(phone, open_question, team, helper):
    page = f"/volunteer/teams/{team.pk}/needs/{open_question.pk}/"
    assert phone.post(page, {}).status_code == 422
    assert phone.post(page, {"member_ids": [helper.pk]}).url == "/volunteer/"
    assert Assignment.objects.get().volunteer_id == helper.pk
    assert phone.post(page, {"member_ids": [helper.pk]}).status_code == 422


def test_decline_for_team_through_the_page(phone, open_question, team):
    page = f"/volunteer/teams/{team.pk}/needs/{open_question.pk}/"
    assert "正在问的队员" in phone.get(f"{page}decline/").content.decode()
    assert phone.post(f"{page}decline/", {"note": ""}).url == "/volunteer/"
    assert set(Offer.objects.filter(team_id=team.pk).values_list("state", flat=True)) == {OfferState.DECLINED}
    assert "这次询问已经结束了" in phone.get(page).content.decode()


def test_pages_of_the_team_are_not_there_for_others(client, open_question, team, helper):
    people.sign_in(client, helper)
    for page in ("", "decline/"):
        assert client.get(f"/volunteer/teams/{team.pk}/needs/{open_question.pk}/{page}").status_code == 404
        assert client.post(f"/volunteer/teams/{team.pk}/needs/{open_question.pk}/{page}", {"member_ids": [helper.pk]}).status_code == 404
    assert Assignment.objects.count() == 0
