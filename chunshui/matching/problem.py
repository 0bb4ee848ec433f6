"""A round made ready: locked pairs pinned, all pairs costed, times that exclude each other numbered.

The solver and the referee both start from here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.candidates import Calendar, Pairs, survey, week_of
from chunshui.matching.orders import MINUTES_A_DAY, Order, Time
from chunshui.matching.reasons import Funnel
from chunshui.matching.volunteers import Volunteers
from chunshui.matching.weights import Weights

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pin:
    """A pair chosen by hand."""

    order: Order
    row: int
    time: int

    @property
    def visit(self) -> Time:
        return self.order.times[self.time]


@dataclass(frozen=True, slots=True)
class Waiting:
    """An order with the places left to fill and everybody who may fill them."""

    order: Order
    places: int
    pairs: Pairs
    """Free only at the one time at which the locked people come, if there are any."""
    funnel: Funnel
    moments: tuple[int, ...]
    """Per time: the moment it is counted at. A volunteer takes one visit of a moment."""

    @property
    def together(self) -> int:
        """How many could come at the best time."""
        return int(self.pairs.free.sum(axis=0).max(initial=0))

    @property
    def reachable(self) -> int:
        """Places that somebody could take; the others stay empty in every plan."""
        return min(self.places, self.together) if self.enough else 0

    @property
    def enough(self) -> bool:
        return not self.order.all_or_none or self.together >= self.places


@dataclass(frozen=True, slots=True)
class Problem:
    volunteers: Volunteers
    """With the locked visits among the busy ones."""
    weights: Weights
    waiting: tuple[Waiting, ...]
    """Every order, by id."""
    pins: tuple[Pin, ...]
    penalties: dict[int, int]
    calendar: Calendar


def prepare(volunteers: Volunteers, orders: Sequence[Order], weights: Weights) -> Problem:
    by_id = sorted(orders, key=lambda order: order.id)
    for one, next_one in pairwise(by_id):
        if one.id == next_one.id:
            raise ValueError(f"order {one.id}: given twice")
    pins = pins_of(volunteers, by_id, Calendar(volunteers, weights.turnaround_minutes))
    pinned = with_visits(volunteers, pins, weights.turnaround_minutes)
    calendar = Calendar(pinned, weights.turnaround_minutes)
    times = {pin.order.id: pin.time for pin in pins}
    moments = shared_moments(by_id, weights.turnaround_minutes)
    waiting = tuple(_waiting(pinned, order, calendar, weights, times.get(order.id), moments[order.id]) for order in by_id)
    return Problem(pinned, weights, waiting, tuple(pins), weights.penalties(by_id), calendar)


def shared_moments(orders: Sequence[Order], turnaround: int) -> dict[int, tuple[int, ...]]:
    """Order id -> for each of its times the number of a moment that lies in it, so that times of one number exclude each other.

    Times of different numbers may overlap too: the solver looks for that in its plan and joins them.
    """
    times = sorted(
        (time.start // MINUTES_A_DAY, time.end + turnaround, time.start, order.id, at) for order in orders for at, time in enumerate(order.times)
    )
    numbers: dict[tuple[int, int], int] = {}
    today, moments, first = None, list[int](), 0
    for day, until, start, order_id, at in times:
        if day != today:
            first, today, moments = first + len(moments), day, []
        number = bisect_right(moments, start)
        if number == len(moments):
            moments.append(until)
        numbers[order_id, at] = first + number
    return {order.id: tuple(numbers[order.id, at] for at in range(len(order.times))) for order in orders}


def common_time(pairs: Pairs, places: int) -> int:
    """The time at which most of the places can be filled, then the cheapest, then the first in the list."""
    best, choice = (1, 0), 0
    for time in range(pairs.free.shape[1]):
        cost = pairs.cost[pairs.free[:, time]][:places]
        value = (-cost.size, int(cost.sum()))
        if value < best:
            best, choice = value, time
    return choice


def _waiting(
    volunteers: Volunteers,
    order: Order,
    calendar: Calendar,
    weights: Weights,
    fixed: int | None,
    moments: tuple[int, ...],
) -> Waiting:
    places = order.places - len(order.locked)
    pairs, left = survey(volunteers, replace(order, offered=order.offered | order.locked), calendar, weights)
    if places == 0:
        pairs = pairs.keep(np.arange(0))
    if fixed is not None:
        only = np.zeros_like(pairs.free)
        only[:, fixed] = pairs.free[:, fixed]
        pairs = replace(pairs, free=only).keep(only[:, fixed])
    return Waiting(order, places, pairs, left, moments)


def pins_of(volunteers: Volunteers, orders: Sequence[Order], calendar: Calendar) -> list[Pin]:
    """Locked people come at the first time at which most of them are free."""
    pins = []
    for order in orders:
        if not order.locked:
            continue
        rows = np.array([volunteers.row(person) for person in sorted(order.locked)], dtype=np.int64)
        slots = volunteers.slots[rows]
        offered = [(slots & np.uint32(time.slots)) == np.uint32(time.slots) for time in order.times]
        free = [int(np.sum(open_then & ~calendar.taken(time, order.x, order.y)[rows])) for open_then, time in zip(offered, order.times, strict=True)]
        pins += [Pin(order, int(row), int(np.argmax(free))) for row in rows]
    return pins


def with_visits(volunteers: Volunteers, pins: Sequence[Pin], turnaround: int) -> Volunteers:
    if not pins:
        return volunteers
    by_visit = sorted(pins, key=lambda pin: (pin.row, pin.visit.start, pin.visit.end, pin.order.id))
    visits = [(pin.row, pin.visit.start, pin.visit.end, pin.order.id) for pin in by_visit]
    for one, other in pairwise(visits):
        if one[0] == other[0] and other[1] < one[2] + turnaround:
            person = int(volunteers.ids[one[0]])
            raise ValueError(f"orders {one[3]} and {other[3]}: both lock volunteer {person} at one time")
    added = np.array(visits, dtype=np.int64)
    owner = np.concatenate((np.repeat(np.arange(len(volunteers)), np.diff(volunteers.busy_offsets)), added[:, 0]))
    by_owner = np.argsort(owner, kind="stable")
    counts = np.bincount(owner, minlength=len(volunteers))
    return replace(
        volunteers,
        busy_offsets=np.concatenate(([0], np.cumsum(counts))),
        busy_start=np.concatenate((volunteers.busy_start, added[:, 1]))[by_owner],
        busy_end=np.concatenate((volunteers.busy_end, added[:, 2]))[by_owner],
        busy_x=np.concatenate((volunteers.busy_x, [pin.order.x for pin in by_visit]))[by_owner],
        busy_y=np.concatenate((volunteers.busy_y, [pin.order.y for pin in by_visit]))[by_owner],
    )


def day_use(problem: Problem, rows: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Visits already on the day, and already in the week, of each (volunteer, start)."""
    used, in_week = np.zeros(rows.size, dtype=np.int64), np.zeros(rows.size, dtype=np.int64)
    days = start // MINUTES_A_DAY
    for day in np.unique(days).tolist():
        here = days == day
        used[here] = problem.calendar.visits_on(day)[rows[here]]
        in_week[here] = problem.calendar.visits_in(week_of(day))[rows[here]]
    return used, in_week
