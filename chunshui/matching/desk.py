"""The single dispatch desk: candidates for one order with their reasons, and why somebody is not among them.

`why_not` states the rules a second time, for one person and in plain Python: the referee and the tests hold
the vectorised rules of `candidates` against it.
"""

from __future__ import annotations

from math import ceil, isnan, sqrt

import numpy as np

from chunshui.matching.answers import Candidate
from chunshui.matching.batch import Orders
from chunshui.matching.candidates import WALK_METRES_A_MINUTE, Calendar, Pairs, distances, part_of, survey, terms, week_of
from chunshui.matching.district import District
from chunshui.matching.orders import MINUTES_A_DAY, UNKNOWN, Order, Time
from chunshui.matching.reasons import Code, Funnel, Reason, Stage
from chunshui.matching.shortlist import best, funnels
from chunshui.matching.volunteers import Volunteers
from chunshui.matching.weights import Weights

WALKABLE_M = 2000
HIGH_LOAD, MANY_MESSAGES = 10, 4


def rank(volunteers: Volunteers | District, order: Order, weights: Weights | None = None, limit: int | None = 50) -> list[Candidate]:
    """Those who may go to this order, best first; None for all of them."""
    weights = weights or Weights()
    if isinstance(volunteers, District):
        people, pairs = _nearby(volunteers, order, weights, limit)
        return describe(people, order, weights, pairs)
    pairs, _ = survey(volunteers, order, Calendar(volunteers, weights.turnaround_minutes), weights)
    return describe(volunteers, order, weights, pairs.keep(np.arange(len(pairs))[:limit]))


def funnel(volunteers: Volunteers | District, order: Order, weights: Weights | None = None) -> Funnel:
    """How many volunteers are left after each hard rule."""
    weights = weights or Weights()
    if isinstance(volunteers, District):
        return Funnel(dict(zip(Stage, funnels(volunteers, Orders.of([order]), weights)[0].tolist(), strict=True)))
    return survey(volunteers, order, Calendar(volunteers, weights.turnaround_minutes), weights)[1]


def _nearby(district: District, order: Order, weights: Weights, limit: int | None) -> tuple[Volunteers, Pairs]:
    """The best of a district for an order, as a few volunteers and pairs of their rows."""
    rows, costs, masks = best(district, Orders.of([order]), weights, limit)
    people = district.take(rows)
    own = np.searchsorted(people.ids, district.sight.rows["id"][rows])
    free = (masks[:, None] >> np.arange(len(order.times), dtype=np.uint64)) & np.uint64(1) == 1
    return people, Pairs(own, costs, distances(people, order, own), free)


def describe(volunteers: Volunteers, order: Order, weights: Weights, pairs: Pairs) -> list[Candidate]:
    parts = {term: values.tolist() for term, values in terms(volunteers, order, weights, pairs.rows, pairs.distance).items()}
    times = [tuple(at for at, free in enumerate(row) if free) for row in pairs.free.tolist()]
    ids, rows = volunteers.ids[pairs.rows].tolist(), pairs.rows.tolist()
    costs, away = pairs.cost.tolist(), pairs.distance.tolist()
    return [
        Candidate(
            volunteer_id=ids[at],
            cost=costs[at],
            terms={term: values[at] for term, values in parts.items()},
            reasons=reasons_for(volunteers, order, row, times[at][0]),
            distance_m=away[at],
            times=times[at],
        )
        for at, row in enumerate(rows)
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


def why_not(volunteers: Volunteers | District, order: Order, volunteer_id: int, weights: Weights | None = None) -> Reason | None:
    """The first rule that keeps this volunteer from this order; None when they may go."""
    if isinstance(volunteers, District):
        return why_not(volunteers.take([volunteers.row(volunteer_id)]), order, volunteer_id, weights)
    return _bar(volunteers, order, volunteers.row(volunteer_id), weights or Weights())


def _bar(volunteers: Volunteers, order: Order, row: int, weights: Weights) -> Reason | None:
    missing = order.skills & ~int(volunteers.skills[row])
    if missing:
        return Reason(Code.LACKS_SKILL, missing.bit_count())
    offered = [time for time in order.times if int(volunteers.slots[row]) & time.slots == time.slots]
    if not offered:
        return Reason(Code.NOT_FREE)
    free = [time for time in offered if not _busy(volunteers, row, order, time, weights.turnaround_minutes)]
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
    """None when one of the times keeps all limits; else the narrowest limit that stands against the best of them."""
    starts = [visit[0] for visit in busy_of(volunteers, row)]
    days, parts = [start // MINUTES_A_DAY for start in starts], [part_of(start) for start in starts]
    weeks = [week_of(day) for day in days]
    a_day, a_week, a_slot = (int(limit[row]) for limit in (volunteers.day_limit, volunteers.week_limit, volunteers.slot_limit))
    open_week = [time for time in free if weeks.count(week_of(time.start // MINUTES_A_DAY)) < a_week]
    open_day = [time for time in open_week if days.count(time.start // MINUTES_A_DAY) < a_day]
    if any(not a_slot or parts.count(part_of(time.start)) < a_slot for time in open_day):
        return None
    if open_day:
        return Reason(Code.SLOT_FULL, a_slot)
    return Reason(Code.DAY_FULL, a_day) if open_week else Reason(Code.WEEK_FULL, a_week)


def busy_of(volunteers: Volunteers, row: int) -> list[tuple[int, int, float, float]]:
    part = slice(int(volunteers.busy_offsets[row]), int(volunteers.busy_offsets[row + 1]))
    columns = (volunteers.busy_start, volunteers.busy_end, volunteers.busy_x, volunteers.busy_y)
    return list(zip(*(column[part].tolist() for column in columns), strict=True))


def _busy(volunteers: Volunteers, row: int, order: Order, time: Time, turnaround: int) -> bool:
    for start, end, x, y in busy_of(volunteers, row):
        east, north = x - order.x, y - order.y
        gap = turnaround + (0 if isnan(x) else ceil(sqrt(east * east + north * north) / WALK_METRES_A_MINUTE))
        if start < time.end + gap and time.start < end + gap:
            return True
    return False


def _metres(volunteers: Volunteers, order: Order, row: int) -> int:
    east, north = float(volunteers.x[row]) - order.x, float(volunteers.y[row]) - order.y
    return round(sqrt(east * east + north * north))


def _wishes(volunteers: Volunteers, order: Order, row: int) -> list[Reason]:
    said = []
    if order.gender != UNKNOWN:
        met = int(volunteers.gender[row]) == order.gender
        said.append(Reason(Code.WISH_GENDER_MET if met else Code.WISH_GENDER_UNMET))
    if order.languages:
        met = bool(int(volunteers.languages[row]) & order.languages)
        said.append(Reason(Code.WISH_LANGUAGE_MET if met else Code.WISH_LANGUAGE_UNMET))
    return said
