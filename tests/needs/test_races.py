"""Two hands at the same instant, in real transactions: numbers, double submits, places, follow-ups, series."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from chunshui.hours.models import Record
from chunshui.kernel.errors import Refused
from chunshui.kernel.models import Event
from chunshui.needs import commands, events
from chunshui.needs.models import Assignment, FollowUp, Need, Rating
from chunshui.needs.states import State
from tests.factories import needs as make

pytestmark = pytest.mark.django_db(transaction=True)


def together(*calls):
    """Run the calls at once, each on its own connection; the value or the code of the refusal of each."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait(timeout=10)
            return call()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def placing(actor, resident, community, **more):
    values = {"service_code": "escort", "area_id": community.pk, "address": "莺花巷 27 号", "channel": "web", "now": make.NOON, **more}
    return lambda: commands.place_need(actor=actor, resident_id=resident.pk, **values)


def test_orders_placed_at_once_get_numbers_of_their_own(resident, community):
    make.service()
    placed = together(*[placing(resident, resident, community, details=f"第{n}单") for n in range(4)])
    assert sorted(need.number for need in placed) == [f"LM-1124-000{n}" for n in (1, 2, 3, 4)]


def test_a_double_submit_at_once_is_one_order_with_one_event(resident, community):
    make.service()
    placed = together(*[placing(resident, resident, community, details="看病") for _each in range(3)])
    assert len({need.pk for need in placed}) == 1
    assert (Need.objects.count(), Event.objects.count()) == (1, 1)


def test_two_check_outs_at_once_record_once(resident, helper, coordinator):
    need = make.need(resident, state=State.SERVING)
    place = make.assignment(need, helper, state="present", checked_in_at=make.NOON, check_in_way="code")
    later = make.NOON + timedelta(hours=1)
    leaving = [
        lambda actor=actor, way=way: commands.check_out(actor=actor, assignment_id=place.pk, way=way, code="4827", now=later).state
        for actor, way in ((helper, "code"), (coordinator, "worker"))
    ]
    assert sorted(together(*leaving)) == ["done", "wrong_state"]
    assert (Record.objects.count(), Event.objects.filter(name=events.DELIVERED).count()) == (1, 1)


def test_one_volunteer_checks_in_at_two_places_at_once_in_one_only(resident, helper, coordinator):
    places = [make.assignment(make.need(resident, state=State.ACCEPTED), helper) for _each in range(2)]
    coming = [
        lambda place=place: commands.check_in(actor=helper, assignment_id=place.pk, way="code", code="4827", now=place.planned_from).state
        for place in places
    ]
    assert sorted(together(*coming)) == ["already_in", "present"]
    assert Assignment.objects.filter(state="present").count() == 1
    assert Event.objects.filter(name=events.CHECKED_IN).count() == 1


def test_cancel_and_accept_at_once_agree_on_one_history(resident, coordinator):
    need = make.need(resident)
    answers = together(
        lambda: commands.cancel_need(actor=resident, need_id=need.pk, reason="不用", now=make.NOON).state,
        lambda: commands.accept_need(actor=coordinator, need_id=need.pk, now=make.NOON).state,
    )
    need.refresh_from_db()
    assert need.state == State.CANCELLED
    assert answers in (["cancelled", "waiting"], ["cancelled", "wrong_state"])


def test_two_ratings_at_once_are_one(resident, coordinator, helper):
    need = make.need(resident, state=State.DELIVERED, due_at=make.NOON + timedelta(days=1))
    make.assignment(need, helper, state="done")
    rating = [
        lambda actor=actor, channel=channel: commands.rate_need(actor=actor, need_id=need.pk, stars=1, channel=channel, now=make.NOON).stars
        for actor, channel in ((resident, "web"), (coordinator, "phone"))
    ]
    assert sorted(map(str, together(*rating))) == ["1", "wrong_state"]
    assert (Rating.objects.count(), FollowUp.objects.count()) == (1, 1)


def test_two_workers_of_the_clock_escalate_and_place_once(resident, coordinator):
    make.need(resident, due_at=make.NOON - timedelta(hours=5))
    weekly = make.need(resident, state=State.WAITING, repeat="weekly", due_at=make.NOON + timedelta(days=9))
    assert sorted(together(*[lambda: commands.escalate_overdue(now=make.NOON) for _each in range(2)])) == [0, 1]
    assert sorted(together(*[lambda: commands.place_next_of_series(now=weekly.wish_from) for _each in range(2)])) == [0, 1]
    assert Need.objects.filter(series=weekly).count() == 1
