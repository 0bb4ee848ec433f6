"""Whom a shortlist keeps: the cheapest at each time, everybody below a ceiling, all who know the resident."""

from __future__ import annotations

from typing import Any

import numpy as np

from chunshui.matching.compiled import inner
from chunshui.matching.filters import ONE
from chunshui.matching.weighing import place_of

FAR = 1 << 60
"""No pair at all."""
STEPS = 256
"""So many steps of cost are told apart before single costs are."""


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
def _lift(sight: Any, hits: Any, costs: Any, heap: Any, at: int, size: int, count: int) -> int:
    """Offer one to the heap of the `count` best; its size now."""
    if size < count:
        heap[size] = at
        size += 1
        if size == count:
            for place in range(size // 2 - 1, -1, -1):
                _sink(sight, hits, costs, heap, place, size)
    elif _worse(sight, hits, costs, heap[0], at):
        heap[0] = at
        _sink(sight, hits, costs, heap, 0, size)
    return size


@inner
def _range_of(costs: Any, free: Any, many: int, mask: Any) -> tuple[int, int, int]:
    """How many are free at a time of the mask, their least and their greatest cost."""
    size, low, high = 0, FAR, -FAR
    for at in range(many):
        if free[at] & mask:
            size, low, high = size + 1, min(low, costs[at]), max(high, costs[at])
    return size, low, high


@inner
def _step_of(costs: Any, free: Any, many: int, mask: Any, count: int, tally: Any) -> tuple[int, int, int, int]:
    """The costs in equal steps: where they begin, their width in bits, the step in which the `count` cheapest end, how many of it are among them."""
    size, low, high = _range_of(costs, free, many, mask)
    if size <= count:
        return low, 0, FAR, 0
    width = 0
    while (high - low) >> width >= STEPS:
        width += 1
    tally[:] = 0
    for at in range(many):
        if free[at] & mask:
            tally[(costs[at] - low) >> width] += 1
    step, left = 0, count
    while tally[step] < left:
        left -= tally[step]
        step += 1
    return low, width, step, left


@inner
def keep_cheapest(sight: Any, many: int, mask: Any, count: int, scratch: Any) -> None:
    """Mark the `count` cheapest of those free at a time of the mask; ties go to the lower id."""
    hits, costs, free, heap, keep = scratch.hits, scratch.costs, scratch.free, scratch.heap, scratch.keep
    low, width, last, left = _step_of(costs, free, many, mask, count, scratch.tally)
    size = 0
    for at in range(many):
        step = (costs[at] - low) >> width
        if step < last:
            keep[at] |= free[at] & mask
        elif step == last and free[at] & mask:
            size = _lift(sight, hits, costs, heap, at, size, left)
    for place in range(size):
        keep[heap[place]] |= free[heap[place]] & mask


@inner
def choose(sight: Any, asked: Any, index: int, many: int, count: int, ceiling: int, scratch: Any) -> None:
    """Mark whom the list keeps: at each time the cheapest, all below the ceiling, all who know the resident."""
    hits, costs, free, keep = scratch.hits, scratch.costs, scratch.free, scratch.keep
    for at in range(many):
        keep[at] = free[at] if costs[at] < ceiling else np.uint64(0)
    for at in range(asked.known_offsets[index], asked.known_offsets[index + 1]):
        place = place_of(hits, many, asked.known_rows[at])
        if place < many and hits[place] == asked.known_rows[at]:
            keep[place] = free[place]
    for time in range(asked.time_offsets[index + 1] - asked.time_offsets[index]):
        keep_cheapest(sight, many, ONE << np.uint64(time), count, scratch)
