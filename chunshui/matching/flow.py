"""The minimum-cost flow of a round: order -> (volunteer, moment) -> day -> week -> sink, and the prices that prove it.

All costs are whole numbers; the optimum is exact. Two engines find it behind one call: shortest augmenting paths,
which are the faster the more people there are, and cost scaling, which does not mind long chains of people who make
room for each other. Which one runs is decided by counted work, not by the clock, so that the answer is always the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching import duals, paths, scaling
from chunshui.matching.network import ARCS, CHOICES, ORDERS, Choices, Net, admit_all, by_cost, empty_net
from chunshui.matching.orders import MINUTES_A_DAY

Ints = NDArray[np.int64]
Whole = NDArray[np.integer[Any]]
Key = tuple[int, int, int]
"""Order index, volunteer row, index of the time."""
PATIENCE = 40
PATIENCE_AT_LEAST = 100_000
"""So many nodes settled per choice are too many, and so many at least: cost scaling takes over."""


@dataclass(frozen=True, slots=True)
class Arcs:
    """Choices open to the round, sorted by order index, volunteer row and index of the time."""

    order: Whole
    row: Whole
    time: Whole
    start: Whole
    until: Whole
    """End of the visit and of the turnaround after it."""
    cost: Whole
    group: Whole
    """Number of a moment of this volunteer: choices of one number exclude each other. A number lies within one day."""

    def __len__(self) -> int:
        return int(self.order.size)

    def key(self, at: int) -> Key:
        return int(self.order[at]), int(self.row[at]), int(self.time[at])

    def keep(self, which: NDArray[np.bool_] | Ints) -> Arcs:
        return Arcs(*(getattr(self, column.name)[which] for column in fields(self)))

    def joined(self, more: Arcs) -> Arcs:
        return Arcs(*(np.concatenate((getattr(self, column.name), getattr(more, column.name))) for column in fields(self)))


@dataclass(frozen=True, slots=True)
class Limits:
    """What is left of each volunteer's day and week, per arc, and the price of the visits of a day."""

    day_used: Whole
    day_limit: Whole
    week_left: Whole
    steps: tuple[int, ...]

    def keep(self, which: NDArray[np.bool_] | Ints) -> Limits:
        return Limits(self.day_used[which], self.day_limit[which], self.week_left[which], self.steps)

    def joined(self, more: Limits) -> Limits:
        used, limit, left = ((getattr(self, name), getattr(more, name)) for name in ("day_used", "day_limit", "week_left"))
        return Limits(np.concatenate(used), np.concatenate(limit), np.concatenate(left), self.steps)


@dataclass(frozen=True, slots=True)
class Flow:
    chosen: Ints
    """Indexes of arcs, rising."""
    objective: int
    bound: int
    """No flow costs less: the prices prove it. Equal to `objective`, or `solve` has raised."""
    net: Net

    @property
    def prices(self) -> Ints:
        """Per order: what one place less would save. At these prices everybody is where they are worth most."""
        return np.array(self.net.orders["price"][: self.net.counts[ORDERS]])

    def reduced(self) -> Ints:
        """Per arc: by how much the whole would get dearer at least if this choice were made; never above 0 for a choice that was."""
        found = np.empty(self.net.counts[ARCS], np.int64)
        duals.reduced_costs(self.net, found)
        return self._by_arc(found)

    def worth(self) -> Ints:
        """Per arc: what more of the volunteer's time that it takes would save."""
        found = np.empty(self.net.counts[ARCS], np.int64)
        duals.worths(self.net, found)
        return self._by_arc(found)

    def _by_arc(self, values: Ints) -> Ints:
        found = np.empty_like(values)
        found[self.net.links["source"][: values.size]] = values
        return found


def solve(arcs: Arcs, limits: Limits, places: Ints, penalties: Ints, *, engine: str | None = None) -> Flow:
    """The cheapest flow, by `engine` "paths" or "scaling", or by whichever is faster."""
    net = network(arcs, limits, penalties)
    patience = PATIENCE * len(arcs) + PATIENCE_AT_LEAST if engine is None else np.iinfo(np.int64).max
    done = engine != "scaling" and paths.serve_all(net, gravest_first(penalties), places.astype(np.int64), patience)
    if not done:
        net = network(arcs, limits, penalties)
        scaling.serve_all(net, places)
    return proven(net, places)


def proven(net: Net, places: Ints) -> Flow:
    """What stands in the network, when its prices prove that nothing is cheaper."""
    objective, bound = duals.objective(net), duals.bound(net, places.astype(np.int64))
    if bound != objective:
        raise RuntimeError(f"flow of cost {objective} is not proven by its prices: bound {bound}")
    return Flow(np.sort(net.links["source"][duals.held(net)]).astype(np.int64), objective, bound, net)


def network(arcs: Arcs, limits: Limits, penalties: Ints) -> Net:
    """The arcs in a network in which nobody has been sent yet."""
    choices = choices_of(arcs, limits)
    net = empty_net(int(arcs.row.max(initial=-1)) + 1, penalties.size, choices, limits.steps)
    offsets = np.searchsorted(arcs.order, np.arange(penalties.size + 1)).astype(np.int64)
    cost = arcs.cost.astype(np.int32, copy=False)
    admit_all(net, penalties.astype(np.int64), offsets, cost, by_cost(offsets, cost))
    return net


def choices_of(arcs: Arcs, limits: Limits) -> Choices:
    columns = (arcs.row, arcs.start, arcs.group, limits.day_used, limits.day_limit, limits.week_left)
    return Choices(*(np.ascontiguousarray(column, kind) for column, kind in zip(columns, CHOICES, strict=True)))


def gravest_first(penalties: Ints) -> Ints:
    """Who comes later pushes nobody graver aside; the answer is the same in any sequence, only not as fast."""
    return np.argsort(-penalties, kind="stable")


def clashes(arcs: Arcs, chosen: Ints) -> list[tuple[int, int]]:
    """Pairs of chosen arcs of one volunteer that overlap."""
    ordered = chosen[np.lexsort((arcs.start[chosen], arcs.row[chosen]))]
    same = arcs.row[ordered[1:]] == arcs.row[ordered[:-1]]
    close = arcs.start[ordered[1:]] < arcs.until[ordered[:-1]]
    return [(int(ordered[at]), int(ordered[at + 1])) for at in np.flatnonzero(same & close)]


def join(arcs: Arcs, pairs: Sequence[tuple[Key, Key]]) -> tuple[Arcs, NDArray[np.bool_]]:
    """Let nobody take both choices of a pair: one label for both, or, across midnight, no later choice. Also: which were kept."""
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
    return replace(arcs, group=group).keep(keep), keep
