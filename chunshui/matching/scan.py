"""The loops over a district: who may go to an order, at which of its times, and what each pair costs.

Three steps per order. The planes of its rules are ANDed over the cells around it (64 people at a time). Who is left is weighed, one cache line
each: distance, age, nobody's no, visits agreed to, cost. The cheapest at each time are kept, with all who know the resident, and the price of
the cheapest that is not kept says what leaving it out can lose. The plain rules in `candidates` are held against this by the tests.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from chunshui.matching.batch import ASKED, PRICES, Asked, Prices
from chunshui.matching.columns import SCRATCH, SIGHT, TOTAL, Scratch, Sight
from chunshui.matching.compiled import array, bits, entry, inner, lowest_bit, tuple_of
from chunshui.matching.filters import ALL, ONE, around
from chunshui.matching.weighing import knows_resident, own_cost, use_of, weighed

FAR = np.int64(1 << 60)
"""No pair at all."""


@inner
def _worse(sight: Any, hits: Any, costs: Any, one: int, other: int) -> bool:
    if costs[one] != costs[other]:
        return bool(costs[one] > costs[other])
    return bool(sight.rows[hits[one]].id > sight.rows[hits[other]].id)


@inner
def _sink(sight: Any, hits: Any, costs: Any, heap: Any, at: int, size: int) -> None:
    """Let a value sink to its place in a heap with the worst on top."""
    moved = heap[at]
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and _worse(sight, hits, costs, heap[child + 1], heap[child]):
            child += 1
        if not _worse(sight, hits, costs, heap[child], moved):
            break
        heap[at] = heap[child]
        at = child
    heap[at] = moved


@inner
def _keep_cheapest(sight: Any, hits: Any, costs: Any, free: Any, many: int, mask: Any, count: int, heap: Any, keep: Any) -> None:
    """Mark the `count` cheapest of those free at a time of the mask; ties go to the lower id."""
    size = 0
    for at in range(many):
        if not free[at] & mask:
            continue
        if size < count:
            heap[size] = at
            size += 1
            if size == count:
                for place in range(size // 2 - 1, -1, -1):
                    _sink(sight, hits, costs, heap, place, size)
        elif _worse(sight, hits, costs, heap[0], at):
            heap[0] = at
            _sink(sight, hits, costs, heap, 0, size)
    for place in range(size):
        keep[heap[place]] |= free[heap[place]] & mask


@inner
def _choose(sight: Any, asked: Any, index: int, hits: Any, costs: Any, free: Any, many: int, count: int, ceiling: int, heap: Any, keep: Any) -> None:
    """Mark whom the list keeps: at each time the cheapest, all below the ceiling, all who know the resident."""
    knows = asked.known_offsets[index + 1] > asked.known_offsets[index]
    for at in range(many):
        keep[at] = np.uint64(0)
        if costs[at] < ceiling or (knows and knows_resident(asked, index, hits[at])):
            keep[at] = free[at]
    for time in range(asked.time_offsets[index + 1] - asked.time_offsets[index]):
        _keep_cheapest(sight, hits, costs, free, many, ONE << np.uint64(time), count, heap, keep)


@inner
def _written(hits: Any, costs: Any, free: Any, keep: Any, many: int, first: int, out: Any, told: Any) -> None:
    """Write the kept pairs by row and time; tell how many, of how many people and pairs, and the cheapest that is left out."""
    at_out, pairs, outside = first, 0, FAR
    for at in range(many):
        mask = keep[at]
        while mask:
            out[0][at_out], out[1][at_out], out[2][at_out] = hits[at], lowest_bit(mask), costs[at]
            at_out += 1
            mask &= mask - ONE
        pairs += bits(free[at])
        if free[at] & ~keep[at]:
            outside = min(outside, costs[at])
    told[0], told[1], told[2], told[3] = at_out - first, many, pairs, outside


INTS, INTS_OUT = array(np.int64), array(np.int64, written=True)
OUT = tuple_of(np.int32, np.int16, np.int32)


@entry(SIGHT, ASKED, PRICES, INTS, types.int64, types.int64, INTS, INTS, INTS, OUT, array(np.int64, 2, written=True), array(np.int32), SCRATCH)
def list_pairs(
    sight: Sight,
    asked: Asked,
    prices: Prices,
    sequence: Any,
    low: int,
    high: int,
    count: Any,
    ceiling: Any,
    room: Any,
    out: Any,
    told: Any,
    own_costs: Any,
    own: Scratch,
) -> None:
    """The shortlists of the orders sequence[low:high], each written from room[order] on."""
    total = sight.counts[TOTAL]
    for at in range(low, high):
        index = sequence[at]
        many = weighed(sight, asked, prices, index, around(sight, asked, index, own), own_costs, own)
        _choose(sight, asked, index, own.hits, own.costs, own.free, many, min(count[index], total), ceiling[index], own.heap, own.keep)
        _written(own.hits, own.costs, own.free, own.keep, many, room[index], out, told[index])


@entry(SIGHT, PRICES, types.int64, types.int64, array(np.int32, written=True))
def list_own_costs(sight: Sight, prices: Prices, low: int, high: int, found: Any) -> None:
    """For a large batch it pays to know the cost of every volunteer's own beforehand."""
    for row in range(low, high):
        found[row] = own_cost(sight.rows[row], prices)


FILLED = tuple_of(np.int32, np.int32, np.int16, np.int64, np.int64, np.int32, np.int64)
LIMITS = tuple_of(np.int16, np.int16, np.int16)


@entry(SIGHT, ASKED, PRICES, types.int64, types.int64, INTS, INTS, OUT, INTS, FILLED, LIMITS, INTS_OUT)
def fill_arcs(
    sight: Sight, asked: Asked, prices: Prices, low: int, high: int, room: Any, offsets: Any, out: Any, moments: Any, arcs: Any, limits: Any, use: Any
) -> None:
    """The pairs of the orders low..high moved together, with what the solver wants to know of each."""
    for index in range(low, high):
        first, shift = asked.time_offsets[index], room[index] - offsets[index]
        for at in range(offsets[index], offsets[index + 1]):
            row, time, cost = out[0][at + shift], out[1][at + shift], out[2][at + shift]
            when = first + time
            arcs[0][at], arcs[1][at], arcs[2][at], arcs[5][at] = index, row, time, cost
            arcs[3][at], arcs[4][at] = asked.time_start[when], asked.time_end[when] + prices.turnaround_minutes
            arcs[6][at] = moments[when] * (1 << 32) + row
            person = sight.rows[row]
            limits[0][at], limits[1][at], limits[2][at] = 0, person.day_limit, person.week_limit
            if person.head >= 0 or asked.pins.size:
                use_of(sight, asked, index, row, when, prices.turnaround_minutes, use)
                limits[0][at], limits[2][at] = use[1], person.week_limit - use[2]


@entry(SIGHT, ASKED, PRICES, types.int64, types.int64, array(np.int32), SCRATCH)
def best_pairs(sight: Sight, asked: Asked, prices: Prices, index: int, count: int, own_costs: Any, own: Scratch) -> int:
    """The cheapest for one order, in no order, moved to the front of the scratch; answers how many they are."""
    many = weighed(sight, asked, prices, index, around(sight, asked, index, own), own_costs, own)
    if many <= count:
        return int(many)
    hits, costs, free, keep = own.hits, own.costs, own.free, own.keep
    for at in range(many):
        keep[at] = np.uint64(0)
    _keep_cheapest(sight, hits, costs, free, many, ALL, count, own.heap, keep)
    kept = 0
    for at in range(many):
        if keep[at]:
            hits[kept], costs[kept], free[kept] = hits[at], costs[at], free[at]
            kept += 1
    return kept
