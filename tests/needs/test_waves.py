"""No answer in time: the next are asked, more each time; after the last wave the order waits at the front of the queue."""

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


def waves(need):
    return [need.offers.filter(wave=wave).count() for wave in (1, 2, 3, 4)]


def ask_first(coordinator, need, who, now):
    return commands.offer_need(actor=coordinator, need_id=need.pk, volunteer_ids=[who.pk], now=now)[0]


def test_waves_grow_until_the_rule_and_then_the_order_waits_in_front(coordinator, need, community, now):
    who = crowd(community, 20)
    ask_first(coordinator, need, who[0], now)
    assert commands.expire_offers(now=now + timedelta(minutes=119)) == 0
    assert commands.expire_offers(now=now + timedelta(minutes=120)) == 1
    assert waves(need) == [1, 3, 0, 0]
    assert commands.expire_offers(now=now + timedelta(minutes=240)) == 3
    assert waves(need) == [1, 3, 6, 0]
    end = now + timedelta(minutes=360)
    assert commands.expire_offers(now=end) == 6
    need.refresh_from_db()
    assert (need.state, need.wave, need.due_at) == ("waiting", 0, end)
    assert waves(need) == [1, 3, 6, 0]
    assert queries.history(coordinator, need)[-1].words == "问了 10 位都没接上，回到待派单，排在最前"


def test_waves_never_ask_the_same_person_twice(coordinator, need, community, now):
    who = crowd(community, 12)
    ask_first(coordinator, need, who[0], now)
    for turn in (1, 2, 3):
        commands.expire_offers(now=now + timedelta(minutes=120 * turn))
    asked = list(need.offers.values_list("volunteer_id", flat=True))
    assert len(asked) == len(set(asked)) == 10


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


def test_wave_asks_for_as_many_as_places_are_empty(coordinator, resident, community, now):
    need = make.need(resident, state=State.WAITING, people_needed=5)
    who = crowd(community, 9)
    offer = ask_first(coordinator, need, who[0], now)
    commands.decline_offer(actor=who[0], offer_id=offer.pk, now=now)
    assert waves(need) == [1, 5, 0, 0]


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
    assert commands.first_waves(now=now) == 3
    need.refresh_from_db()
    assert (need.state, need.wave, waves(need)) == ("offered", 1, [3, 0, 0, 0])
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
