"""A whole round: the plan that is best together, proven by its prices, with what it leaves open and why."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chunshui.matching.answers import Assignment, Load, Round, Unserved
from chunshui.matching.candidates import Ints, distances, terms
from chunshui.matching.desk import reasons_for
from chunshui.matching.orders import Order
from chunshui.matching.planning import Plan, Planner
from chunshui.matching.problem import Problem, Waiting, prepare
from chunshui.matching.reasons import Code, Reason, Stage
from chunshui.matching.volunteers import Volunteers
from chunshui.matching.weights import Weights

_EMPTIED_BY = {
    Stage.REGISTERED: Code.NOBODY,
    Stage.SKILL: Code.LACKS_SKILL,
    Stage.FREE: Code.NOT_FREE,
    Stage.REACH: Code.TOO_FAR,
    Stage.LANGUAGE: Code.LANGUAGE,
    Stage.GENDER: Code.GENDER,
    Stage.AGE: Code.TOO_YOUNG,
    Stage.OPEN: Code.ASKED_ALL,
    Stage.CAPACITY: Code.FULL,
}


def solve(volunteers: Volunteers, orders: Sequence[Order], weights: Weights | None = None, *, thorough: bool = False) -> Round:
    """The best plan for all orders together; `thorough` takes minutes where needed to prove that it is."""
    problem = prepare(volunteers, orders, weights or Weights())
    planner = Planner(problem)
    free = planner.relax()
    return _report(problem, planner.repair(free, thorough=thorough), free)


def _report(problem: Problem, plan: Plan, free: Plan) -> Round:
    made = sorted([*_chosen(problem, plan), *_locked(problem)], key=lambda one: (one.order_id, one.volunteer_id))
    served = plan.served(len(problem.waiting))
    visits = np.bincount(problem.volunteers.rows(one.volunteer_id for one in made), minlength=len(problem.volunteers))
    return Round(
        assignments=tuple(made),
        unserved=tuple(_unserved(one, one.places - int(served[at])) for at, one in enumerate(problem.waiting) if served[at] < one.places),
        objective=plan.objective,
        bound=free.objective,
        is_proven=plan.proven,
        prices={one.order.id: int(price) for one, price in zip(problem.waiting, free.flow.prices, strict=True)},
        volunteer_prices=_worth(problem, free),
        penalties=problem.penalties,
        load_before=load_of(problem.volunteers.load30.astype(np.int64)),
        load_after=load_of(problem.volunteers.load30 + visits),
    )


def load_of(visits: Ints) -> Load:
    busy = np.sort(visits[visits > 0])[::-1]
    total = int(busy.sum())
    share = int(busy[: -(-busy.size // 10)].sum()) / total if total else 0.0
    return Load(total, int(busy.size), int(busy.max(initial=0)), share)


def _chosen(problem: Problem, plan: Plan) -> list[Assignment]:
    made = []
    for arc in plan.chosen.tolist():
        at, row, time = plan.arcs.key(arc)
        order = problem.waiting[at].order
        made.append(_assignment(problem, at, row, time, reasons_for(problem.volunteers, order, row, time)))
    return made


def _locked(problem: Problem) -> list[Assignment]:
    place = {one.order.id: at for at, one in enumerate(problem.waiting)}
    return [
        _assignment(
            problem,
            place[pin.order.id],
            pin.row,
            pin.time,
            (Reason(Code.LOCKED), *reasons_for(problem.volunteers, pin.order, pin.row, pin.time)),
            locked=True,
        )
        for pin in problem.pins
    ]


def _assignment(problem: Problem, at: int, row: int, time: int, reasons: tuple[Reason, ...], *, locked: bool = False) -> Assignment:
    order, rows = problem.waiting[at].order, np.array([row])
    away = distances(problem.volunteers, order, rows)
    cost = sum(int(part[0]) for part in terms(problem.volunteers, order, problem.weights, rows, away).values())
    return Assignment(order.id, int(problem.volunteers.ids[row]), time, cost, int(away[0]), reasons, locked)


def _unserved(one: Waiting, places: int) -> Unserved:
    short = next((stage for stage, left in one.funnel.counts.items() if left < one.places), None)
    if short is not None:
        reason = Reason(_EMPTIED_BY[short], one.funnel.counts[short])
    elif one.together < one.places:
        reason = Reason(Code.NO_COMMON_TIME, one.together)
    elif one.order.all_or_none and places > 1:
        reason = Reason(Code.NOT_ENOUGH_TOGETHER, len(one.pairs))
    else:
        reason = Reason(Code.NEEDED_ELSEWHERE, len(one.pairs))
    return Unserved(one.order.id, places, reason, one.funnel)


def _worth(problem: Problem, plan: Plan) -> dict[int, int]:
    worth = np.zeros(len(problem.volunteers), dtype=np.int64)
    np.maximum.at(worth, plan.arcs.row, plan.flow.worth())
    return {int(problem.volunteers.ids[row]): int(worth[row]) for row in np.flatnonzero(worth)}
