"""The minimum-cost flow: order -> (volunteer, overlapping times) -> day -> week -> sink, and its prices.

All steps are integers; the optimum is exact. A visit of a day costs its step on a parallel arc, which is right
because steps never fall. The prices are shortest ways to the sink in the residual network: what one more unit
standing at a node would cost. They prove the flow: the dual bound they give equals its cost, or something is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from chunshui.matching.orders import MINUTES_A_DAY

Ints = NDArray[np.int64]
Key = tuple[int, int, int]
"""Order index, volunteer row, index of the time."""
FAR = np.int64(1) << np.int64(60)


@dataclass(frozen=True, slots=True)
class Arcs:
    """Choices open to the round, by order index, volunteer row and index of the time."""

    order: Ints
    row: Ints
    time: Ints
    start: Ints
    until: Ints
    """End of the visit and of the turnaround after it."""
    cost: Ints
    group: Ints

    def __len__(self) -> int:
        return int(self.order.size)

    def key(self, at: int) -> Key:
        return int(self.order[at]), int(self.row[at]), int(self.time[at])


@dataclass(frozen=True, slots=True)
class Limits:
    """What is left of each volunteer's day and week, per arc, and the price of the visits of a day."""

    day_used: Ints
    day_limit: Ints
    week_left: Ints
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Network:
    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints
    supply: Ints
    choices: int
    """The first so many arcs are the choices, in their order."""
    group_node: Ints
    """Per choice: the node of its overlap group."""


@dataclass(frozen=True, slots=True)
class Flow:
    network: Network
    amount: Ints
    objective: int
    prices: Ints
    """Per node: what one more unit there would cost."""
    bound: int

    @property
    def chosen(self) -> Ints:
        return np.flatnonzero(self.amount[: self.network.choices])

    @property
    def group_prices(self) -> Ints:
        """Per choice: the worth of the volunteer's time it would take."""
        return self.prices[self.network.group_node]


def clashes(arcs: Arcs, chosen: Ints) -> list[tuple[int, int]]:
    """Pairs of chosen arcs of one volunteer that overlap."""
    ordered = chosen[np.lexsort((arcs.start[chosen], arcs.row[chosen]))]
    same = arcs.row[ordered[1:]] == arcs.row[ordered[:-1]]
    close = arcs.start[ordered[1:]] < arcs.until[ordered[:-1]]
    return [(int(ordered[at]), int(ordered[at + 1])) for at in np.flatnonzero(same & close)]


def join(arcs: Arcs, pairs: Sequence[tuple[Key, Key]]) -> Arcs:
    """Let nobody take both choices of a pair: one label for both, or, across midnight, no later choice."""
    if not pairs:
        return arcs
    place = {arcs.key(at): at for at in np.flatnonzero(np.isin(arcs.row, [one[1] for one, _ in pairs])).tolist()}
    group, keep = arcs.group.copy(), np.ones(len(arcs), dtype=np.bool_)
    for one, other in pairs:
        if one not in place or other not in place:
            continue
        first, second = place[one], place[other]
        if arcs.start[first] // MINUTES_A_DAY == arcs.start[second] // MINUTES_A_DAY:
            group[group == group[second]] = group[first]
        else:
            keep[second] = False
    kept = replace(arcs, group=group)
    return Arcs(*(getattr(kept, column.name)[keep] for column in fields(kept)))


def build(arcs: Arcs, limits: Limits, places: Ints, penalties: Ints) -> Network:
    orders = places.size
    day = arcs.start // MINUTES_A_DAY
    groups, group_first, group_of = np.unique(arcs.group, return_index=True, return_inverse=True)
    day_key = np.stack((arcs.row[group_first], day[group_first]), axis=1)
    days, day_first, day_of = np.unique(day_key, axis=0, return_index=True, return_inverse=True)
    week_key = np.stack((days[:, 0], (days[:, 1] + 3) // 7), axis=1)
    weeks, week_first, week_of = np.unique(week_key, axis=0, return_index=True, return_inverse=True)
    group_node = orders + np.arange(groups.size)
    day_node = orders + groups.size + np.arange(len(days))
    week_node = orders + groups.size + len(days) + np.arange(len(weeks))
    sink = orders + groups.size + len(days) + len(weeks)

    sample = group_first[day_first]
    step_day, step_cost = _steps(limits, sample, np.bincount(day_of.ravel(), minlength=len(days)))
    ones = np.ones
    parts = [
        (arcs.order, group_node[group_of], ones(len(arcs)), arcs.cost),
        (group_node, day_node[day_of.ravel()], ones(groups.size), np.zeros(groups.size)),
        (day_node[step_day], week_node[week_of.ravel()[step_day]], ones(step_day.size), step_cost),
        (week_node, np.full(len(weeks), sink), limits.week_left[sample[week_first]], np.zeros(len(weeks))),
        (np.arange(orders), np.full(orders, sink), places + 1, penalties),
    ]
    tail, head, capacity, cost = (np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True))
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:orders] = places
    supply[sink] = -places.sum()
    return Network(tail, head, capacity, cost, supply, len(arcs), group_node[group_of])


def solve(network: Network) -> Flow:
    """The cheapest flow; among equal ones that which prefers lower volunteer ids, always the same."""
    amount = _amounts(network)
    objective = int(amount @ network.cost)
    prices = _prices(network, amount)
    bound = dual_bound(network, prices)
    if bound != objective:
        raise RuntimeError(f"flow of cost {objective} is not proven by its prices: bound {bound}")
    return Flow(network, amount, objective, prices, bound)


def dual_bound(network: Network, prices: Ints) -> int:
    """No flow costs less than this, whatever the prices are."""
    reduced = network.cost + prices[network.head] - prices[network.tail]
    return int(network.supply @ prices) + int(network.capacity @ np.minimum(reduced, 0))


def _steps(limits: Limits, sample: Ints, groups: Ints) -> tuple[Ints, Ints]:
    """One arc for each visit a volunteer can still make on a day: (index of the day, step cost)."""
    used = limits.day_used[sample]
    count = np.minimum(limits.day_limit[sample] - used, groups)
    step_day = np.repeat(np.arange(sample.size), count)
    nth = np.arange(step_day.size) - np.repeat(np.cumsum(count) - count, count) + used[step_day]
    costs = np.array(limits.steps, dtype=np.int64)
    return step_day, costs[np.minimum(nth, costs.size - 1)]


def _amounts(network: Network) -> Ints:
    """Costs are spread so that the sum of tie ranks never outweighs one milli-unit."""
    first = network.tail[: network.choices]
    rank = np.arange(network.choices) - np.searchsorted(first, first) if network.choices else np.zeros(0, np.int64)
    units = int(network.supply[network.supply > 0].sum())
    spread = units * int(rank.max(initial=0)) + 1
    cost = network.cost * spread
    cost[: network.choices] += rank
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(network.tail.astype(np.int32), network.head.astype(np.int32), network.capacity, cost)
    solver.set_nodes_supplies(np.arange(network.supply.size, dtype=np.int32), network.supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the flow solver answered {status}")
    return np.asarray(solver.flows(arcs), dtype=np.int64)


def _prices(network: Network, amount: Ints) -> Ints:
    """Shortest ways to the sink in the residual network (Bellman-Ford; no negative cycle is left at the optimum)."""
    onward, back = amount < network.capacity, amount > 0
    tail = np.concatenate((network.tail[onward], network.head[back]))
    head = np.concatenate((network.head[onward], network.tail[back]))
    cost = np.concatenate((network.cost[onward], -network.cost[back]))
    by_tail = np.argsort(tail, kind="stable")
    tail, head, cost = tail[by_tail], head[by_tail], cost[by_tail]
    nodes, starts = np.unique(tail, return_index=True)
    prices = np.full(network.supply.size, FAR)
    prices[-1] = 0
    for _ in range(network.supply.size + 1):
        reach = prices[head]
        best = np.minimum.reduceat(np.where(reach >= FAR, FAR, reach + cost), starts)
        better = best < prices[nodes]
        if not better.any():
            return prices
        prices[nodes[better]] = best[better]
    raise RuntimeError("the flow can still be improved: a negative cycle is left")
