"""Exact search for what a flow cannot say: chains of overlapping times, one time for those who come together, all or none.

A small integer programme over the choices that could still belong to a better plan: those whose reduced cost does
not exceed the gap between the plan in hand and the proven bound. Usually few are left.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from chunshui.matching.flow import Arcs, Ints, Limits
from chunshui.matching.orders import MINUTES_A_DAY

CHOICES = 3_000
"""Choices the everyday search looks at, the most promising first; about a second."""
THOROUGH = 1_000
"""How much longer the thorough search may branch. Work is counted, not timed, so that the answer is always the same."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What each order asks, by order index."""

    places: Ints
    penalties: Ints
    all_or_none: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Found:
    chosen: Ints
    """Indexes of choices."""
    proven: bool
    """Nothing better exists among these choices."""


def promising(reduced: Ints, gap: int, *, thorough: bool) -> int:
    """The largest reduced cost worth looking at; beyond the gap nothing can improve the plan."""
    if thorough or reduced.size <= CHOICES:
        return gap
    return min(gap, int(np.partition(reduced, CHOICES)[CHOICES]) - 1)


def search(arcs: Arcs, limits: Limits, demand: Demand, sums: Iterable[tuple[list[int], int]] = (), *, thorough: bool) -> Found | None:
    """The best plan on these choices, of `sums` at most so many each; None when the search ended empty-handed."""
    programme = _Programme(arcs, limits, demand)
    programme.orders()
    programme.volunteers()
    programme.no_more_than(sums)
    nodes = max(1, CHOICES // max(1, len(arcs)))
    return programme.solve(nodes * THOROUGH if thorough else nodes)


class _Programme:
    def __init__(self, arcs: Arcs, limits: Limits, demand: Demand) -> None:
        self.arcs, self.limits, self.demand = arcs, limits, demand
        self.solver = pywraplp.Solver.CreateSolver("SCIP")
        self.aim = self.solver.Objective()
        self.take = [self._variable(cost, whole=True) for cost in arcs.cost.tolist()]

    def orders(self) -> None:
        """Places are filled or paid for; nobody comes half, nobody comes at another time."""
        for order, mine in _grouped(range(len(self.arcs)), self.arcs.order.tolist()):
            places = int(self.demand.places[order])
            empty = self._variable(int(self.demand.penalties[order]), most=places)
            self._sum([*(self.take[at] for at in mine), empty], places, places)
            times = {int(self.arcs.time[at]) for at in mine}
            if self.demand.all_or_none[order]:
                served = self._variable(0, whole=True)
                self._link(empty, served, places)
                self._only_if(mine, served)
            if places > 1 and len(times) > 1:
                held = {time: self._variable(0, whole=True) for time in sorted(times)}
                self._sum(list(held.values()), 0, 1)
                for time, holds in held.items():
                    self._only_if([at for at in mine if self.arcs.time[at] == time], holds)

    def volunteers(self) -> None:
        """One place at a time, the steps of a day, the limits of day and week."""
        for _, mine in _grouped(range(len(self.arcs)), self.arcs.row.tolist()):
            self._one_place_at_a_time(mine)
            days = [int(self.arcs.start[at]) // MINUTES_A_DAY for at in mine]
            for _, same_day in _grouped(mine, days):
                self._day(same_day)
            for _, same_week in _grouped(mine, [(day + 3) // 7 for day in days]):
                if len(same_week) > 1:
                    self._sum([self.take[at] for at in same_week], 0, int(self.limits.week_left[same_week[0]]))

    def no_more_than(self, sums: Iterable[tuple[list[int], int]]) -> None:
        for mine, most in sums:
            self._sum([self.take[at] for at in mine], 0, most)

    def solve(self, nodes: int) -> Found | None:
        self.aim.SetMinimization()
        exact = pywraplp.MPSolverParameters()
        exact.SetDoubleParam(exact.RELATIVE_MIP_GAP, 0.0)
        self.solver.SetSolverSpecificParametersAsString(f"limits/totalnodes = {nodes}\nlimits/absgap = 0.5\n")
        status = self.solver.Solve(exact)
        if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
            return None
        taken = np.array([one.solution_value() > 0.5 for one in self.take], dtype=np.bool_)
        return Found(np.flatnonzero(taken), status == pywraplp.Solver.OPTIMAL)

    def _one_place_at_a_time(self, mine: list[int]) -> None:
        """One row for each largest set of choices that stand in one moment."""
        spans = {at: (int(self.arcs.start[at]), int(self.arcs.until[at])) for at in mine}
        moments = sorted({start for start, _ in spans.values()})
        for moment, after in zip(moments, [*moments[1:], None], strict=True):
            standing = [at for at, (start, until) in spans.items() if start <= moment < until]
            all_go_on = after is not None and all(spans[at][1] > after for at in standing)
            if len(standing) > 1 and not all_go_on:
                self._sum([self.take[at] for at in standing], 0, 1)

    def _day(self, mine: list[int]) -> None:
        used, limit = int(self.limits.day_used[mine[0]]), int(self.limits.day_limit[mine[0]])
        steps = self.limits.steps
        visits = [self._variable(steps[min(nth, len(steps) - 1)], most=1) for nth in range(used, min(limit, used + len(mine)))]
        row = self._sum([self.take[at] for at in mine], 0, 0)
        for visit in visits:
            row.SetCoefficient(visit, -1)

    def _variable(self, cost: int, most: int = 1, *, whole: bool = False) -> Any:
        one = self.solver.Var(0, most, whole, "")
        self.aim.SetCoefficient(one, cost)
        return one

    def _sum(self, variables: Iterable[Any], least: int, most: int) -> Any:
        row = self.solver.Constraint(least, most)
        for one in variables:
            row.SetCoefficient(one, 1)
        return row

    def _link(self, empty: Any, served: Any, places: int) -> None:
        row = self.solver.Constraint(places, places)
        row.SetCoefficient(empty, 1)
        row.SetCoefficient(served, places)

    def _only_if(self, mine: list[int], allowed: Any) -> None:
        for at in mine:
            row = self.solver.Constraint(-1, 0)
            row.SetCoefficient(self.take[at], 1)
            row.SetCoefficient(allowed, -1)


def _grouped(items: Iterable[int], keys: Sequence[Hashable]) -> list[tuple[Any, list[int]]]:
    """(key, items) by key, items in their order."""
    paired = sorted(zip(keys, items, strict=True), key=lambda pair: pair[0])  # type: ignore[arg-type,return-value]
    return [(key, [item for _, item in members]) for key, members in groupby(paired, key=lambda pair: pair[0])]
