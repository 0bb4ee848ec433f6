"""Real threads with connections of their own, on whichever database runs: exactly one wins, nobody is doubled."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.db import connection

from chunshui.kernel.errors import NotFound, Refused
from chunshui.needs import commands
from chunshui.needs.models import Assignment, Offer, Round
from chunshui.needs.states import HOLDING, OfferState, State
from tests.factories import needs as make
from tests.factories import people

pytestmark = pytest.mark.django_db(transaction=True)


def race(*calls):
    """Run the calls at the same instant; their answers in order: 'ok', the code of a refusal, or the error itself."""
    barrier, answers = Barrier(len(calls)), [None] * len(calls)

    def run(at, call):
        try:
            barrier.wait(timeout=20)
            call()
            answers[at] = "ok"
        except Refused as refusal:
            answers[at] = refusal.code
        except NotFound:
            answers[at] = "not_found"
        except Exception as error:
            answers[at] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(at, call)) for at, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def accept(who, offer, now):
    return lambda: commands.accept_offer(actor=who, offer_id=offer.pk, now=now)


def test_two_volunteers_and_the_last_place(coordinator, resident, helper, second_helper, now):
    need = make.need(resident, state=State.OFFERED)
    offers = [make.offer(need, one) for one in (helper, second_helper)]
    answers = race(accept(helper, offers[0], now), accept(second_helper, offers[1], now))
    need.refresh_from_db()
    assert sorted(answers) == ["filled", "ok"]
    assert (need.state, need.places_filled, need.assignments.count()) == ("accepted", 1, 1)
    assert sorted(Offer.objects.values_list("state", flat=True)) == ["accepted", "filled"]


def test_ten_rivals_for_three_places(resident, community, now):
    need = make.need(resident, state=State.WAITING, people_needed=3)
    who = [people.volunteer(community) for _ in range(10)]
    answers = race(*(lambda one=one: commands.claim_need(actor=one, need_id=need.pk, now=now) for one in who))
    need.refresh_from_db()
    assert sorted(answers) == ["filled"] * 7 + ["ok"] * 3
    assert (need.state, need.places_filled, need.assignments.filter(state__in=HOLDING).count()) == ("accepted", 3, 3)


def test_one_volunteer_accepts_two_orders_of_the_same_hour(community, helper, now):
    needs = [make.need(people.person(community), state=State.OFFERED) for _ in range(2)]
    offers = [make.offer(need, helper) for need in needs]
    answers = race(*(accept(helper, offer, now) for offer in offers))
    assert sorted(answers) == ["not_fit:busy", "ok"]
    assert Assignment.objects.count() == 1


def test_the_same_yes_twice_takes_one_place(resident, helper, now):
    need = make.need(resident, state=State.OFFERED, people_needed=2)
    offer = make.offer(need, helper)
    assert race(*[accept(helper, offer, now)] * 2) == ["ok", "ok"]
    need.refresh_from_db()
    assert (need.places_filled, need.assignments.count()) == (1, 1)


def test_accept_against_withdraw(coordinator, resident, helper, now):
    need = make.need(resident, state=State.OFFERED)
    offer = make.offer(need, helper)
    answers = race(accept(helper, offer, now), lambda: commands.withdraw_offer(actor=coordinator, offer_id=offer.pk, now=now))
    need.refresh_from_db()
    offer.refresh_from_db()
    assert (answers, need.state, need.places_filled, offer.state) in (
        (["ok", "wrong_state"], "accepted", 1, OfferState.ACCEPTED),
        (["withdrawn", "ok"], "waiting", 0, OfferState.WITHDRAWN),
    )


def test_accept_against_cancel(resident, helper, now):
    need = make.need(resident, state=State.OFFERED)
    offer = make.offer(need, helper)
    answers = race(accept(helper, offer, now), lambda: commands.cancel_need(actor=resident, need_id=need.pk, reason="病好了", now=now))
    need.refresh_from_db()
    offer.refresh_from_db()
    assert answers[1] == "ok"
    assert (need.state, need.places_filled) == ("cancelled", 0)
    assert (answers[0], offer.state) in (("ok", OfferState.ACCEPTED), ("cancelled", OfferState.WITHDRAWN))
    assert not Assignment.objects.filter(state__in=HOLDING).exists()


def test_two_workers_offer_the_same_person_at_once(coordinator, street_official, resident, helper, now):
    need = make.need(resident, state=State.WAITING)
    answers = race(
        *(
            lambda one=one: commands.offer_need(actor=one, need_id=need.pk, volunteer_ids=[helper.pk], now=now)
            for one in (coordinator, street_official)
        )
    )
    assert sorted(answers) == ["not_fit:already_offered", "ok"]
    assert Offer.objects.count() == 1


def test_two_workers_start_a_round_at_once(coordinator, street_official, community, now):
    answers = race(*(lambda one=one: commands.start_round(actor=one, area_id=community.pk, now=now) for one in (coordinator, street_official)))
    assert sorted(answers) == ["ok", "round_open"]
    assert Round.objects.count() == 1


def test_a_round_sent_twice_asks_once(coordinator, street_official, community, helper, second_helper, now):
    for _ in range(2):
        make.need(people.person(community), state=State.WAITING)
    found = commands.start_round(actor=coordinator, area_id=community.pk, now=now)
    commands.solve_round(round_id=found.pk, now=now)
    answers = race(*(lambda one=one: commands.send_round(actor=one, round_id=found.pk, now=now) for one in (coordinator, street_official)))
    assert sorted(answers) == ["already_sent", "ok"]
    assert Offer.objects.count() == 2


def test_a_round_is_sent_while_the_order_is_claimed(coordinator, community, helper, second_helper, now):
    need = make.need(people.person(community), state=State.WAITING)
    found = commands.start_round(actor=coordinator, area_id=community.pk, now=now)
    commands.solve_round(round_id=found.pk, now=now)
    answers = race(
        lambda: commands.send_round(actor=coordinator, round_id=found.pk, now=now),
        lambda: commands.claim_need(actor=second_helper, need_id=need.pk, now=now),
    )
    need.refresh_from_db()
    assert answers == ["ok", "ok"]
    assert (need.state, need.places_filled) == ("accepted", 1)
    assert not Offer.objects.filter(state=OfferState.OPEN).exists()


def test_the_clock_and_a_late_yes(resident, helper, second_helper, now):
    need = make.need(resident, state=State.OFFERED)
    offer = make.offer(need, helper, answer_by=now)
    answers = race(accept(helper, offer, now), lambda: commands.expire_offers(now=now))
    need.refresh_from_db()
    assert answers[1] == "ok"
    assert (answers[0], need.state) in (("ok", "accepted"), ("expired", "offered"))
