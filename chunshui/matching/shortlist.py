"""The shortlists of a batch over a whole district: all pairs weighed, the cheapest kept as arcs for the solver.

What leaving the others out can lose is told by order: `outside` is the cost of the cheapest arc that is not listed.
Where prices say that is too cheap, `shortlist` is asked again for those orders, with more of them or all below a ceiling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching import choosing, scan, steps
from chunshui.matching.batch import Asked, Ints, Orders, Prices, prices
from chunshui.matching.columns import BRIEF, TOTAL, VISIT, cells_of, frozen, scratch_for
from chunshui.matching.compiled import spread
from chunshui.matching.crowds import crowd_for
from chunshui.matching.district import District
from chunshui.matching.moments import moments_of
from chunshui.matching.weights import Weights

FAR = int(choosing.FAR)
LARGE_BATCH = 300
_MIXING = np.uint64(0x9E3779B97F4A7C15)
NO_BRIEFS = np.zeros(0, dtype=BRIEF)
NO_PINS = np.zeros(0, dtype=VISIT)


@dataclass(frozen=True, slots=True)
class Shortlist:
    """Arcs by order index, row and time, those of order i from offsets[i] to offsets[i + 1]."""

    order: NDArray[np.int32]
    row: NDArray[np.int32]
    time: NDArray[np.int16]
    start: Ints
    until: Ints
    """End of the visit and of the turnaround after it."""
    cost: NDArray[np.int32]
    group: Ints
    """moment << 32 | row: a volunteer takes one visit of a group."""
    offsets: Ints
    outside: Ints
    """Per order: cost of the cheapest arc that is not listed, FAR when all are."""
    people: Ints
    """Per order: how many may go, listed or not."""
    open: Ints
    """Per order: how many arcs there are, listed or not."""
    day_used: NDArray[np.int16]
    """Per arc: visits the volunteer has on that day already."""
    day_limit: NDArray[np.int16]
    week_left: NDArray[np.int16]

    def __len__(self) -> int:
        return int(self.order.size)


def asked_of(district: District, orders: Orders, *, only: Any = None, pins: NDArray[Any] = NO_PINS) -> Asked:
    """The batch as the loops see it. `only`: per order the one time left to it, or -1; `pins`: settled visits by row."""
    known, barred = district.find(orders.known_ids), district.find(orders.barred_ids)
    known_offsets, known_rows = _only_found(orders.known_offsets, known)
    barred_offsets, barred_rows = _only_found(orders.barred_offsets, barred)
    owner = np.repeat(np.arange(len(orders)), np.diff(barred_offsets))
    asked = Asked(
        orders.table,
        orders.time_offsets,
        orders.time_slots,
        orders.time_start,
        orders.time_end,
        np.full(len(orders), -1, dtype=np.int64) if only is None else np.asarray(only, dtype=np.int64),
        known_offsets,
        known_rows,
        barred_offsets,
        barred_rows[np.lexsort((barred_rows, owner))],
        pins,
    )
    seen: Asked = frozen(asked)
    return seen


def shortlist(
    district: District,
    orders: Orders,
    weights: Weights,
    *,
    asked: Asked | None = None,
    count: Any = None,
    ceiling: Any = None,
    room: Any = None,
) -> Shortlist:
    """The `count` cheapest of each order at each of its times, all who know the resident, and all cheaper than `ceiling`.

    `count`, `ceiling`: one number or one per order; count is Weights.candidates when left out, but never less than twice the places.
    With a ceiling give as `room` the `open` of an earlier answer: at most so many arcs of an order are listed.
    """
    weights.check_range(orders.table)
    asked, many = asked if asked is not None else asked_of(district, orders), len(orders)
    least = np.maximum(weights.candidates, 2 * orders.table["places"]) if count is None else np.broadcast_to(count, many)
    kept = np.ascontiguousarray(least, dtype=np.int64)
    below = np.full(many, -FAR) if ceiling is None else np.ascontiguousarray(np.broadcast_to(ceiling, many), dtype=np.int64)
    if ceiling is not None and room is None:
        raise ValueError("shortlist: a ceiling needs a room")
    times = np.diff(asked.time_offsets)
    rooms = (np.minimum(kept, len(district)) + np.diff(asked.known_offsets)) * times if room is None else np.asarray(room, dtype=np.int64)
    edges = np.concatenate(([0], np.cumsum(rooms))).astype(np.int64)
    size = int(edges[-1])
    out = (np.empty(size, np.int32), np.empty(size, np.int16), np.empty(size, np.int32))
    told, costs = np.empty((many, 4), np.int64), prices(weights)
    sequence = _neighbours_together(district, orders)
    most, own = int(kept.max(initial=1)), _briefs(district, costs, many)

    def work(low: int, high: int) -> None:
        mine = scratch_for(district.sight, most), crowd_for(district.sight)
        scan.list_pairs(district.sight, asked, costs, sequence, low, high, kept, below, edges, out, told, own, *mine)

    spread(work, many)
    return _arcs(district, asked, weights, edges, out, told)


def _neighbours_together(district: District, orders: Orders) -> Ints:
    """The orders by what they ask, and those who ask the same by where they are."""
    many, table = np.diff(orders.time_offsets), orders.table
    asks = np.zeros(len(orders), dtype=np.uint64)
    if len(orders):
        nth = (np.arange(orders.time_slots.size) - np.repeat(orders.time_offsets[:-1], many)).astype(np.uint64)
        asks = np.add.reduceat(orders.time_slots * (nth * np.uint64(2) + _MIXING), orders.time_offsets[:-1])
    return np.lexsort((cells_of(table["x"], table["y"], district.sight.grid), asks, many, table["skills"]))


def _briefs(district: District, costs: Prices, orders: int) -> NDArray[Any]:
    """What is asked most of every volunteer, when so many orders are asked about that each will be looked at more than once."""
    if orders < LARGE_BATCH:
        return NO_BRIEFS
    found = np.empty(len(district), BRIEF)
    spread(lambda low, high: scan.list_briefs(district.sight, costs, low, high, found), len(district), least=4096)
    return found


def _arcs(district: District, asked: Asked, weights: Weights, edges: Ints, out: Any, told: Ints) -> Shortlist:
    offsets = np.concatenate(([0], np.cumsum(told[:, 0]))).astype(np.int64)
    size, many = int(offsets[-1]), told.shape[0]
    arcs: Any = tuple(np.empty(size, kind) for kind in (np.int32, np.int32, np.int16, np.int64, np.int64, np.int32, np.int64))
    limits: Any = tuple(np.empty(size, np.int16) for _ in range(3))
    moments, costs = moments_of(asked, weights.turnaround_minutes), prices(weights)

    def work(low: int, high: int) -> None:
        scan.fill_arcs(district.sight, asked, costs, low, high, edges, offsets, out, moments, arcs, limits, np.empty(4, np.int64))

    spread(work, many)
    people, pairs, outside = (np.ascontiguousarray(told[:, at]) for at in (1, 2, 3))
    every: Any = (*arcs, offsets, outside, people, pairs, *limits)
    return Shortlist(*every)


def funnels(district: District, orders: Orders, weights: Weights, *, asked: Asked | None = None, which: Any = None) -> Ints:
    """People left after each Stage, one row per order (or per order of `which`)."""
    asked = asked if asked is not None else asked_of(district, orders)
    chosen = np.arange(len(orders)) if which is None else np.asarray(which, dtype=np.int64)
    counts = np.empty((len(orders), 9), np.int64)
    turnaround = weights.turnaround_minutes

    def work(low: int, high: int) -> None:
        own = scratch_for(district.sight)
        for at in chosen[low:high].tolist():
            steps.count_steps(district.sight, asked, turnaround, at, at + 1, counts, own)

    spread(work, chosen.size, least=8)
    return counts[chosen]


def best(district: District, orders: Orders, weights: Weights, limit: int | None) -> tuple[Ints, Ints, NDArray[np.uint64]]:
    """For a batch of one order: rows, costs and masks of times of the cheapest, best first."""
    weights.check_range(orders.table)
    asked, total = asked_of(district, orders), int(district.sight.counts[TOTAL])
    count = total if limit is None else limit
    own = scratch_for(district.sight, count)
    kept = scan.best_pairs(district.sight, asked, prices(weights), 0, count, NO_BRIEFS, own)
    hits, costs, free = own.hits, own.costs, own.free
    by_cost = np.lexsort((district.sight.rows["id"][hits[:kept]], costs[:kept]))
    return hits[by_cost].astype(np.int64), costs[by_cost], free[by_cost]


def _only_found(offsets: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """A CSR list without the strangers in it."""
    known = rows >= 0
    before = np.concatenate(([0], np.cumsum(known)))
    return before[offsets].astype(np.int64), rows[known]
