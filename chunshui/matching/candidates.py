"""Who may go, how many are left after each rule, and what each pair costs: vectorised over all volunteers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.orders import MINUTES_A_DAY, UNKNOWN, Order, Time
from chunshui.matching.reasons import Funnel, Stage, Term
from chunshui.matching.volunteers import Volunteers
from chunshui.matching.weights import Weights

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LOAD_FULL, MESSAGES_FULL, SURPLUS_FULL = 20, 6, 5


def week_of(day: int) -> int:
    """Weeks run Monday to Sunday; day 0 was a Thursday."""
    return (day + 3) // 7


class Calendar:
    """What the volunteers have agreed to already, asked by time, by day and by week; answers are kept."""

    def __init__(self, volunteers: Volunteers, turnaround_minutes: int) -> None:
        self._people = len(volunteers)
        self._owner = np.repeat(np.arange(self._people), np.diff(volunteers.busy_offsets))
        self._start = volunteers.busy_start
        self._until = volunteers.busy_end + turnaround_minutes
        self._turnaround = turnaround_minutes
        self._day = volunteers.busy_start // MINUTES_A_DAY
        self._clashes: dict[tuple[int, int], Bools] = {}
        self._days: dict[int, Ints] = {}
        self._weeks: dict[int, Ints] = {}

    def taken(self, time: Time) -> Bools:
        """Per volunteer: another visit stands in this time, or too close to it."""
        key = (time.start, time.end)
        if key not in self._clashes:
            mark = np.zeros(self._people, dtype=np.bool_)
            mark[self._owner[(self._start < time.end + self._turnaround) & (self._until > time.start)]] = True
            self._clashes[key] = mark
        return self._clashes[key]

    def visits_on(self, day: int) -> Ints:
        if day not in self._days:
            self._days[day] = np.bincount(self._owner[self._day == day], minlength=self._people).astype(np.int64)
        return self._days[day]

    def visits_in(self, week: int) -> Ints:
        if week not in self._weeks:
            inside = (self._day + 3) // 7 == week
            self._weeks[week] = np.bincount(self._owner[inside], minlength=self._people).astype(np.int64)
        return self._weeks[week]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The volunteers who may go to one order, cheapest first (ties: lower id)."""

    rows: Ints
    cost: Ints
    distance: Ints
    free: Bools
    """Person x time: can come then."""

    def __len__(self) -> int:
        return int(self.rows.size)

    def keep(self, which: Bools | Ints) -> Pairs:
        return Pairs(self.rows[which], self.cost[which], self.distance[which], self.free[which])


def distances(volunteers: Volunteers, order: Order, rows: Ints) -> Ints:
    """Whole metres in a straight line."""
    return np.rint(np.hypot(volunteers.x[rows] - order.x, volunteers.y[rows] - order.y)).astype(np.int64)


def survey(volunteers: Volunteers, order: Order, calendar: Calendar, weights: Weights) -> tuple[Pairs, Funnel]:
    """All who may go, and the funnel. Each rule looks only at those the rules before it left."""
    counts = {Stage.REGISTERED: len(volunteers)}
    need = np.uint64(order.skills)
    rows = np.flatnonzero((volunteers.skills & need) == need)
    counts[Stage.SKILL] = rows.size
    free = _free(volunteers, order, calendar, rows)
    rows, free = _narrow(rows, free, _any(free))
    counts[Stage.FREE] = rows.size
    away = distances(volunteers, order, rows)
    near = away <= np.minimum(volunteers.reach_m[rows], order.max_distance_m)
    rows, free = _narrow(rows, free, near)
    away = away[near]
    counts[Stage.REACH] = rows.size
    for stage, good in _personal(volunteers, order):
        fits = good[rows]
        rows, free, away = rows[fits], free[fits], away[fits]
        counts[stage] = rows.size
    free &= _capacity(volunteers, order, calendar, rows)
    able = _any(free)
    rows, free, away = rows[able], free[able], away[able]
    counts[Stage.CAPACITY] = rows.size
    cost = sum(terms(volunteers, order, weights, rows, away).values(), np.zeros(rows.size, dtype=np.int64))
    by_cost = np.lexsort((rows, cost))
    return Pairs(rows, cost, away, free).keep(by_cost), Funnel(counts)


def terms(volunteers: Volunteers, order: Order, weights: Weights, rows: Ints, away: Ints) -> dict[Term, Ints]:
    """The additive parts of the cost of each pair, in milli-units; terms that are not in question are left out."""
    lacking = 1.0 - volunteers.acceptance[rows]
    parts = {
        Term.DISTANCE: weights.distance * away // 3000,
        Term.LOAD: weights.load * np.minimum(volunteers.load30[rows], LOAD_FULL).astype(np.int64) // LOAD_FULL,
        Term.ACCEPTANCE: np.rint(weights.acceptance * lacking).astype(np.int64),
        Term.MESSAGES: weights.messages * np.minimum(volunteers.messages7[rows], MESSAGES_FULL).astype(np.int64) // MESSAGES_FULL,
        Term.NEWCOMER: -weights.newcomer * volunteers.newcomer[rows].astype(np.int64),
        Term.SKILL_SURPLUS: _surplus(volunteers, order, weights, rows),
    }
    if order.known:
        parts[Term.FAMILIARITY] = -weights.familiarity * order.continuity * _known(volunteers, order, rows)
    if order.gender != UNKNOWN and not order.gender_must:
        parts[Term.WISH_GENDER] = weights.wish_gender * (volunteers.gender[rows] != order.gender).astype(np.int64)
    if order.languages and not order.language_must:
        unmet = (volunteers.languages[rows] & np.uint32(order.languages)) == 0
        parts[Term.WISH_LANGUAGE] = weights.wish_language * unmet.astype(np.int64)
    return parts


def cheapest(pairs: Pairs, order: Order, volunteers: Volunteers, count: int) -> Bools:
    """Mark the `count` cheapest and everyone who knows the resident."""
    mark = np.zeros(len(pairs), dtype=np.bool_)
    mark[:count] = True
    mark |= np.isin(pairs.rows, volunteers.rows(id for id, visits in order.known.items() if visits > 0))
    return mark


def _narrow(rows: Ints, free: Bools, which: Bools) -> tuple[Ints, Bools]:
    return rows[which], free[which]


def _any(free: Bools) -> Bools:
    return np.asarray(free.any(axis=1), dtype=np.bool_)


def _free(volunteers: Volunteers, order: Order, calendar: Calendar, rows: Ints) -> Bools:
    free = np.empty((rows.size, len(order.times)), dtype=np.bool_)
    slots = volunteers.slots[rows]
    for column, time in enumerate(order.times):
        mask = np.uint32(time.slots)
        free[:, column] = ((slots & mask) == mask) & ~calendar.taken(time)[rows]
    return free


def _personal(volunteers: Volunteers, order: Order) -> list[tuple[Stage, Bools]]:
    everyone = np.ones(len(volunteers), dtype=np.bool_)
    language = gender = everyone
    if order.languages and order.language_must:
        language = (volunteers.languages & np.uint32(order.languages)) != 0
    if order.gender != UNKNOWN and order.gender_must:
        gender = volunteers.gender == order.gender
    age = volunteers.age >= order.min_age if order.min_age > 0 else everyone
    if not order.minors_welcome:
        age = age & ~volunteers.minor
    still_open = ~volunteers.asked_out & ((volunteers.refuses & np.uint64(order.kind)) == 0)
    still_open[volunteers.rows(order.declined | order.blocked | order.offered)] = False
    return [(Stage.LANGUAGE, language), (Stage.GENDER, gender), (Stage.AGE, age), (Stage.OPEN, still_open)]


def _capacity(volunteers: Volunteers, order: Order, calendar: Calendar, rows: Ints) -> Bools:
    able = np.empty((rows.size, len(order.times)), dtype=np.bool_)
    for column, time in enumerate(order.times):
        day = time.start // MINUTES_A_DAY
        able[:, column] = (calendar.visits_on(day)[rows] < volunteers.day_limit[rows]) & (
            calendar.visits_in(week_of(day))[rows] < volunteers.week_limit[rows]
        )
    return able


def _known(volunteers: Volunteers, order: Order, rows: Ints) -> Ints:
    return np.isin(rows, volunteers.rows(id for id, visits in order.known.items() if visits > 0)).astype(np.int64)


def _surplus(volunteers: Volunteers, order: Order, weights: Weights, rows: Ints) -> Ints:
    idle = np.uint64(weights.scarce_skills & ~order.skills)
    count = np.bitwise_count(volunteers.skills[rows] & idle).astype(np.int64)
    surplus: Ints = weights.skill_surplus * np.minimum(count, SURPLUS_FULL) // SURPLUS_FULL
    return surplus
