"""A whole round: the plan that is best together, proven by its prices, with what it leaves open and why.

Three things are no flow and are settled round it, each with the loss reported as `Round.gap`:
chains of overlapping times (joined where a plan meets them), "all or none" (an order that gets only some of its
people is taken out and tried again at the end), and the common time of people who come together (fixed beforehand).
Only the cheapest candidates enter at first; whoever the prices say could improve the plan is added until nobody can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from chunshui.matching import flow
from chunshui.matching.candidates import Bools, Ints, cheapest, distances, terms
from chunshui.matching.desk import reasons_for
from chunshui.matching.model import Assignment, Load, Order, Round, Unserved, Volunteers, Weights
from chunshui.matching.problem import Problem, Waiting, day_use, prepare
from chunshui.matching.reasons import Code, Reason, Stage

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


def solve(volunteers: Volunteers, orders: Sequence[Order], weights: Weights | None = None) -> Round:
    """The best plan for all orders together."""
    problem = prepare(volunteers, orders, weights or Weights())
    desk = _Round(problem)
    free = desk.relax()
    plan = desk.all_or_none(desk.settle(free))
    return _report(problem, plan, free, desk.out)


@dataclass(frozen=True, slots=True)
class _Plan:
    arcs: flow.Arcs
    found: flow.Flow
    chosen: Ints

    def served(self, orders: int) -> Ints:
        return np.bincount(self.arcs.order[self.chosen], minlength=orders)


@dataclass(slots=True)
class _Round:
    problem: Problem
    listed: list[Bools] = field(init=False)
    """Per order: who of its pairs is compared."""
    out: set[int] = field(init=False)
    """Indexes of orders that get nobody."""
    joined: list[tuple[flow.Key, flow.Key]] = field(default_factory=list)
    """Choices of which a volunteer may take only one, the earlier first."""

    def __post_init__(self) -> None:
        people, count = self.problem.volunteers, self.problem.weights.candidates
        self.listed = [cheapest(one.pairs, one.order, people, max(count, 2 * one.places)) for one in self.waiting]
        self.out = {at for at, one in enumerate(self.waiting) if not one.enough}

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        return self.problem.waiting

    def relax(self) -> _Plan:
        """The best plan that may still overlap in chains and serve all-or-none orders in part: a lower bound."""
        plan = self._solve()
        while self._list_more(plan.found.prices):
            plan = self._solve()
        return plan

    def settle(self, plan: _Plan | None = None) -> _Plan:
        """Join overlapping times wherever the plan sends one person to two places at once, until it does not."""
        plan = plan or self._solve()
        while found := flow.clashes(plan.arcs, plan.chosen):
            self.joined += [(plan.arcs.key(one), plan.arcs.key(other)) for one, other in found]
            plan = self._solve()
        return plan

    def all_or_none(self, plan: _Plan) -> _Plan:
        """Take out orders served in part, the emptiest first; then try each again, the gravest first."""
        dropped: list[int] = []
        while partial := self._partial(plan):
            for at in partial[: max(1, len(partial) // 2)]:
                self.out.add(at)
                dropped.append(at)
            plan = self.settle()
        for at in sorted(dropped, key=lambda at: (-self.waiting[at].order.priority, at)):
            self.out.discard(at)
            again = self.settle()
            if not self._partial(again) and again.found.objective < plan.found.objective:
                plan = again
            else:
                self.out.add(at)
        return plan

    def _partial(self, plan: _Plan) -> list[int]:
        served = plan.served(len(self.waiting))
        half = [at for at, one in enumerate(self.waiting) if one.order.all_or_none and 0 < served[at] < one.places]
        return sorted(half, key=lambda at: (served[at] / self.waiting[at].places, self.waiting[at].order.priority, at))

    def _list_more(self, prices: Ints) -> bool:
        """Add the pairs that could improve the plan at these prices."""
        more = False
        first_step = self.problem.weights.day_steps[0]
        for at, one in enumerate(self.waiting):
            useful = ~self.listed[at] & (one.pairs.cost + first_step < prices[at])
            if at not in self.out and useful.any():
                self.listed[at] |= useful
                more = True
        return more

    def _arcs(self) -> flow.Arcs:
        parts = [
            _arcs_of(at, one, self.listed[at], self.problem.weights.turnaround_minutes) for at, one in enumerate(self.waiting) if at not in self.out
        ]
        empty = np.zeros((7, 0), dtype=np.int64)
        return flow.Arcs(*np.concatenate([empty, *parts], axis=1))

    def _solve(self) -> _Plan:
        arcs = flow.join(self._arcs(), self.joined)
        used, in_week = day_use(self.problem, arcs.row, arcs.start)
        people = self.problem.volunteers
        limits = flow.Limits(
            used,
            people.day_limit[arcs.row].astype(np.int64),
            people.week_limit[arcs.row] - in_week,
            self.problem.weights.day_steps,
        )
        places = np.array([one.places for one in self.waiting], dtype=np.int64)
        penalties = np.array([self.problem.penalties[one.order.id] for one in self.waiting], dtype=np.int64)
        found = flow.solve(flow.build(arcs, limits, places, penalties))
        return _Plan(arcs, found, found.chosen)


def _arcs_of(at: int, one: Waiting, listed: Bools, turnaround: int) -> Ints:
    """The columns of flow.Arcs for one order, by volunteer and time."""
    pairs = one.pairs.keep(listed)
    person, time = np.nonzero(pairs.free)
    by_id = np.lexsort((time, pairs.rows[person]))
    person, time = person[by_id], time[by_id]
    row = pairs.rows[person]
    when = np.array([(t.start, t.end + turnaround, one.moments[n]) for n, t in enumerate(one.order.times)])[time]
    label = when[:, 2] * (1 << 32) + row
    return np.stack((np.full(time.size, at), row, time, when[:, 0], when[:, 1], pairs.cost[person], label))


def _report(problem: Problem, plan: _Plan, free: _Plan, out: set[int]) -> Round:
    made = sorted([*_chosen(problem, plan), *_locked(problem)], key=lambda one: (one.order_id, one.volunteer_id))
    served = plan.served(len(problem.waiting))
    visits = np.bincount(problem.volunteers.rows(one.volunteer_id for one in made), minlength=len(problem.volunteers))
    return Round(
        assignments=tuple(made),
        unserved=tuple(_unserved(one, one.places - int(served[at]), at in out) for at, one in enumerate(problem.waiting) if served[at] < one.places),
        objective=plan.found.objective,
        bound=free.found.bound,
        prices={one.order.id: int(free.found.prices[at]) for at, one in enumerate(problem.waiting)},
        volunteer_prices=_worth(problem, plan),
        penalties=problem.penalties,
        load_before=load_of(problem.volunteers.load30.astype(np.int64)),
        load_after=load_of(problem.volunteers.load30 + visits),
    )


def load_of(visits: Ints) -> Load:
    busy = np.sort(visits[visits > 0])[::-1]
    total = int(busy.sum())
    share = int(busy[: -(-busy.size // 10)].sum()) / total if total else 0.0
    return Load(total, int(busy.size), int(busy.max(initial=0)), share)


def _chosen(problem: Problem, plan: _Plan) -> list[Assignment]:
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


def _unserved(one: Waiting, places: int, out: bool) -> Unserved:
    short = next((stage for stage, left in one.funnel.counts.items() if left < one.places), None)
    if short is not None:
        reason = Reason(_EMPTIED_BY[short], one.funnel.counts[short])
    elif len(one.pairs) < one.places:
        reason = Reason(Code.NO_COMMON_TIME, len(one.pairs))
    elif out:
        reason = Reason(Code.NOT_ENOUGH_TOGETHER, len(one.pairs))
    else:
        reason = Reason(Code.NEEDED_ELSEWHERE, len(one.pairs))
    return Unserved(one.order.id, places, reason, one.funnel)


def _worth(problem: Problem, plan: _Plan) -> dict[int, int]:
    worth = np.zeros(len(problem.volunteers), dtype=np.int64)
    np.maximum.at(worth, plan.arcs.row, plan.found.group_prices)
    return {int(problem.volunteers.ids[row]): int(worth[row]) for row in np.flatnonzero(worth)}
