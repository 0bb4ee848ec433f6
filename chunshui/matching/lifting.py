"""A better bound for orders at which several people come at one time: what the flow's prices say when each keeps to one of its times.

The prices take the orders apart: whatever plan is made, an order that comes at a time adds at least the reduced costs of the people it
takes there, of the places it leaves empty, and of the choices elsewhere that the flow was glad of. The least of that over its times is
added to the bound, order by order, and the time at which it is least is the time to try first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.flow import Arcs
from chunshui.matching.shortlist import FAR

if TYPE_CHECKING:
    from chunshui.matching.batching import Batch
    from chunshui.matching.planning import Plan

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lift:
    least: Ints
    """Per order: by how much it raises the bound; 0 where everybody may come when they like."""
    times: Ints
    """Per order: the time that raises it least among the listed choices, -1 where it does not matter."""
    at_time: Ints
    """Per time of the batch: by how much the bound would rise at this time; 0 where it does not matter."""
    offsets: Ints
    """Per order: its first time."""

    @property
    def total(self) -> int:
        return int(self.least.sum())

    def above(self, arcs: Arcs, reduced: Ints) -> Ints:
        """Per arc: every plan with it lies at least so far above the raised bound."""
        then = self.at_time[self.offsets[arcs.order] + arcs.time]
        found: Ints = np.maximum(reduced, then) - self.least[arcs.order]
        return found


def lifted(batch: Batch, free: Plan) -> Lift:
    """Of the best plan that does not ask for one time."""
    offsets, arcs, reduced = batch.orders.time_offsets, free.arcs, free.flow.reduced()
    times = np.diff(offsets)
    groups = (batch.reachable > 1) & (times > 1)
    empty = np.maximum(0, batch.penalties - free.flow.prices)
    unseen = np.maximum(0, np.minimum(batch.outside, FAR) + batch.weights.day_steps[0] - free.flow.prices)
    mine = groups[arcs.order]
    at, value = (offsets[arcs.order] + arcs.time)[mine], reduced[mine]
    glad = np.bincount(arcs.order[mine], np.minimum(0, value), len(batch)).astype(np.int64)
    bound = _cheapest(at, value, np.minimum(empty, unseen), batch) - np.repeat(glad, times)
    listed = _cheapest(at, value, empty, batch)
    bound[~np.repeat(groups, times)] = 0
    least = np.minimum.reduceat(bound, offsets[:-1])
    return Lift(least, np.where(groups, _first_least(listed, offsets), -1), bound, offsets[:-1])


def _cheapest(at: Ints, value: Ints, otherwise: Ints, batch: Batch) -> Ints:
    """Per time: the sum of its cheapest choices, as many as the order has places; a place costs at most `otherwise`."""
    times = np.diff(batch.orders.time_offsets)
    places, cap = np.repeat(batch.reachable, times), np.repeat(otherwise, times)
    sequence = np.lexsort((value, at))
    at, value = at[sequence], value[sequence]
    nth = np.arange(at.size) - np.searchsorted(at, at)
    good = (nth < places[at]) & (value < cap[at])
    saved = np.bincount(at[good], (cap[at] - value)[good], places.size)
    found: Ints = places * cap - saved.astype(np.int64)
    return found


def _first_least(values: Ints, offsets: Ints) -> Ints:
    """Per order: the index of the first of its times that has the least value."""
    owner = np.repeat(np.arange(offsets.size - 1), np.diff(offsets))
    first = np.lexsort((values, owner))[offsets[:-1]]
    return first - offsets[:-1]
