"""Who may go, how many are left after each rule, and what each pair costs: vectorised over all volunteers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.orders import MINUTES_A_DAY, UNKNOWN, Order, Time
from chunshui.matching.reasons import Funnel, Stage, Term
from chunshui.matching.volunteers import Volunteers
from chunshui.matching.weights import Weights

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LOAD_FULL, MESSAGES_FULL, SURPLUS_FULL = 20, 6, 5
NOON, EVENING = 720, 1080
WALK_METRES_A_MINUTE = 60
"""Straight-line metres: 80 m a minute on streets a third longer than the line."""


def week_of(day: int) -> int:
    """Weeks run Monday to Sunday; day 0 was a Thursday."""
    return (day + 3) // 7


def part_of(minute: int | Ints) -> Any:
    """Which morning, afternoon or evening since 1970 a minute belongs to."""
    of_day = minute % MINUTES_A_DAY
    return minute // MINUTES_A_DAY * 3 + (of_day >= NOON) + (of_day >= EVENING)


class Calendar:
    """What the volunteers have agreed to already, asked by time, by day, by week and by part of a day; answers are kept."""

    def __init__(self, volunteers: Volunteers, turnaround_minutes: int) -> None:
        self._people = len(volunteers)
        self._owner = np.repeat(np.arange(self._people), np.diff(volunteers.busy_offsets))
        self._start, self._end = volunteers.busy_start, volunteers.busy_end
        self._x, self._y = volunteers.busy_x, volunteers.busy_y
        self._placed = bool(np.isfinite(self._x).any())
        self._turnaround = turnaround_minutes
        self._day = volunteers.busy_start // MINUTES_A_DAY
        self._clashes: dict[tuple[int, int, float, float], Bools] = {}
        self._counts: dict[tuple[str, int], Ints] = {}

    def taken(self, time: Time, x: float, y: float) -> Bools:
        """Per volunteer: another visit stands in this time, or too close to it to come here."""
        key = (time.start, time.end, x if self._placed else 0.0, y if self._placed else 0.0)
        if key not in self._clashes:
            gap = self._turnaround + self._walk(x, y)
            mark = np.zeros(self._people, dtype=np.bool_)
            mark[self._owner[(self._start < time.end + gap) & (time.start < self._end + gap)]] = True
            self._clashes[key] = mark
        return self._clashes[key]

    def visits_on(self, day: int) -> Ints:
        return self._count("day", day, self._day)

    def visits_in(self, week: int) -> Ints:
        return self._count("week", week, (self._day + 3) // 7)

    def visits_at(self, part: int) -> Ints:
        return self._count("part", part, part_of(self._start))

    def _count(self, kind: str, number: int, numbers: Ints) -> Ints:
        if (kind, number) not in self._counts:
            self._counts[kind, number] = np.bincount(self._owner[numbers == number], minlength=self._people).astype(np.int64)
        return self._counts[kind, number]

    def _walk(self, x: float, y: float) -> Ints:
        """Minutes on foot between each visit and this place; 0 where it is not known."""
        if not self._placed:
            return np.zeros(self._start.size, dtype=np.int64)
        east, north = self._x - x, self._y - y
        minutes = np.ceil(np.sqrt(east * east + north * north) / WALK_METRES_A_MINUTE)
        return np.nan_to_num(minutes, nan=0.0).astype(np.int64)


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
    east, north = volunteers.x[rows] - order.x, volunteers.y[rows] - order.y
    return np.rint(np.sqrt(east * east + north * north)).astype(np.int64)


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
        free[:, column] = ((slots & mask) == mask) & ~calendar.taken(time, order.x, order.y)[rows]
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
        day, a_part = time.start // MINUTES_A_DAY, volunteers.slot_limit[rows]
        able[:, column] = calendar.visits_on(day)[rows] < volunteers.day_limit[rows]
        able[:, column] &= calendar.visits_in(week_of(day))[rows] < volunteers.week_limit[rows]
        able[:, column] &= (a_part == 0) | (calendar.visits_at(part_of(time.start))[rows] < a_part)
    return able


def _known(volunteers: Volunteers, order: Order, rows: Ints) -> Ints:
    return np.isin(rows, volunteers.rows(id for id, visits in order.known.items() if visits > 0)).astype(np.int64)


def _surplus(volunteers: Volunteers, order: Order, weights: Weights, rows: Ints) -> Ints:
    idle = np.uint64(weights.scarce_skills & ~order.skills)
    count = np.bitwise_count(volunteers.skills[rows] & idle).astype(np.int64)
    surplus: Ints = weights.skill_surplus * np.minimum(count, SURPLUS_FULL) // SURPLUS_FULL
    return surplus
