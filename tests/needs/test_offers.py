"""Asking volunteers: who may, whom, how long, how often; taking questions back; every state of a question × every verb."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from chunshui.kernel import clock, events
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.needs import commands, queries
from chunshui.needs.models import Offer
from chunshui.needs.states import OFFER_STEPS, STEPS, OfferSource, OfferState, State
from chunshui.notices.models import Message
from tests.factories import areas as area_make
from tests.factories import needs as make
from tests.factories import people
from tests.factories import teams as team_make
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(resident):
    return make.need(resident, state=State.WAITING)


def ask(actor, need, *volunteers, now, **more):
    return commands.offer_need(actor=actor, need_id=need.pk, volunteer_ids=[one.pk for one in volunteers], now=now, **more)


def refused(code, call, *arguments, **more):
    before = snapshot()
    with pytest.raises(Refused) as refusal:
        call(*arguments, **more)
    assert refusal.value.code == code
    assert snapshot() == before
    return str(refusal.value)


def told(need):
    return list(Event.objects.filter(subject="need", subject_id=need.pk).order_by("id").values_list("name", flat=True))


def test_offer_one_asks_with_reasons_and_a_deadline(coordinator, need, helper, now):
    [offer] = ask(coordinator, need, helper, now=now)
    need.refresh_from_db()
    assert (need.state, need.wave, offer.state, offer.wave, offer.source) == ("offered", 1, "open", 1, "single")
    assert (offer.sent_by, offer.sent_at, offer.answer_by) == (coordinator, now, now + timedelta(minutes=120))
    assert ["first_time", 0] in offer.reasons
    assert told(need) == ["needs.offered"]


def test_offer_several_at_once_and_a_note(coordinator, need, helper, second_helper, now):
    offers = ask(coordinator, need, helper, second_helper, now=now, source=OfferSource.SEVERAL, note="带好医保卡")
    need.refresh_from_db()
    assert [offer.volunteer_id for offer in offers] == [helper.pk, second_helper.pk]
    assert need.note_to_volunteer == "带好医保卡"


def test_offer_urgent_has_a_short_time_to_answer(coordinator, resident, helper, now):
    need = make.need(resident, state=State.WAITING, priority=4)
    assert ask(coordinator, need, helper, now=now)[0].answer_by == now + timedelta(minutes=15)


def test_offer_at_night_is_answered_from_the_morning_on(coordinator, need, helper, now):
    night = clock.at(clock.today(now), 23)
    later = make.need(need.resident, state=State.WAITING, wish_from=now + timedelta(days=2), wish_until=now + timedelta(days=2, hours=2))
    [offer] = ask(coordinator, later, helper, now=night)
    morning = clock.at(clock.today(now) + timedelta(days=1), 8)
    assert offer.answer_by == morning + timedelta(hours=2)
    events.settle(night + timedelta(seconds=1))
    assert Message.objects.get(person=helper).not_before == morning


def test_offer_text_names_time_and_street_but_neither_address_nor_full_name(coordinator, need, helper, now):
    [offer] = ask(coordinator, need, helper, now=now)
    events.settle(now)
    message = Message.objects.get(person=helper)
    assert message.url == reverse("offer", args=[offer.pk])
    assert message.title == "请您帮忙：陪同就医"
    assert message.body == "明天 09:00–11:00，莺花巷附近，周**。请在今天 14:00 前答复；接不了没关系，点一下就好。"
    assert message.sms


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"state": "paused"}, "not_fit:not_active"),
        ({"qualifications": 0}, "not_fit:lacks_skill"),
        ({"free_time": 1}, "not_fit:not_free"),
        ({"refuses": ["nurse"]}, "not_fit:refuses"),
    ],
)
def test_offer_to_someone_a_rule_excludes_is_refused_whole(coordinator, resident, community, helper, now, more, code):
    need = make.need(resident, state=State.WAITING, service=make.service("nurse", required=2))
    other = people.volunteer(community, "例外", **more)
    refused(code, ask, coordinator, need, helper, other, now=now)


def test_offer_by_hand_bends_time_and_way_with_a_reason_but_no_paper(coordinator, resident, community, now):
    need = make.need(resident, state=State.WAITING, service=make.service("nurse", required=2))
    busy = people.volunteer(community, "没登记时间", free_time=1)
    unpapered = people.volunteer(community, "没有证", qualifications=0)
    refused("reason_needed", ask, coordinator, need, busy, now=now, source=OfferSource.HAND)
    refused("not_fit:lacks_skill", ask, coordinator, need, unpapered, now=now, source=OfferSource.HAND, hand_reason="老熟人")
    [offer] = ask(coordinator, need, busy, now=now, source=OfferSource.HAND, hand_reason="电话里说好了")
    assert (offer.source, offer.hand_reason) == ("hand", "电话里说好了")


def test_offer_never_twice_while_open_or_after_a_no(coordinator, need, helper, now):
    [offer] = ask(coordinator, need, helper, now=now)
    refused("not_fit:already_offered", ask, coordinator, need, helper, now=now)
    commands.decline_offer(actor=helper, offer_id=offer.pk, now=now)
    refused("not_fit:declined", ask, coordinator, need, helper, now=now, source=OfferSource.HAND, hand_reason="再问问")


def test_offer_at_most_two_open_and_so_many_a_week(coordinator, resident, helper, now):
    orders = []
    for day in range(1, 7):
        start = clock.at(clock.today(now) + timedelta(days=day), 9)
        orders.append(make.need(resident, state=State.WAITING, wish_from=start, wish_until=start + timedelta(hours=1), minutes=60))
    offers = [ask(coordinator, orders[at], helper, now=now)[0] for at in (0, 1)]
    refused("not_fit:two_open", ask, coordinator, orders[2], helper, now=now)
    for order in orders[2:5]:
        commands.decline_offer(actor=helper, offer_id=offers.pop(0).pk, now=now)
        offers += ask(coordinator, order, helper, now=now)
    commands.decline_offer(actor=helper, offer_id=offers.pop(0).pk, now=now)
    refused("not_fit:asked_often_week", ask, coordinator, orders[5], helper, now=now)


def test_offer_nobody_or_in_a_strange_way_is_refused(coordinator, need, helper, now):
    refused("nobody", ask, coordinator, need, now=now)
    refused("bad_source", ask, coordinator, need, helper, now=now, source="round")


@pytest.mark.parametrize("state", sorted(set(State) - {State.WAITING, State.OFFERED}))
def test_offer_is_refused_in_every_other_state(coordinator, resident, helper, now, state):
    need = make.need(resident, state=state)
    refused("wrong_state", ask, coordinator, need, helper, now=now)
    assert state not in STEPS["offer"].sources


def test_offer_is_for_staff_of_the_area_only(
    need, coordinator, street_official, district_official, community, elsewhere, helper, stranger, resident, now
):
    grid_worker, far = people.staff(community, "grid_worker"), people.staff(elsewhere)
    before = snapshot()
    for actor in (far, stranger):
        with pytest.raises(NotFound):
            ask(actor, need, helper, now=now)
    assert snapshot() == before
    for actor in (grid_worker, helper):
        refused("forbidden", ask, actor, need, helper, now=now)
    refused("own_case", ask, resident, need, helper, now=now)
    assert len(ask(street_official, need, helper, now=now)) == 1


# --- teams


def test_offer_to_a_team_asks_members_who_fit(coordinator, need, helper, second_helper, community, now):
    team = team_make.team(community)
    away = people.volunteer(community, "没空", free_time=1)
    for one in (helper, second_helper, away):
        team_make.member(team, one)
    offers = commands.offer_to_team(actor=coordinator, need_id=need.pk, team_id=team.pk, now=now)
    assert [(offer.volunteer_id, offer.team_id, offer.source) for offer in offers] == [(one.pk, team.pk, "team") for one in (helper, second_helper)]


def test_offer_to_a_team_without_anyone_who_fits_is_refused(coordinator, need, community, now):
    team = team_make.team(community)
    refused("nobody_fits", commands.offer_to_team, actor=coordinator, need_id=need.pk, team_id=team.pk, now=now)


# --- taking back


def test_withdraw_tells_and_the_order_waits_again(coordinator, need, helper, now):
    [offer] = ask(coordinator, need, helper, now=now)
    due = need.due_at
    commands.withdraw_offer(actor=coordinator, offer_id=offer.pk, now=now)
    need.refresh_from_db()
    offer.refresh_from_db()
    assert (need.state, need.due_at, need.wave, offer.state) == ("waiting", due, 0, "withdrawn")
    assert told(need) == ["needs.offered", "needs.offer_withdrawn", "needs.requeued"]
    events.settle(now)
    assert list(Message.objects.filter(person=helper).values_list("title", flat=True)) == ["不用去了：陪同就医"]
    assert refused("withdrawn", commands.accept_offer, actor=helper, offer_id=offer.pk, now=now) == "社区已撤回这次询问，不用去了。谢谢您！"


def test_withdraw_all_undoes_asking_several(coordinator, need, helper, second_helper, now):
    ask(coordinator, need, helper, second_helper, now=now)
    assert len(commands.withdraw_offers(actor=coordinator, need_id=need.pk, now=now)) == 2
    need.refresh_from_db()
    assert need.state == State.WAITING
    refused("nothing_open", commands.withdraw_offers, actor=coordinator, need_id=need.pk, now=now)
    assert len(ask(coordinator, need, helper, now=now)) == 1


def test_withdraw_is_for_staff_of_the_area_only(need, coordinator, far_coordinator, community, helper, second_helper, now):
    [offer] = ask(coordinator, need, helper, now=now)
    for actor in (helper, people.staff(community, "grid_worker")):
        refused("forbidden", commands.withdraw_offer, actor=actor, offer_id=offer.pk, now=now)
    for actor in (far_coordinator, second_helper):
        with pytest.raises(NotFound):
            commands.withdraw_offer(actor=actor, offer_id=offer.pk, now=now)


# --- answers


def test_accept_takes_the_place_and_tells_the_resident(coordinator, need, helper, resident, now):
    [offer] = ask(coordinator, need, helper, now=now)
    place = commands.accept_offer(actor=helper, offer_id=offer.pk, now=now)
    need.refresh_from_db()
    assert (need.state, need.places_filled, need.staffed_at, place.state) == ("accepted", 1, now, "planned")
    assert (place.planned_from, place.planned_until) == (need.wish_from, need.wish_until)
    assert told(need) == ["needs.offered", "needs.offer_accepted", "needs.staffed"]
    events.settle(now)
    assert "有人来帮您了：陪同就医" in list(Message.objects.filter(person=resident).values_list("title", flat=True))
    assert commands.accept_offer(actor=helper, offer_id=offer.pk, now=now) == place


def test_accept_the_last_place_tells_the_others_kindly(coordinator, need, helper, second_helper, now):
    first, second = ask(coordinator, need, helper, second_helper, now=now)
    commands.accept_offer(actor=helper, offer_id=first.pk, now=now)
    words = refused("filled", commands.accept_offer, actor=second_helper, offer_id=second.pk, now=now)
    assert words == "谢谢您！刚刚已经有人接了，下次再请您。"
    second.refresh_from_db()
    assert second.state == OfferState.FILLED
    events.settle(now)
    assert Message.objects.filter(person=second_helper, title="已有人接：陪同就医").count() == 1


def test_accept_needs_all_places_before_the_order_is_accepted(coordinator, resident, helper, second_helper, now):
    need = make.need(resident, state=State.WAITING, people_needed=2)
    first, second = ask(coordinator, need, helper, second_helper, now=now)
    commands.accept_offer(actor=helper, offer_id=first.pk, now=now)
    need.refresh_from_db()
    assert (need.state, need.places_filled) == ("offered", 1)
    commands.accept_offer(actor=second_helper, offer_id=second.pk, now=now)
    need.refresh_from_db()
    assert (need.state, need.places_filled) == ("accepted", 2)


def test_accept_what_overlaps_another_service_is_refused(coordinator, need, helper, community, now):
    [offer] = ask(coordinator, need, helper, now=now)
    make.assignment(make.need(people.person(community), state=State.ACCEPTED), helper)
    words = refused("not_fit:busy", commands.accept_offer, actor=helper, offer_id=offer.pk, now=now)
    assert words.startswith("这单您现在接不了：")


def test_accept_an_order_called_off_says_so(coordinator, need, helper, resident, now):
    [offer] = ask(coordinator, need, helper, now=now)
    commands.cancel_need(actor=resident, need_id=need.pk, reason="病好了", now=now)
    assert refused("cancelled", commands.accept_offer, actor=helper, offer_id=offer.pk, now=now) == "这单已经取消，不用去了。谢谢您！"


def test_only_the_volunteer_answers(coordinator, need, helper, second_helper, stranger, now):
    [offer] = ask(coordinator, need, helper, now=now)
    for verb in (commands.accept_offer, commands.decline_offer):
        refused("forbidden", verb, actor=coordinator, offer_id=offer.pk, now=now)
        for actor in (second_helper, stranger):
            with pytest.raises(NotFound):
                verb(actor=actor, offer_id=offer.pk, now=now)
    with pytest.raises(NotFound):
        commands.accept_offer(actor=helper, offer_id=0, now=now)


def test_decline_keeps_the_note_and_asks_the_next(coordinator, need, helper, second_helper, now):
    [offer] = ask(coordinator, need, helper, now=now)
    commands.decline_offer(actor=helper, offer_id=offer.pk, note=" 那天要上班 ", now=now)
    offer.refresh_from_db()
    need.refresh_from_db()
    assert (offer.state, offer.answer_note) == ("declined", "那天要上班")
    following = need.offers.get(state=OfferState.OPEN)
    assert (following.volunteer_id, following.source, following.wave, following.sent_by) == (second_helper.pk, "next", 2, None)


VERBS = {
    "accept": lambda offer, worker, who, now: commands.accept_offer(actor=who, offer_id=offer.pk, now=now),
    "decline": lambda offer, worker, who, now: commands.decline_offer(actor=who, offer_id=offer.pk, now=now),
    "withdraw": lambda offer, worker, who, now: commands.withdraw_offer(actor=worker, offer_id=offer.pk, now=now),
}


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("state", sorted(OfferState))
def test_every_state_of_a_question_and_every_verb(coordinator, resident, helper, now, state, verb):
    need = make.need(resident, state=State.OFFERED)
    offer = make.offer(need, helper, state=state)
    if state in OFFER_STEPS[verb].sources:
        VERBS[verb](offer, coordinator, helper, now)
        offer.refresh_from_db()
        assert offer.state == OFFER_STEPS[verb].target
    else:
        before = snapshot()
        with pytest.raises(Refused):
            VERBS[verb](offer, coordinator, helper, now)
        assert snapshot() == before


@pytest.mark.parametrize("state", sorted(OfferState))
def test_the_clock_expires_only_what_is_open(resident, helper, now, state):
    need = make.need(resident, state=State.OFFERED)
    offer = make.offer(need, helper, state=state, answer_by=now)
    commands.expire_offers(now=now)
    offer.refresh_from_db()
    assert offer.state == (OfferState.EXPIRED if state == OfferState.OPEN else state)


def test_offers_of_show_the_masked_order_with_way_and_time(coordinator, need, helper, now):
    ask(coordinator, need, helper, now=now)
    [question] = queries.offers_of(helper, now)
    order = question.order
    assert (order.resident, order.rough_place, order.wish, order.metres) == ("周**", "莺花巷", "明天 09:00–11:00", 0)
    assert (order.start, order.until, question.answer_by) == (need.wish_from, need.wish_until, now + timedelta(hours=2))
    assert "莺花巷 27 号" not in repr(question)
    assert queries.offers_of(coordinator, now) == []


def test_a_question_is_seen_by_the_asked_and_the_staff(coordinator, need, helper, second_helper, far_coordinator, now):
    [offer] = ask(coordinator, need, helper, now=now)
    assert queries.visible_offer(helper, offer.pk) == queries.visible_offer(coordinator, offer.pk) == offer
    for actor in (second_helper, far_coordinator):
        with pytest.raises(NotFound):
            queries.visible_offer(actor, offer.pk)


def test_far_away_area_is_not_asked(coordinator, need, district, now):
    town = area_make.area(area_make.area(district), latitude=30.2, longitude=107.3)
    people.volunteer(town, reach_metres=50000)
    assert queries.candidates(coordinator, need, now) == []
    assert Offer.objects.count() == 0
