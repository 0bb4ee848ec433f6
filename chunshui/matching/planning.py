"""From a relaxed plan to one that can be carried out.

Three things are no flow: chains of overlapping times, one time for people who come together, and "all or none".
The flow leaves them out at first; that is the lower bound, and mostly it is a plan already. Where it is not, a
quick repair makes one that holds, and an exact search looks for a better one among the choices that the gap leaves.
Only the cheapest candidates enter at first; whoever the prices say could improve the plan is added until nobody can.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from chunshui.matching import flow
from chunshui.matching.candidates import Bools, Ints, cheapest
from chunshui.matching.orders import MINUTES_A_DAY
from chunshui.matching.problem import Problem, Waiting, common_time, day_use
from chunshui.matching.search import Demand, promising, search


@dataclass(frozen=True, slots=True)
class Plan:
    arcs: flow.Arcs
    chosen: Ints
    objective: int
    flow: flow.Flow
    """The flow this plan was, or was repaired from."""
    proven: bool = True
    """Nothing better exists."""

    def served(self, orders: int) -> Ints:
        return np.bincount(self.arcs.order[self.chosen], minlength=orders)


@dataclass(slots=True)
class Planner:
    problem: Problem
    listed: list[Bools] = field(init=False)
    """Per order: who of its pairs is compared."""
    out: set[int] = field(init=False)
    """Indexes of orders that get nobody."""
    joined: list[tuple[flow.Key, flow.Key]] = field(default_factory=list)
    """Choices of which a volunteer may take only one, the earlier first."""
    times: dict[int, int] = field(default_factory=dict)
    """Order index -> the one time that is left to it."""

    def __post_init__(self) -> None:
        people, count = self.problem.volunteers, self.problem.weights.candidates
        self.listed = [cheapest(one.pairs, one.order, people, max(count, 2 * one.places)) for one in self.waiting]
        self.out = {at for at, one in enumerate(self.waiting) if not one.enough}

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        return self.problem.waiting

    def relax(self) -> Plan:
        """The best plan that may still break the three rules: a lower bound over all pairs."""
        plan = self._solve()
        while self._list_more(plan.flow.prices, 0):
            plan = self._solve()
        return plan

    def repair(self, free: Plan, *, thorough: bool) -> Plan:
        """The best plan found that keeps every rule."""
        if not (flow.clashes(free.arcs, free.chosen) or self._partial(free) or self._torn(free)):
            return free
        hopeless = set(self.out)
        for at, one in enumerate(self.waiting):
            if one.places > 1 and len(one.pairs):
                self.times[at] = common_time(one.pairs, one.places)
        plan = self._all_or_none(self._settle(self._solve()))
        self.out, self.joined, self.times = hopeless, [], {}
        return self._searched(plan, free, thorough=thorough)

    def _settle(self, plan: Plan) -> Plan:
        """Join overlapping times wherever the plan sends one person to two places at once, until it does not."""
        while found := flow.clashes(plan.arcs, plan.chosen):
            self.joined += [(plan.arcs.key(one), plan.arcs.key(other)) for one, other in found]
            plan = self._solve()
        return plan

    def _all_or_none(self, plan: Plan) -> Plan:
        """Take out orders served in part, the emptiest half of them at a time."""
        while partial := self._partial(plan):
            self.out.update(partial[: max(1, len(partial) // 2)])
            plan = self._settle(self._solve())
        return plan

    def _searched(self, plan: Plan, free: Plan, *, thorough: bool) -> Plan:
        """The better of this plan and what the exact search finds among the choices that could improve it."""
        gap = plan.objective - free.objective
        self._list_more(free.flow.prices, gap)
        wide = self._solve()
        reduced = wide.flow.reduced()
        window = promising(reduced, gap, thorough=thorough)
        arcs = wide.arcs.keep(reduced <= window)
        found = search(arcs, self._limits(arcs), self._demand(), thorough=thorough)
        if found is not None:
            objective = self._objective(arcs, found.chosen)
            if objective < plan.objective:
                plan = replace(plan, arcs=arcs, chosen=found.chosen, objective=objective)
        left = plan.objective - free.objective
        proven = left == 0 or (found is not None and found.proven and left <= window)
        return replace(plan, proven=proven)

    def _partial(self, plan: Plan) -> list[int]:
        served = plan.served(len(self.waiting))
        half = [at for at, one in enumerate(self.waiting) if one.order.all_or_none and 0 < served[at] < one.places]
        return sorted(half, key=lambda at: (served[at] / self.waiting[at].places, self.waiting[at].order.priority, at))

    def _torn(self, plan: Plan) -> bool:
        """Some order has people coming at different times."""
        visits = np.unique(np.stack((plan.arcs.order[plan.chosen], plan.arcs.time[plan.chosen])), axis=1)
        return bool(np.unique(visits[0]).size < visits.shape[1])

    def _list_more(self, prices: Ints, gap: int) -> bool:
        """Add the pairs that could improve the plan at these prices, or come within this gap of it."""
        more = False
        first_step = self.problem.weights.day_steps[0]
        for at, one in enumerate(self.waiting):
            useful = ~self.listed[at] & (one.pairs.cost + first_step < prices[at] + gap)
            if at not in self.out and useful.any():
                self.listed[at] |= useful
                more = True
        return more

    def _arcs(self) -> flow.Arcs:
        turnaround = self.problem.weights.turnaround_minutes
        parts = [_arcs_of(at, one, self.listed[at], turnaround, self.times.get(at)) for at, one in enumerate(self.waiting) if at not in self.out]
        empty = np.zeros((7, 0), dtype=np.int64)
        return flow.Arcs(*np.concatenate([empty, *parts], axis=1))

    def _solve(self) -> Plan:
        arcs, _ = flow.join(self._arcs(), self.joined)
        demand = self._demand()
        reachable = np.array([one.reachable for one in self.waiting], dtype=np.int64)
        found = flow.solve(arcs, self._limits(arcs), reachable, demand.penalties)
        lost = int((demand.places - reachable) @ demand.penalties)
        return Plan(arcs, found.chosen, found.objective + lost, found)

    def _limits(self, arcs: flow.Arcs) -> flow.Limits:
        used, in_week = day_use(self.problem, arcs.row.astype(np.int64), arcs.start.astype(np.int64))
        people = self.problem.volunteers
        return flow.Limits(
            day_used=used,
            day_limit=people.day_limit[arcs.row].astype(np.int64),
            week_left=people.week_limit[arcs.row] - in_week,
            steps=self.problem.weights.day_steps,
        )

    def _demand(self) -> Demand:
        return Demand(
            places=np.array([one.places for one in self.waiting], dtype=np.int64),
            penalties=np.array([self.problem.penalties[one.order.id] for one in self.waiting], dtype=np.int64),
            all_or_none=[one.order.all_or_none for one in self.waiting],
        )

    def _objective(self, arcs: flow.Arcs, chosen: Ints) -> int:
        demand, steps = self._demand(), np.array(self.problem.weights.day_steps)
        empty = demand.places - np.bincount(arcs.order[chosen], minlength=len(self.waiting))
        days = np.stack((arcs.row[chosen], arcs.start[chosen] // MINUTES_A_DAY))
        _, first, visits = np.unique(days, axis=1, return_index=True, return_counts=True)
        used = self._limits(arcs).day_used[chosen][first]
        nth = np.repeat(used - np.cumsum(visits) + visits, visits) + np.arange(chosen.size)
        paid = steps[np.minimum(nth, steps.size - 1)]
        return int(arcs.cost[chosen].sum() + empty @ demand.penalties + paid.sum())


def _arcs_of(at: int, one: Waiting, listed: Bools, turnaround: int, only: int | None) -> Ints:
    """The columns of flow.Arcs for one order, by volunteer and time."""
    pairs = one.pairs.keep(listed)
    person, time = np.nonzero(pairs.free)
    if only is not None:
        person, time = person[time == only], time[time == only]
    by_id = np.lexsort((time, pairs.rows[person]))
    person, time = person[by_id], time[by_id]
    row = pairs.rows[person]
    when = np.array([(t.start, t.end + turnaround, one.moments[n]) for n, t in enumerate(one.order.times)])[time]
    label = when[:, 2] * (1 << 32) + row
    return np.stack((np.full(time.size, at), row, time, when[:, 0], when[:, 1], pairs.cost[person], label))
