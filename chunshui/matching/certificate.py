"""The referee: holds a round against the rules, counts its cost again, and proves its bound without the solver.

It shares with the solver only the preparation of the round. The rules are those of `why_not`, one person at a time;
the bound is Lagrange's: with the prices of the round, what could every volunteer at best bring, taken alone?
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from chunshui.matching.answers import Assignment, Round
from chunshui.matching.candidates import WALK_METRES_A_MINUTE, part_of, week_of
from chunshui.matching.desk import why_not
from chunshui.matching.orders import MINUTES_A_DAY, Order
from chunshui.matching.problem import Problem, Waiting, prepare
from chunshui.matching.volunteers import Volunteers
from chunshui.matching.weights import Weights

Gains = defaultdict[int, defaultdict[tuple[int, int], list[int]]]
"""Volunteer row -> (day, moment) -> what each visit of that moment would bring."""


def check(volunteers: Volunteers, orders: Sequence[Order], weights: Weights, found: Round) -> list[str]:
    """What is wrong with this round, one line each; an empty list when it is right."""
    problem = prepare(volunteers, orders, weights)
    by_id = {order.id: order for order in orders}
    strange = [one for one in found.assignments if not _known_pair(volunteers, by_id, one)]
    if strange:
        return [f"order {one.order_id}, volunteer {one.volunteer_id}: no such pair or time" for one in strange]
    free = [one for one in found.assignments if not one.locked]
    faults = [
        *_wrong_pairs(problem, by_id, free),
        *_wrong_locks(problem, found),
        *_wrong_places(problem, found),
        *_wrong_limits(problem, by_id, free),
    ]
    objective = _objective(problem, by_id, found, free)
    if objective != found.objective:
        faults.append(f"objective: {found.objective} is claimed, the assignments cost {objective}")
    bound = lower_bound(problem, found)
    if bound != found.bound:
        faults.append(f"bound: {found.bound} is claimed, the prices prove {bound}")
    if found.bound > found.objective:
        faults.append(f"bound: {found.bound} lies above the objective {found.objective}")
    return faults


def lower_bound(problem: Problem, found: Round) -> int:
    """No plan costs less: each order pays its price or penalty, each volunteer takes what pays best at these prices."""
    total = 0
    gains: Gains = defaultdict(lambda: defaultdict(list))
    for one in problem.waiting:
        penalty = problem.penalties[one.order.id]
        price = min(found.prices.get(one.order.id, 0), penalty)
        total += one.reachable * price + (one.places - one.reachable) * penalty
        if one.enough:
            _collect(one, price, gains)
    return total + sum(_best_alone(problem, row, moments) for row, moments in gains.items())


def _collect(one: Waiting, price: int, gains: Gains) -> None:
    for at in np.flatnonzero(one.pairs.cost < price).tolist():
        for time in np.flatnonzero(one.pairs.free[at]).tolist():
            moment = (one.order.times[time].start // MINUTES_A_DAY, one.moments[time])
            gains[int(one.pairs.rows[at])][moment].append(int(one.pairs.cost[at]) - price)


def _best_alone(problem: Problem, row: int, moments: dict[tuple[int, int], list[int]]) -> int:
    """The most (a negative sum) one volunteer can bring: one visit a moment, steps of the day, limits of day and week."""
    days: dict[int, list[int]] = defaultdict(list)
    for (day, _), values in moments.items():
        days[day].append(min(values))
    weeks: dict[int, list[int]] = defaultdict(list)
    for day, values in days.items():
        used = int(problem.calendar.visits_on(day)[row])
        room = max(int(problem.volunteers.day_limit[row]) - used, 0)
        priced = [value + _step(problem, used + nth) for nth, value in enumerate(sorted(values)[:room])]
        weeks[week_of(day)] += [value for value in priced if value < 0]
    total = 0
    for week, values in weeks.items():
        room = int(problem.volunteers.week_limit[row] - problem.calendar.visits_in(week)[row])
        total += sum(sorted(values)[: max(room, 0)])
    return total


def _step(problem: Problem, nth: int) -> int:
    steps = problem.weights.day_steps
    return steps[min(nth, len(steps) - 1)]


def _known_pair(volunteers: Volunteers, orders: dict[int, Order], one: Assignment) -> bool:
    return one.order_id in orders and 0 <= one.time < len(orders[one.order_id].times) and volunteers.rows([one.volunteer_id]).size == 1


def _wrong_pairs(problem: Problem, orders: dict[int, Order], free: Sequence[Assignment]) -> list[str]:
    faults = []
    for one in free:
        order = orders[one.order_id]
        bar = why_not(problem.volunteers, _only(order, one.time), one.volunteer_id, problem.weights)
        if one.volunteer_id in order.locked or bar is not None:
            faults.append(f"order {one.order_id}, volunteer {one.volunteer_id}: {bar.code if bar else 'locked'}")
        elif one.cost != _cost(problem, one):
            faults.append(f"order {one.order_id}, volunteer {one.volunteer_id}: cost {one.cost} is not {_cost(problem, one)}")
    return faults


def _wrong_locks(problem: Problem, found: Round) -> list[str]:
    wanted = {(pin.order.id, int(problem.volunteers.ids[pin.row]), pin.time) for pin in problem.pins}
    given = {(one.order_id, one.volunteer_id, one.time) for one in found.assignments if one.locked}
    return [f"order {order}, volunteer {person}: locked pair is not kept" for order, person, _ in sorted(wanted ^ given)]


def _wrong_places(problem: Problem, found: Round) -> list[str]:
    faults = []
    people = Counter((one.order_id, one.volunteer_id) for one in found.assignments)
    faults += [f"order {order}, volunteer {person}: twice" for (order, person), count in people.items() if count > 1]
    empty = {one.order_id: one.places for one in found.unserved}
    for one in problem.waiting:
        mine = [given for given in found.assignments if given.order_id == one.order.id]
        if len(mine) + empty.get(one.order.id, 0) != one.order.places:
            faults.append(f"order {one.order.id}: {len(mine)} people and {empty.get(one.order.id, 0)} empty places of {one.order.places}")
        if len({given.time for given in mine}) > 1:
            faults.append(f"order {one.order.id}: its people come at different times")
        if one.order.all_or_none and empty.get(one.order.id, 0) not in (0, one.places):
            faults.append(f"order {one.order.id}: served in part, but wants all or none")
    return faults


def _wrong_limits(problem: Problem, orders: dict[int, Order], free: Sequence[Assignment]) -> list[str]:
    faults = []
    mine: dict[int, list[tuple[int, int, float, float]]] = defaultdict(list)
    for one in free:
        order = orders[one.order_id]
        time = order.times[one.time]
        mine[one.volunteer_id].append((time.start, time.end, order.x, order.y))
    for person, visits in sorted(mine.items()):
        row = problem.volunteers.row(person)
        if any(later[0] < sooner[1] + problem.weights.turnaround_minutes + _walk(sooner, later) for sooner, later in pairwise(sorted(visits))):
            faults.append(f"volunteer {person}: two places at once")
        slot, parts = int(problem.volunteers.slot_limit[row]), Counter(part_of(visit[0]) for visit in visits)
        if slot and any(problem.calendar.visits_at(part)[row] + count > slot for part, count in parts.items()):
            faults.append(f"volunteer {person}: over the limit of a part of the day")
        days = Counter(visit[0] // MINUTES_A_DAY for visit in visits)
        if any(problem.calendar.visits_on(day)[row] + count > problem.volunteers.day_limit[row] for day, count in days.items()):
            faults.append(f"volunteer {person}: over the limit of a day")
        weeks = Counter(week_of(visit[0] // MINUTES_A_DAY) for visit in visits)
        if any(problem.calendar.visits_in(week)[row] + count > problem.volunteers.week_limit[row] for week, count in weeks.items()):
            faults.append(f"volunteer {person}: over the limit of a week")
    return faults


def _walk(sooner: tuple[int, int, float, float], later: tuple[int, int, float, float]) -> int:
    return int(np.ceil(np.hypot(later[2] - sooner[2], later[3] - sooner[3]) / WALK_METRES_A_MINUTE))


def _objective(problem: Problem, orders: dict[int, Order], found: Round, free: Sequence[Assignment]) -> int:
    days = Counter((one.volunteer_id, orders[one.order_id].times[one.time].start // MINUTES_A_DAY) for one in free)
    total = sum(_cost(problem, one) for one in free)
    for (person, day), count in days.items():
        used = int(problem.calendar.visits_on(day)[problem.volunteers.row(person)])
        total += sum(_step(problem, nth) for nth in range(used, used + count))
    return total + sum(problem.penalties.get(one.order_id, 0) * one.places for one in found.unserved)


def _cost(problem: Problem, one: Assignment) -> int:
    """The cost of a pair, from the words of `Weights` and one row."""
    order = next(waiting.order for waiting in problem.waiting if waiting.order.id == one.order_id)
    who, weights, row = problem.volunteers, problem.weights, problem.volunteers.row(one.volunteer_id)
    away = round(float(np.hypot(who.x[row] - order.x, who.y[row] - order.y)))
    idle = (int(who.skills[row]) & weights.scarce_skills & ~order.skills).bit_count()
    cost = weights.distance * away // 3000 + weights.load * min(int(who.load30[row]), 20) // 20
    cost += round(weights.acceptance * (1 - float(who.acceptance[row])))
    cost += weights.messages * min(int(who.messages7[row]), 6) // 6 + weights.skill_surplus * min(idle, 5) // 5
    cost -= weights.newcomer * bool(who.newcomer[row])
    cost -= weights.familiarity * order.continuity * (order.known.get(one.volunteer_id, 0) > 0)
    if order.gender and not order.gender_must and int(who.gender[row]) != order.gender:
        cost += weights.wish_gender
    if order.languages and not order.language_must and not int(who.languages[row]) & order.languages:
        cost += weights.wish_language
    return cost


def _only(order: Order, time: int) -> Order:
    return replace(order, times=(order.times[time],))
