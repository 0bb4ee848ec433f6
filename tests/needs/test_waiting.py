"""The waiting orders as arrays say what the orders one by one say."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from chunshui.matching import Orders
from chunshui.needs import commands
from chunshui.needs.models import Need
from chunshui.needs.queries.dispatch import fit
from chunshui.needs.queries.dispatch import waiting as reads
from chunshui.needs.states import AssignmentState, Danger, OfferState, Priority, State
from chunshui.people import commands as people_commands
from tests.factories import needs as make
from tests.factories import people

pytestmark = pytest.mark.django_db
PARALLEL = 31.2


@pytest.fixture
def waiting(coordinator, community, helper, second_helper, now):
    """Orders of every kind: known, asked, said no to, kept apart, wished for, urgent, any time, several people, over, and not waiting."""
    resident = people.person(community)
    make.assignment(make.need(resident, state=State.ARCHIVED), helper, state=AssignmentState.DONE)
    plain = make.need(resident, state=State.WAITING)
    make.offer(plain, helper, state=OfferState.DECLINED)
    make.offer(plain, second_helper)
    make.assignment(make.need(resident, state=State.WAITING), second_helper, state=AssignmentState.RELEASED)
    people_commands.block(actor=resident, other_id=people.volunteer(community).pk, now=now)
    other = people.person(community)
    make.need(other, state=State.WAITING, priority=Priority.URGENT, wish="any", wish_from=None, wish_until=None)
    make.need(other, state=State.WAITING, people_needed=3, places_filled=1, same_volunteer=helper, language=2)
    make.need(resident, state=State.WAITING, dangers=[Danger.DEMENTIA], gender=2)
    make.need(other, state=State.WAITING, wish_from=now - timedelta(hours=3), wish_until=now - timedelta(hours=1))
    make.need(other, state=State.SUBMITTED)
    return Need.objects.filter(state=State.WAITING).select_related("area", "service", "resident")


def one_by_one(needs, now):
    found = fit.cases(list(needs), now)
    return [fit.engine_order(case, PARALLEL, kind=reads.districts.kind_of(case.need.service.code)) for case in found.values() if case.found]


def test_waiting_orders_as_arrays_equal_the_orders_one_by_one(waiting, community, now):
    found, same = reads.read(community, PARALLEL, now), Orders.of(one_by_one(waiting, now))
    for name in ("table", "time_offsets", "time_slots", "time_start", "time_end", "known_offsets", "known_ids", "barred_offsets", "barred_ids"):
        assert getattr(found.orders, name).tolist() == getattr(same, name).tolist(), name
    assert (len(found.orders), len(found.over)) == (5, 1)
    assert found.orders.barred_ids.size > 4


def test_waiting_nobody_is_no_order(community, now):
    found = reads.read(community, PARALLEL, now)
    assert (len(found.orders), found.over) == (0, [])


def test_waiting_wishes_hold_and_bar_as_far_as_there_are_places(waiting, community, helper, second_helper, now):
    found = reads.read(community, PARALLEL, now)
    first = int(found.orders.table["id"][0])
    orders = found.with_wishes([(first, helper.pk), (first, second_helper.pk), (10**9, helper.pk)], [(first, helper.pk), (first, 77)])
    assert (orders.locked_ids.tolist(), np.diff(orders.locked_offsets).tolist()) == ([helper.pk], [1, 0, 0, 0, 0])
    assert {helper.pk, 77} <= set(orders.barred_ids[: orders.barred_offsets[1]].tolist())


def test_waiting_is_read_again_only_when_something_has_happened(waiting, community, coordinator, helper, now, settings):
    settings.DISTRICT_SECONDS = 60
    reads.forget()
    try:
        first = reads.waiting(community, PARALLEL, now)
        assert reads.waiting(community, PARALLEL, now + timedelta(minutes=5)) is first
        commands.start_round(actor=coordinator, area_id=community.pk, now=now)
        assert reads.waiting(community, PARALLEL, now) is first
        assert reads.waiting(community, PARALLEL, now + timedelta(minutes=11)) is not first
        again = reads.waiting(community, PARALLEL, now)
        people_commands.block(actor=waiting[0].resident, other_id=helper.pk, now=now)
        assert reads.waiting(community, PARALLEL, now) is not again
    finally:
        reads.forget()
