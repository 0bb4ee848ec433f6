"""The loops over a district: who may go to an order, at which of its times, and what each pair costs.

Three steps per order. The planes of its rules are ANDed over the cells around it (64 people at a time). Who is left is weighed, one cache line
each: distance, age, nobody's no, visits agreed to, cost. Where several orders ask the same, `crowds` does the first two for all of them at once.
The cheapest at each time are kept, with all who know the resident, and the price of the cheapest that is not kept says what leaving it out can
lose. The plain rules in `candidates` are held against this by the tests.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from chunshui.matching.batch import ASKED, PRICES, Asked, Prices
from chunshui.matching.choosing import FAR, choose, keep_cheapest
from chunshui.matching.columns import BRIEF, SCRATCH, SIGHT, TOTAL, Scratch, Sight
from chunshui.matching.compiled import array, bits, entry, inner, lowest_bit, tuple_of
from chunshui.matching.crowds import CROWD, Crowd, crowd_weighed, gather, same_crowd
from chunshui.matching.filters import ALL, ONE, around
from chunshui.matching.weighing import own_cost, use_of, weighed

PAYS = 4
"""So many orders of one crowd are worth writing it down."""


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
BRIEFS = array(BRIEF)
OUT = tuple_of(np.int32, np.int16, np.int32)


@inner
def _crowd_of(asked: Any, sequence: Any, at: int, high: int) -> int:
    """Where the orders end that share the crowd of the one at `at`."""
    end = at + 1
    while end < high and same_crowd(asked, sequence[at], sequence[end]):
        end += 1
    return end


@entry(SIGHT, ASKED, PRICES, INTS, types.int64, types.int64, INTS, INTS, INTS, OUT, array(np.int64, 2, written=True), BRIEFS, SCRATCH, CROWD)
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
    brief: Any,
    own: Scratch,
    crowd: Crowd,
) -> None:
    """The shortlists of the orders sequence[low:high], each written from room[order] on."""
    total, end, gathered, bound = sight.counts[TOTAL], low, False, False
    for at in range(low, high):
        index = sequence[at]
        if at == end:
            end = _crowd_of(asked, sequence, at, high)
            gathered = brief.size > 0 and end - at >= PAYS
            if gathered:
                bound = gather(sight, asked, prices, index, brief, own, crowd)
        if gathered:
            many = crowd_weighed(sight, asked, prices, index, bound, own, crowd)
        else:
            many = weighed(sight, asked, prices, index, around(sight, asked, index, own), brief, own)
        choose(sight, asked, index, many, min(count[index], total), ceiling[index], own)
        _written(own.hits, own.costs, own.free, own.keep, many, room[index], out, told[index])


@entry(SIGHT, PRICES, types.int64, types.int64, array(BRIEF, written=True))
def list_briefs(sight: Sight, prices: Prices, low: int, high: int, found: Any) -> None:
    """For a large batch it pays to know of everybody beforehand what is asked most."""
    for row in range(low, high):
        person, brief = sight.rows[row], found[row]
        brief.x, brief.y, brief.skills, brief.own = person.x, person.y, person.skills, own_cost(person, prices)
        bound = person.head >= 0 or person.day_limit == 0 or person.week_limit == 0
        brief.reach = ~person.reach_m if bound else person.reach_m


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


@entry(SIGHT, ASKED, PRICES, types.int64, types.int64, BRIEFS, SCRATCH)
def best_pairs(sight: Sight, asked: Asked, prices: Prices, index: int, count: int, brief: Any, own: Scratch) -> int:
    """The cheapest for one order, in no order, moved to the front of the scratch; answers how many they are."""
    many = weighed(sight, asked, prices, index, around(sight, asked, index, own), brief, own)
    if many <= count:
        return int(many)
    hits, costs, free, keep = own.hits, own.costs, own.free, own.keep
    for at in range(many):
        keep[at] = np.uint64(0)
    keep_cheapest(sight, many, ALL, count, own)
    kept = 0
    for at in range(many):
        if keep[at]:
            hits[kept], costs[kept], free[kept] = hits[at], costs[at], free[at]
            kept += 1
    return kept
