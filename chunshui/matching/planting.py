"""The loops that write a district: planes from records, and the chains of visits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from chunshui.matching.columns import BUSY_PLANE, REFUSES_PLANE, ROW, VISIT, VISITS, WORD_PLANE
from chunshui.matching.compiled import array, entry, inner, lowest_bit

_ONE = np.uint64(1)
INTS, PLANES_OUT, ROWS, ROWS_OUT = array(np.int64), array(np.uint64, 2, written=True), array(ROW), array(ROW, written=True)
VISITS_OUT, COUNTS_OUT = array(VISIT, written=True), array(np.int64, written=True)


@inner
def _plant_bits(mask: Any, first: int, word: int, bit: Any, planes: Any) -> None:
    while mask:
        planes[first + lowest_bit(mask), word] |= bit
        mask &= mask - _ONE


@entry(ROWS, array(np.uint64), PLANES_OUT, types.int64)
def plant(rows: Any, refuses: Any, planes: Any, many: int) -> None:
    """Set the bits of the first rows in planes that are all empty."""
    for row in range(many):
        word, bit = row >> 6, _ONE << np.uint64(row & 63)
        _plant_bits(rows[row].skills, 0, word, bit, planes)
        _plant_bits(rows[row].word, WORD_PLANE, word, bit, planes)
        _plant_bits(refuses[row], REFUSES_PLANE, word, bit, planes)


@inner
def _replant_bits(mask: Any, first: int, word: int, bit: Any, planes: Any) -> None:
    """Each plane gets the bit of the mask that is its own; words that stay the same are not written."""
    for at in range(64):
        old = planes[first + at, word]
        new = old | bit if (mask >> np.uint64(at)) & _ONE else old & ~bit
        if new != old:
            planes[first + at, word] = new


@entry(ROWS, array(np.uint64), PLANES_OUT, INTS)
def replant(rows: Any, refuses: Any, planes: Any, changed: Any) -> None:
    """Bring the planes up to date with these rows."""
    for row in changed:
        word, bit = row >> 6, _ONE << np.uint64(row & 63)
        _replant_bits(rows[row].skills, 0, word, bit, planes)
        _replant_bits(rows[row].word, WORD_PLANE, word, bit, planes)
        _replant_bits(refuses[row], REFUSES_PLANE, word, bit, planes)


@inner
def _same(visits: Any, head: int, row: int, source: int) -> int:
    """The living visit of a volunteer that comes from this source, -1 for none."""
    at = head
    while at >= 0:
        if visits[at].alive and visits[at].row == row and visits[at].source == source:
            return int(at)
        at = visits[at].next
    return -1


@entry(ROWS_OUT, VISITS_OUT, PLANES_OUT, COUNTS_OUT, array(VISIT))
def hold(rows: Any, visits: Any, planes: Any, counts: Any, new: Any) -> None:
    """Write visits that are not there yet; one that moved takes the place of the one it was."""
    for one in new:
        row = one.row
        old = _same(visits, rows[row].head, row, one.source)
        if old >= 0:
            was = visits[old]
            if was.start == one.start and was.end == one.end and (was.x == one.x or np.isnan(one.x)) and (was.y == one.y or np.isnan(one.y)):
                continue
            visits[old].alive = 0
        at = counts[VISITS]
        visits[at] = one
        visits[at].next, visits[at].alive = rows[row].head, 1
        counts[VISITS] = at + 1
        rows[row].head = at
        planes[BUSY_PLANE, row >> 6] |= _ONE << np.uint64(row & 63)


@entry(VISITS_OUT, COUNTS_OUT, types.int64)
def release(visits: Any, counts: Any, source: int) -> int:
    """Every visit of this source is over; answers how many there were."""
    many = 0
    for at in range(counts[VISITS]):
        if visits[at].source == source and visits[at].alive:
            visits[at].alive = 0
            many += 1
    return many


@entry(ROWS, VISITS_OUT, types.int64, types.int64)
def release_of(rows: Any, visits: Any, row: int, source: int) -> int:
    """The same for one volunteer, by their chain alone."""
    at = _same(visits, rows[row].head, row, source)
    if at < 0:
        return 0
    visits[at].alive = 0
    return 1


@entry(ROWS, array(VISIT), INTS, INTS, array(VISIT, written=True))
def gather_visits(rows: Any, visits: Any, chosen: Any, offsets: Any, found: Any) -> None:
    """The living visits of the chosen rows, into found; offsets say where each begins."""
    for place in range(chosen.size):
        at, free = rows[chosen[place]].head, offsets[place]
        while at >= 0:
            if visits[at].alive and visits[at].row == chosen[place]:
                found[free] = visits[at]
                free += 1
            at = visits[at].next


@entry(ROWS, array(VISIT), INTS, array(np.int64, written=True))
def count_visits(rows: Any, visits: Any, chosen: Any, found: Any) -> None:
    """How many living visits each of the chosen rows has."""
    for place in range(chosen.size):
        at, many = rows[chosen[place]].head, 0
        while at >= 0:
            many += visits[at].alive and visits[at].row == chosen[place]
            at = visits[at].next
        found[place] = many
