"""No answer in time: the next are asked, as many as the wished chance takes; after the last wave the order waits at the front of the queue."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from chunshui.areas.models import RuleValue
from chunshui.kernel.models import Event
from chunshui.needs import commands, queries
from chunshui.needs.states import FIRST_WAVE, OfferState, State
from tests.factories import needs as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(resident, now):
    start = now + timedelta(days=2)
    return make.need(resident, state=State.WAITING, wish_from=start, wish_until=start + timedelta(hours=2), due_at=now + timedelta(days=1))


def crowd(community, many):
    return [people.volunteer(community, f"志愿者{at}") for at in range(many)]


def waves(need, most=4):
    return [need.offers.filter(wave=wave).count() for wave in range(1, most + 1)]


def ask_first(coordinator, need, who, now):
    return commands.offer_need(actor=coordinator, need_id=need.pk, volunteer_ids=[who.pk], now=now)[0]


def test_waves_ask_as_many_as_the_wished_chance_takes_and_then_the_order_waits_in_front(coordinator, need, community, now):
    who = crowd(community, 30)
    ask_first(coordinator, need, who[0], now)
    assert commands.expire_offers(now=now + timedelta(minutes=119)) == 0
    closed = [commands.expire_offers(now=now + timedelta(minutes=120 * turn)) for turn in (1, 2, 3, 4, 5)]
    assert closed == [1, 3, 3, 4, 5]
    assert waves(need, 6) == [1, 3, 3, 4, 5, 5]
    end = now + timedelta(hours=22)
    assert commands.expire_offers(now=end - timedelta(minutes=1)) == 0
    assert commands.expire_offers(now=end) == 5
    need.refresh_from_db()
    assert (need.state, need.wave, need.due_at) == ("waiting", 0, end)
    assert queries.history(coordinator, need)[-1].words == "问了 21 位都没接上，回到待派单，排在最前"


def test_waves_never_ask_the_same_person_twice(coordinator, need, community, now):
    who = crowd(community, 12)
    ask_first(coordinator, need, who[0], now)
    for turn in (1, 2, 3):
        commands.expire_offers(now=now + timedelta(minutes=120 * turn))
    asked = list(need.offers.values_list("volunteer_id", flat=True))
    assert len(asked) == len(set(asked)) == 11


def test_last_wave_before_the_visit_aims_higher(coordinator, resident, community, now):
    start = now + timedelta(hours=5)
    need = make.need(resident, state=State.WAITING, wish_from=start, wish_until=start + timedelta(hours=2))
    who = crowd(community, 20)
    ask_first(coordinator, need, who[0], now)
    commands.expire_offers(now=now + timedelta(hours=2))
    assert waves(need) == [1, 5, 0, 0]


def test_wave_leaves_alone_who_was_asked_a_short_while_ago_unless_it_is_urgent(coordinator, need, resident, community, now):
    who = crowd(community, 3)
    for each in who[1:]:
        make.offer(make.need(people.person(community), state=State.RATED), each, state=OfferState.DECLINED, sent_at=now - timedelta(hours=3))
    first = ask_first(coordinator, need, who[0], now)
    commands.decline_offer(actor=who[0], offer_id=first.pk, now=now)
    need.refresh_from_db()
    assert (need.state, need.offers.count()) == (State.WAITING, 1)
    urgent = make.need(resident, state=State.OFFERED, wave=1, priority=4)
    assert {one.volunteer_id for one in commands.next_wave(need_id=urgent.pk, now=now)} == {each.pk for each in who}


def test_rested_volunteers_are_asked_again(coordinator, need, community, now):
    who = crowd(community, 2)
    make.offer(make.need(people.person(community), state=State.RATED), who[1], state=OfferState.DECLINED, sent_at=now - timedelta(hours=6))
    first = ask_first(coordinator, need, who[0], now)
    commands.decline_offer(actor=who[0], offer_id=first.pk, now=now)
    assert list(need.offers.filter(wave=2).values_list("volunteer_id", flat=True)) == [who[1].pk]


@pytest.mark.parametrize(("priority", "minutes"), [(1, 240), (2, 120), (3, 60), (4, 15)])
def test_answers_are_awaited_by_priority(coordinator, resident, helper, now, priority, minutes):
    start = now + timedelta(days=2)
    need = make.need(resident, state=State.WAITING, priority=priority, wish_from=start, wish_until=start + timedelta(hours=2))
    assert ask_first(coordinator, need, helper, now).answer_by == now + timedelta(minutes=minutes)


def test_wave_waits_while_somebody_is_still_being_asked(coordinator, need, community, now):
    who = crowd(community, 5)
    first, second = commands.offer_need(actor=coordinator, need_id=need.pk, volunteer_ids=[who[0].pk, who[1].pk], source="several", now=now)
    commands.decline_offer(actor=who[0], offer_id=first.pk, now=now)
    assert waves(need) == [2, 0, 0, 0]
    commands.decline_offer(actor=who[1], offer_id=second.pk, now=now)
    assert waves(need) == [2, 3, 0, 0]


def test_wave_without_anyone_left_requeues_at_once(coordinator, need, helper, now):
    offer = ask_first(coordinator, need, helper, now)
    commands.decline_offer(actor=helper, offer_id=offer.pk, now=now)
    need.refresh_from_db()
    assert (need.state, need.due_at) == ("waiting", now)
    assert Event.objects.get(name="needs.requeued").data == {"cause": "waves", "asked": 1}


def test_wave_for_several_places_asks_for_enough_to_fill_them_all(coordinator, resident, community, now):
    need = make.need(resident, state=State.WAITING, people_needed=5)
    who = crowd(community, 9)
    offer = ask_first(coordinator, need, who[0], now)
    commands.decline_offer(actor=who[0], offer_id=offer.pk, now=now)
    assert waves(need) == [1, 8, 0, 0]


def test_wave_goes_on_when_one_of_two_places_is_taken(coordinator, resident, community, now):
    need = make.need(resident, state=State.WAITING, people_needed=2)
    who = crowd(community, 4)
    offer = ask_first(coordinator, need, who[0], now)
    commands.accept_offer(actor=who[0], offer_id=offer.pk, now=now)
    need.refresh_from_db()
    assert (need.state, need.places_filled) == ("offered", 1)
    assert need.offers.filter(state=OfferState.OPEN).count() == 3


@pytest.mark.parametrize("state", sorted(set(State) - {State.OFFERED}))
def test_next_wave_asks_nobody_in_other_states(resident, helper, now, state):
    need = make.need(resident, state=state)
    assert commands.next_wave(need_id=need.pk, now=now) == []
    need.refresh_from_db()
    assert (need.state, need.offers.count()) == (state, 0)


def test_next_wave_after_an_order_lost_its_questions(resident, helper, now):
    need = make.need(resident, state=State.OFFERED, wave=1)
    assert [offer.volunteer_id for offer in commands.next_wave(need_id=need.pk, now=now)] == [helper.pk]


def test_someone_who_did_not_answer_may_be_asked_again_by_a_person(coordinator, need, helper, now):
    ask_first(coordinator, need, helper, now)
    later = now + timedelta(hours=2)
    commands.expire_offers(now=later)
    [one] = queries.candidates(coordinator, need, later)
    assert "上次没答复" in [reason.words for reason in one.reasons]
    need.refresh_from_db()
    assert need.state == State.WAITING
    assert ask_first(coordinator, need, helper, later).wave == 1


def let_the_platform_begin(community, now):
    RuleValue.objects.create(area=community, key=FIRST_WAVE.key, value=True, effective_on=now.date(), reason="试行", set_by_id=1, set_at=now)
    cache.clear()


def test_first_wave_is_asked_by_the_platform_where_the_rule_says_so(need, community, now):
    crowd(community, 5)
    assert (commands.first_waves(now=now), need.offers.count()) == (0, 0)
    let_the_platform_begin(community, now)
    assert commands.first_waves(now=now) == 2
    need.refresh_from_db()
    assert (need.state, need.wave, waves(need)) == ("offered", 1, [2, 0, 0, 0])
    assert {offer.sent_by_id for offer in need.offers.all()} == {None}
    assert commands.first_waves(now=now) == 0


@pytest.mark.parametrize("hours", [-4, 6, 24 * 4], ids=["before the offices open", "after they close", "on a Saturday"])
def test_first_wave_waits_for_the_offices(need, community, now, hours):
    crowd(community, 5)
    let_the_platform_begin(community, now)
    assert commands.first_waves(now=now + timedelta(hours=hours)) == 0
    assert need.offers.count() == 0


def test_first_wave_leaves_an_order_alone_that_a_worker_has_begun_to_ask(coordinator, need, community, now):
    who = crowd(community, 5)
    let_the_platform_begin(community, now)
    offer = ask_first(coordinator, need, who[0], now)
    commands.withdraw_offer(actor=coordinator, offer_id=offer.pk, now=now)
    assert commands.first_waves(now=now) == 0
    assert need.offers.count() == 1


def test_first_wave_reaches_every_order_though_nobody_fits_the_others(resident, community, elsewhere, now):
    """Orders elsewhere, and those of which nobody can be asked, take no turn away."""
    let_the_platform_begin(community, now)
    start = now + timedelta(days=2)
    wish = {"state": State.WAITING, "wish_from": start, "wish_until": start + timedelta(hours=2)}
    last = make.need(resident, due_at=now + timedelta(hours=2), **wish)
    stranger = people.person(elsewhere)
    elsewhere = [make.need(stranger, due_at=now, **wish) for _ in range(3)]
    alone = [make.need(resident, due_at=now + timedelta(hours=1), service=make.service("nurse", required=1 << 20), **wish) for _ in range(3)]
    people.volunteer(community, "何素芬", qualifications=0)
    for minute in range(4):
        commands.first_waves(now=now + timedelta(minutes=minute), limit=1)
    assert [need.offers.count() for need in (*elsewhere, *alone, last)] == [0, 0, 0, 0, 0, 0, 1]
