"""How a district lies in memory: one record of 64 bytes per volunteer, and the hard rules once more as planes of bits.

A record is one cache line, so that weighing a pair touches one line. Its `word` holds every yes-or-no rule besides skills.
A plane is one rule for everybody: bit `row % 64` of word `row // 64`. Whoever an order asks for is an AND of a few planes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.compiled import array, record
from chunshui.matching.volunteers import Volunteers

ROW = np.dtype(
    [
        ("word", np.uint64),
        ("skills", np.uint64),
        ("x", np.float64),
        ("y", np.float64),
        ("id", np.int64),
        ("acceptance", np.float64),
        ("reach_m", np.int32),
        ("head", np.int32),  # the latest of this volunteer's visits, -1 for none
        ("load30", np.int16),
        ("messages7", np.int16),
        ("age", np.int16),
        ("day_limit", np.uint8),
        ("week_limit", np.uint8),
    ],
    align=True,
)
BRIEF = np.dtype(
    [
        ("x", np.float64),
        ("y", np.float64),
        ("skills", np.uint64),
        ("own", np.int32),  # what the volunteer costs whoever asks
        ("reach", np.int32),  # below 0 (by bits turned round): has visits or limits that must be looked at
    ],
    align=True,
)
"""Of a row what a large batch asks of everybody, in half a cache line."""
VISIT = np.dtype(
    [
        ("row", np.int32),
        ("next", np.int32),  # an older visit of the same volunteer, -1 for none
        ("start", np.int32),
        ("end", np.int32),
        ("source", np.int64),
        ("x", np.float64),  # where it is; nan: not known
        ("y", np.float64),
        ("alive", np.int64),
    ],
    align=True,
)

# Fields of the word: lowest bit, bits, what is flipped so that a set bit means "may go".
FIELDS: dict[str, tuple[int, int, int]] = {
    "slots": (0, 24, 0),
    "languages": (24, 32, 0),
    "gender": (56, 2, 0),
    "minor": (58, 1, 1),
    "is_active": (59, 1, 0),
    "newcomer": (60, 1, 0),
    "asked_out": (61, 1, 1),
    "slot_limit": (62, 2, 0),
}
LANGUAGES_AT, MALE_AT, FEMALE_AT, ADULT_AT, ACTIVE_AT, NEWCOMER_AT, ASKABLE_AT, SLOT_LIMIT_AT = 24, 56, 57, 58, 59, 60, 61, 62

# Planes: 64 of skills, 64 of the word, whose visits are not all over, 64 of the kinds of service that are refused.
WORD_PLANE, BUSY_PLANE, REFUSES_PLANE, PLANES = 64, 128, 129, 193

SORTED, TOTAL, VISITS, MARK, CHANGES, GENERATION = range(6)
"""Places in `counts`: rows sorted by cell, rows in all, visits written, and three the owner reads."""

CELL_M = 500.0
MOST_CELLS = 512
"""A side of the grid has no more cells; who lives beyond is counted to the border cells."""


class Sight(NamedTuple):
    """What the loops see of a district."""

    rows: NDArray[Any]
    refuses: NDArray[np.uint64]
    planes: NDArray[np.uint64]
    visits: NDArray[Any]
    cells: NDArray[np.int64]
    """Cell -> first row of it; row by row from the south, each from the west; one more at the end."""
    grid: NDArray[np.float64]
    """West edge, south edge, cells across, cells up."""
    counts: NDArray[np.int64]


SIGHT = record(
    Sight,
    rows=array(ROW),
    refuses=array(np.uint64),
    planes=array(np.uint64, 2),
    visits=array(VISIT),
    cells=array(np.int64),
    grid=array(np.float64),
    counts=array(np.int64),
)


def frozen(arrays: Any) -> Any:
    """A NamedTuple of arrays as views that are not to be written: for a loop that only reads, a type of its own."""
    views = [one.view() for one in arrays]
    for view in views:
        view.flags.writeable = False
    return type(arrays)(*views)


class Scratch(NamedTuple):
    """What one thread writes on while it looks through a district: compiled code makes no arrays."""

    words: NDArray[np.uint64]
    spans: NDArray[np.int64]
    picks: NDArray[np.int64]
    use: NDArray[np.int64]
    hits: NDArray[np.int32]
    heap: NDArray[np.int32]
    costs: NDArray[np.int64]
    free: NDArray[np.uint64]
    keep: NDArray[np.uint64]
    tally: NDArray[np.int64]


SCRATCH = record(
    Scratch,
    words=array(np.uint64, 2, written=True),
    spans=array(np.int64, 2, written=True),
    picks=array(np.int64, 2, written=True),
    use=array(np.int64, written=True),
    hits=array(np.int32, written=True),
    heap=array(np.int32, written=True),
    costs=array(np.int64, written=True),
    free=array(np.uint64, written=True),
    keep=array(np.uint64, written=True),
    tally=array(np.int64, written=True),
)


def scratch_for(sight: Sight, heap: int = 1) -> Scratch:
    """Room for everybody; what is not used costs nothing."""
    total = int(sight.counts[TOTAL])
    return Scratch(
        words=np.empty((3, total // 64 + 2), np.uint64),
        spans=np.empty((int(sight.grid[3]) + 1, 2), np.int64),
        picks=np.empty((2, 192), np.int64),
        use=np.empty(4, np.int64),
        hits=np.empty(total, np.int32),
        heap=np.empty(min(max(heap, 1), max(total, 1)), np.int32),
        costs=np.empty(total, np.int64),
        free=np.empty(total, np.uint64),
        keep=np.empty(total, np.uint64),
        tally=np.empty(256, np.int64),
    )


def word_field(word: NDArray[np.uint64], name: str) -> NDArray[np.uint64]:
    at, width, flip = FIELDS[name]
    found: NDArray[np.uint64] = ((word >> np.uint64(at)) & np.uint64((1 << width) - 1)) ^ np.uint64(flip)
    return found


def set_word_field(word: NDArray[np.uint64], name: str, values: NDArray[Any]) -> None:
    at, width, flip = FIELDS[name]
    mask = np.uint64(((1 << width) - 1) << at)
    word &= ~mask
    word |= ((values.astype(np.uint64) ^ np.uint64(flip)) << np.uint64(at)) & mask


def packed(people: Volunteers, order: NDArray[np.int64], rows: NDArray[Any]) -> None:
    """Write these volunteers, in this order, into the first rows."""
    word = np.zeros(order.size, dtype=np.uint64)
    for name in FIELDS:
        set_word_field(word, name, np.ones(order.size) if name == "is_active" else getattr(people, name)[order])
    rows["word"] = word
    rows["id"] = people.ids[order]
    for name in ("skills", "x", "y", "acceptance", "reach_m", "load30", "messages7", "age"):
        rows[name] = getattr(people, name)[order]
    for name in ("day_limit", "week_limit"):
        rows[name] = np.minimum(getattr(people, name)[order], 255)
    rows["head"] = -1


def cells_of(x: NDArray[np.float64], y: NDArray[np.float64], grid: NDArray[np.float64]) -> NDArray[np.int64]:
    across = np.clip(np.floor((x - grid[0]) / CELL_M), 0, grid[2] - 1)
    up = np.clip(np.floor((y - grid[1]) / CELL_M), 0, grid[3] - 1)
    return np.asarray(up * grid[2] + across, dtype=np.int64)


def grid_of(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """A grid around all homes, or around the middle ones when some live on another continent."""
    sides = []
    for along in (x, y):
        middle = float(np.median(along)) if along.size else 0.0
        low = max(float(along.min(initial=middle)), middle - CELL_M * MOST_CELLS / 2)
        high = min(float(along.max(initial=middle)), middle + CELL_M * MOST_CELLS / 2)
        first = np.floor(low / CELL_M) * CELL_M
        sides.append((first, min(MOST_CELLS, int((high - first) // CELL_M) + 1)))
    return np.array([sides[0][0], sides[1][0], sides[0][1], sides[1][1]], dtype=np.float64)
