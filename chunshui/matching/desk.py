"""The single dispatch desk: candidates for one order with their reasons, and why somebody is not among them.

`why_not` states the rules a second time, for one person and in plain Python: the referee and the tests hold
the vectorised rules of `candidates` against it.
"""

from __future__ import annotations

from math import hypot

import numpy as np

from chunshui.matching.answers import Candidate
from chunshui.matching.candidates import Calendar, Pairs, survey, terms, week_of
from chunshui.matching.orders import MINUTES_A_DAY, UNKNOWN, Order, Time
from chunshui.matching.reasons import Code, Funnel, Reason
from chunshui.matching.volunteers import Volunteers
from chunshui.matching.weights import Weights

WALK_METRES_A_MINUTE = 60
"""Straight-line metres: 80 m a minute on streets a third longer than the line."""
WALKABLE_M = 2000
HIGH_LOAD, MANY_MESSAGES = 10, 4


def rank(volunteers: Volunteers, order: Order, weights: Weights | None = None, limit: int | None = 50) -> list[Candidate]:
    """Those who may go to this order, best first; None for all of them."""
    weights = weights or Weights()
    pairs, _ = survey(volunteers, order, Calendar(volunteers, weights.turnaround_minutes), weights)
    return describe(volunteers, order, weights, pairs.keep(np.arange(len(pairs))[:limit]))


def funnel(volunteers: Volunteers, order: Order, weights: Weights | None = None) -> Funnel:
    """How many volunteers are left after each hard rule."""
    weights = weights or Weights()
    return survey(volunteers, order, Calendar(volunteers, weights.turnaround_minutes), weights)[1]


def describe(volunteers: Volunteers, order: Order, weights: Weights, pairs: Pairs) -> list[Candidate]:
    parts = terms(volunteers, order, weights, pairs.rows, pairs.distance)
    return [
        Candidate(
            volunteer_id=int(volunteers.ids[row]),
            cost=int(pairs.cost[at]),
            terms={term: int(values[at]) for term, values in parts.items()},
            reasons=reasons_for(volunteers, order, int(row), int(np.argmax(pairs.free[at]))),
            distance_m=int(pairs.distance[at]),
            times=tuple(int(time) for time in np.flatnonzero(pairs.free[at])),
        )
        for at, row in enumerate(pairs.rows)
    ]


def reasons_for(volunteers: Volunteers, order: Order, row: int, time: int) -> tuple[Reason, ...]:
    """What speaks for this volunteer and what there is to know, in the order in which to say it."""
    away = _metres(volunteers, order, row)
    load, messages = int(volunteers.load30[row]), int(volunteers.messages7[row])
    visits = order.known.get(int(volunteers.ids[row]), 0)
    new = bool(volunteers.newcomer[row])
    said = [
        (order.skills != 0, Reason(Code.MEETS_SKILLS, order.skills.bit_count())),
        (True, Reason(Code.FREE_THEN, time)),
        (True, Reason(Code.DISTANCE, away)),
        (away <= WALKABLE_M, Reason(Code.WALK_MINUTES, max(1, -(-away // WALK_METRES_A_MINUTE)))),
        (visits > 0, Reason(Code.KNOWS, visits)),
        (new, Reason(Code.NEW_PERSON)),
        (True, Reason(Code.WEEK_LOAD, int(volunteers.week_minutes[row]))),
        (load >= HIGH_LOAD, Reason(Code.LOAD_HIGH, load)),
        (not new, Reason(Code.ACCEPTS, int(np.rint(10 * volunteers.acceptance[row])))),
        (messages >= MANY_MESSAGES, Reason(Code.ASKED_OFTEN, messages)),
    ]
    return (*(reason for true, reason in said if true), *_wishes(volunteers, order, row))


def why_not(volunteers: Volunteers, order: Order, volunteer_id: int, weights: Weights | None = None) -> Reason | None:
    """The first rule that keeps this volunteer from this order; None when they may go."""
    weights = weights or Weights()
    row = volunteers.row(volunteer_id)
    missing = order.skills & ~int(volunteers.skills[row])
    if missing:
        return Reason(Code.LACKS_SKILL, missing.bit_count())
    offered = [time for time in order.times if int(volunteers.slots[row]) & time.slots == time.slots]
    if not offered:
        return Reason(Code.NOT_FREE)
    free = [time for time in offered if not _busy(volunteers, row, time, weights.turnaround_minutes)]
    if not free:
        return Reason(Code.BUSY)
    away = _metres(volunteers, order, row)
    if away > min(int(volunteers.reach_m[row]), order.max_distance_m):
        return Reason(Code.TOO_FAR, away)
    return _person_bar(volunteers, order, row) or _limit_bar(volunteers, row, free)


def _person_bar(volunteers: Volunteers, order: Order, row: int) -> Reason | None:
    person = int(volunteers.ids[row])
    age = int(volunteers.age[row])
    bars = [
        (
            order.language_must and order.languages and not int(volunteers.languages[row]) & order.languages,
            Reason(Code.LANGUAGE),
        ),
        (
            order.gender_must and order.gender != UNKNOWN and int(volunteers.gender[row]) != order.gender,
            Reason(Code.GENDER),
        ),
        (order.min_age > 0 and age < order.min_age, Reason(Code.TOO_YOUNG, order.min_age)),
        (bool(volunteers.minor[row]) and not order.minors_welcome, Reason(Code.MINOR)),
        (person in order.declined, Reason(Code.DECLINED)),
        (person in order.blocked, Reason(Code.BLOCKED)),
        (person in order.offered, Reason(Code.ALREADY_OFFERED)),
        (int(volunteers.refuses[row]) & order.kind != 0, Reason(Code.REFUSES)),
        (bool(volunteers.asked_out[row]), Reason(Code.ASKED_OUT)),
    ]
    return next((reason for barred, reason in bars if barred), None)


def _limit_bar(volunteers: Volunteers, row: int, free: list[Time]) -> Reason | None:
    days = [start // MINUTES_A_DAY for start, _ in busy_of(volunteers, row)]
    weeks = [week_of(day) for day in days]
    a_day, a_week = int(volunteers.day_limit[row]), int(volunteers.week_limit[row])
    week_open = False
    for time in free:
        day = time.start // MINUTES_A_DAY
        if weeks.count(week_of(day)) >= a_week:
            continue
        week_open = True
        if days.count(day) < a_day:
            return None
    return Reason(Code.DAY_FULL, a_day) if week_open else Reason(Code.WEEK_FULL, a_week)


def busy_of(volunteers: Volunteers, row: int) -> list[tuple[int, int]]:
    part = slice(int(volunteers.busy_offsets[row]), int(volunteers.busy_offsets[row + 1]))
    return list(zip(volunteers.busy_start[part].tolist(), volunteers.busy_end[part].tolist(), strict=True))


def _busy(volunteers: Volunteers, row: int, time: Time, turnaround: int) -> bool:
    return any(start < time.end + turnaround and time.start < end + turnaround for start, end in busy_of(volunteers, row))


def _metres(volunteers: Volunteers, order: Order, row: int) -> int:
    return round(hypot(float(volunteers.x[row]) - order.x, float(volunteers.y[row]) - order.y))


def _wishes(volunteers: Volunteers, order: Order, row: int) -> list[Reason]:
    said = []
    if order.gender != UNKNOWN:
        met = int(volunteers.gender[row]) == order.gender
        said.append(Reason(Code.WISH_GENDER_MET if met else Code.WISH_GENDER_UNMET))
    if order.languages:
        met = bool(int(volunteers.languages[row]) & order.languages)
        said.append(Reason(Code.WISH_LANGUAGE_MET if met else Code.WISH_LANGUAGE_UNMET))
    return said
