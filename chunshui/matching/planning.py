"""From a relaxed plan to one that can be carried out.

Some things are no flow: chains of overlapping times, the way from one visit to the next, limits of a morning, one time for people who come
together, and "all or none".
The flow leaves them out at first; that is the lower bound, and mostly it is a plan already. Where it is not, a
quick repair makes one that holds, and an exact search looks for a better one among the choices that the gap leaves.
Only the cheapest candidates enter at first; whoever the prices say could improve the plan is added until nobody can.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from chunshui.matching import flow
from chunshui.matching.batching import Batch
from chunshui.matching.crossing import crossed, sums
from chunshui.matching.lifting import Lift, lifted
from chunshui.matching.orders import MINUTES_A_DAY
from chunshui.matching.search import Demand, promising, search

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plan:
    arcs: flow.Arcs
    chosen: Ints
    objective: int
    flow: flow.Flow
    """The flow this plan was, or was repaired from."""
    proven: bool = True
    """Nothing better exists."""
    lift: int = 0
    """By how much the bound of the flow rises because those who come together come at one time."""

    def served(self, orders: int) -> Ints:
        return np.bincount(self.arcs.order[self.chosen], minlength=orders)


@dataclass(slots=True)
class Planner:
    batch: Batch
    out: NDArray[np.bool_] = field(init=False)
    """Orders that get nobody."""
    times: Ints = field(init=False)
    """Per order: the one time that is left to it, -1 for any."""
    joined: list[tuple[flow.Key, flow.Key]] = field(default_factory=list)
    """Choices of which a volunteer may take only one, the earlier first."""

    def __post_init__(self) -> None:
        self.out = ~self.batch.enough
        self.times = np.full(len(self.batch), -1, dtype=np.int64)

    def relax(self) -> Plan:
        """The best plan that may still break the three rules: a lower bound over all pairs."""
        plan = self._solve()
        while self.batch.list_below(plan.flow.prices, ~self.out):
            plan = self._solve()
        return plan

    def repair(self, free: Plan, *, thorough: bool) -> Plan:
        """The best plan found that keeps every rule."""
        if not (crossed(self.batch, free.arcs, free.chosen) or self._partial(free).size or self._torn(free)):
            return free
        hopeless = self.out.copy()
        lift = lifted(self.batch, free)
        self.times = lift.times
        plan = self._all_or_none(self._settle(self._solve()))
        self.out, self.joined, self.times = hopeless, [], np.full_like(self.times, -1)
        return self._searched(plan, free, lift, thorough=thorough)

    def _settle(self, plan: Plan) -> Plan:
        """Join overlapping times wherever the plan sends one person to two places at once, until it does not."""
        while found := crossed(self.batch, plan.arcs, plan.chosen):
            self.joined += [(plan.arcs.key(one), plan.arcs.key(other)) for one, other in found]
            plan = self._solve()
        return plan

    def _all_or_none(self, plan: Plan) -> Plan:
        """Take out orders served in part, the emptiest half of them at a time."""
        while (partial := self._partial(plan)).size:
            self.out[partial[: max(1, partial.size // 2)]] = True
            plan = self._settle(self._solve())
        return plan

    def _searched(self, plan: Plan, free: Plan, lift: Lift, *, thorough: bool) -> Plan:
        """The better of this plan and what the exact search finds among the choices that could improve it."""
        least = free.objective + lift.total
        plan = replace(plan, lift=lift.total, proven=plan.objective == least)
        if plan.proven:
            return plan
        above = lift.above(free.arcs, free.flow.reduced())
        window = promising(above, plan.objective - least, thorough=thorough)
        wide = free
        if self.batch.list_below(free.flow.prices + window + lift.least, ~self.out):
            wide = self._solve()
            above = lift.above(wide.arcs, wide.flow.reduced())
            window = min(window, promising(above, window, thorough=thorough))
        kept = above <= window
        arcs, limits = wide.arcs.keep(kept), self._part()[1].keep(kept)
        found = search(arcs, limits, self._demand(), sums(self.batch, arcs), thorough=thorough)
        if found is not None:
            objective = self._objective(arcs, limits, found.chosen)
            if objective < plan.objective:
                plan = replace(plan, arcs=arcs, chosen=found.chosen, objective=objective)
        left = plan.objective - least
        return replace(plan, proven=left == 0 or (found is not None and found.proven and left <= window))

    def _partial(self, plan: Plan) -> Ints:
        """Orders that want all or none and got some: the emptiest and least grave first."""
        batch, served = self.batch, plan.served(len(self.batch))
        half = np.flatnonzero(batch.all_or_none & (served > 0) & (served < batch.places))
        return half[np.lexsort((batch.orders.table["priority"][half], served[half] / batch.places[half]))]

    def _torn(self, plan: Plan) -> bool:
        """Some order has people coming at different times."""
        visits = np.unique(np.stack((plan.arcs.order[plan.chosen], plan.arcs.time[plan.chosen])), axis=1)
        return bool(np.unique(visits[0]).size < visits.shape[1])

    def _part(self) -> tuple[flow.Arcs, flow.Limits]:
        """The choices that are open now, and what they take of days and weeks."""
        arcs, limits = self.batch.arcs, self.batch.limits
        shut = self.out[arcs.order] if self.out.any() else np.zeros(len(arcs), dtype=np.bool_)
        if (self.times >= 0).any():
            only = self.times[arcs.order]
            shut |= (only >= 0) & (only != arcs.time)
        if shut.any():
            arcs, limits = arcs.keep(~shut), limits.keep(~shut)
        if self.joined:
            arcs, kept = flow.join(arcs, self.joined)
            limits = limits.keep(kept)
        return arcs, limits

    def _solve(self) -> Plan:
        arcs, limits = self._part()
        batch = self.batch
        found = flow.solve(arcs, limits, batch.reachable, batch.penalties)
        lost = int((batch.places - batch.reachable) @ batch.penalties)
        return Plan(arcs, found.chosen, found.objective + lost, found)

    def _demand(self) -> Demand:
        return Demand(self.batch.places, self.batch.penalties, self.batch.all_or_none)

    def _objective(self, arcs: flow.Arcs, limits: flow.Limits, chosen: Ints) -> int:
        steps = np.array(limits.steps)
        empty = self.batch.places - np.bincount(arcs.order[chosen], minlength=len(self.batch))
        days = np.stack((arcs.row[chosen], arcs.start[chosen] // MINUTES_A_DAY))
        _, first, visits = np.unique(days, axis=1, return_index=True, return_counts=True)
        used = limits.day_used[chosen][first]
        nth = np.repeat(used - np.cumsum(visits) + visits, visits) + np.arange(chosen.size)
        paid = steps[np.minimum(nth, steps.size - 1)]
        return int(arcs.cost[chosen].sum() + empty @ self.batch.penalties + paid.sum())
