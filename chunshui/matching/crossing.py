"""What one person cannot do twice: visits too close together for the way between them, or more of a part of a day than they agreed to.

A flow knows moments, days and weeks; these two depend on which visits come together, so that the plan is looked at and the search told.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.candidates import WALK_METRES_A_MINUTE, part_of
from chunshui.matching.columns import word_field
from chunshui.matching.flow import Arcs

if TYPE_CHECKING:
    from chunshui.matching.batching import Batch

Ints = NDArray[np.int64]


def crossed(batch: Batch, arcs: Arcs, chosen: Ints) -> list[tuple[int, int]]:
    """Pairs of chosen arcs of one volunteer that do not go together, the earlier first."""
    ordered = chosen[np.lexsort((arcs.start[chosen], arcs.row[chosen]))]
    sooner, later = ordered[:-1], ordered[1:]
    close = (arcs.row[sooner] == arcs.row[later]) & _too_close(batch, arcs, sooner, later)
    found = list(zip(sooner[close].tolist(), later[close].tolist(), strict=True))
    for mine, most in _parts(batch, arcs, ordered):
        found += [(one, other) for one, other in zip(mine[most - 1 :], mine[most:], strict=False) if (one, other) not in found]
    return found


def sums(batch: Batch, arcs: Arcs) -> list[tuple[list[int], int]]:
    """(arcs, how many of them at most) for what moments, days and weeks do not say."""
    ordered = np.lexsort((arcs.start, arcs.row))
    edges = np.flatnonzero(np.diff(arcs.row[ordered], prepend=-1, append=-1))
    found = []
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        mine = ordered[first:last]
        pairs = np.array([pair for pair in combinations(mine.tolist(), 2) if arcs.order[pair[0]] != arcs.order[pair[1]]], dtype=np.int64).reshape(
            -1, 2
        )
        apart = arcs.start[pairs[:, 1]] >= arcs.until[pairs[:, 0]]
        close = apart & _too_close(batch, arcs, pairs[:, 0], pairs[:, 1])
        found += [(pair, 1) for pair in pairs[close].tolist()]
    return found + _parts(batch, arcs, ordered)


def _too_close(batch: Batch, arcs: Arcs, sooner: Ints, later: Ints) -> Any:
    """Whether the way from one to the other is longer than the time between them."""
    table = batch.orders.table
    one, other = table[arcs.order[sooner]], table[arcs.order[later]]
    away = np.sqrt((one["x"] - other["x"]) ** 2 + (one["y"] - other["y"]) ** 2)
    return arcs.start[later] < arcs.until[sooner] + np.ceil(away / WALK_METRES_A_MINUTE).astype(np.int64)


def _parts(batch: Batch, arcs: Arcs, ordered: Ints) -> list[tuple[list[int], int]]:
    """The arcs of one volunteer in one morning, afternoon or evening, with how many of them the own limit leaves, where there are more."""
    limits = word_field(batch.district.sight.rows["word"][arcs.row[ordered]], "slot_limit").astype(np.int64)
    some, limits = ordered[limits > 0], limits[limits > 0]
    found: list[tuple[list[int], int]] = []
    keys = arcs.row[some].astype(np.int64) << 32 | part_of(arcs.start[some].astype(np.int64))
    for key in np.unique(keys).tolist():
        mine = some[keys == key]
        left = int(limits[keys == key][0]) - _held(batch, key >> 32, key & 0xFFFFFFFF)
        if mine.size > left:
            found.append((mine.tolist(), max(1, left)))
    return found


def _held(batch: Batch, row: int, part: int) -> int:
    """Visits agreed to already in this part of a day, locked pairs among them."""
    starts = batch.district.take([row]).busy_start
    pinned = len([pin for pin in batch.pins if pin.row == row and part_of(pin.visit.start) == part])
    return int(np.count_nonzero(part_of(starts) == part)) + pinned
