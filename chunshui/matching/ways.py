"""How long it takes on foot: straight lines with a factor, or the shortest way through an uploaded road graph."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.compiled import kernel
from chunshui.matching.volunteers import EARTH_M

DETOUR = 1.3
"""Metres walked for a metre of straight line."""
SPEED = 1.25
"""Metres a second: 75 metres a minute, an unhurried step."""
FAR_FROM_ROADS = 300.0
"""Metres to the nearest crossing beyond which the straight line is asked instead."""
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Ways:
    """Whole seconds and whole metres on foot between places: two square arrays, row from, column to."""

    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]

    def __post_init__(self) -> None:
        if self.seconds.ndim != 2 or self.seconds.shape[0] != self.seconds.shape[1]:
            raise ValueError(f"seconds: {self.seconds.shape} is not square")
        if self.metres.shape != self.seconds.shape:
            raise ValueError(f"metres: {self.metres.shape} beside seconds of {self.seconds.shape}")
        if self.seconds.size and (int(self.seconds.min()) < 0 or int(self.metres.min()) < 0):
            raise ValueError("seconds, metres: negative")

    def __len__(self) -> int:
        return int(self.seconds.shape[0])


def walked(metres: NDArray[np.float64], speed: float = SPEED) -> Ways:
    """Ways of these metres, at this speed."""
    whole = np.rint(metres)
    return Ways(np.ceil(whole / speed).astype(np.int32), whole.astype(np.int32))


def straight(x: Any, y: Any, *, factor: float = DETOUR, speed: float = SPEED) -> Ways:
    """As the crow flies, times `factor`; `x` and `y` in metres."""
    across, along = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    return walked(factor * np.hypot(across[:, None] - across[None, :], along[:, None] - along[None, :]), speed)


@dataclass(frozen=True, slots=True)
class Roads:
    """A road graph in rows: the neighbours of crossing i are `heads[offsets[i]:offsets[i + 1]]`, so many `metres` away."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    offsets: NDArray[np.int64]
    heads: NDArray[np.int32]
    metres: NDArray[np.float32]
    parallel: float
    """The parallel on which degrees were projected to metres."""

    @classmethod
    def of(cls, lines: Iterable[Sequence[tuple[float, float]]], parallel: float) -> Roads:
        """From lines of points in metres; points of the same decimetre are one crossing, and every line is walked both ways."""
        number: dict[tuple[int, int], int] = {}
        pairs: list[tuple[int, int]] = []
        for line in lines:
            met = [number.setdefault((round(10 * x), round(10 * y)), len(number)) for x, y in line]
            pairs += [(one, two) for one, two in pairwise(met) if one != two]
        if not pairs:
            raise ValueError("no road in it")
        places = np.array(list(number), dtype=np.float64) / 10
        both = np.array(pairs, dtype=np.int64)
        both = np.unique(np.concatenate((both, both[:, ::-1])), axis=0)
        lengths = np.hypot(*(places[both[:, 0]] - places[both[:, 1]]).T)
        offsets = np.concatenate(([0], np.cumsum(np.bincount(both[:, 0], minlength=len(places)))))
        return cls(places[:, 0], places[:, 1], offsets.astype(np.int64), both[:, 1].astype(np.int32), lengths.astype(np.float32), parallel)

    def __len__(self) -> int:
        return int(self.x.size)

    def save(self, path: Path) -> None:
        """One compressed file, written beside and renamed: a reader sees the old graph or the new."""
        beside = path.with_suffix(".new")
        with beside.open("wb") as file:
            np.savez_compressed(
                file, format=FORMAT, x=self.x, y=self.y, offsets=self.offsets, heads=self.heads, metres=self.metres, parallel=self.parallel
            )
        beside.replace(path)

    @classmethod
    def open(cls, path: Path) -> Roads:
        with np.load(path, allow_pickle=False) as kept:
            if int(kept["format"]) != FORMAT:
                raise ValueError(f"{path}: format {int(kept['format'])}, this release reads {FORMAT}")
            return cls(kept["x"], kept["y"], kept["offsets"], kept["heads"], kept["metres"], float(kept["parallel"]))

    def lines(self, box: tuple[float, float, float, float], most: int) -> list[list[tuple[float, float]]]:
        """Up to so many of the roads in a box (south, west, north, east, in degrees), as pairs of latitude and longitude."""
        latitude = np.degrees(self.y / EARTH_M)
        longitude = np.degrees(self.x / (EARTH_M * math.cos(math.radians(self.parallel))))
        inside = (latitude >= box[0]) & (latitude <= box[2]) & (longitude >= box[1]) & (longitude <= box[3])
        tails = np.repeat(np.arange(len(self)), np.diff(self.offsets))
        shown = np.flatnonzero((inside[tails] | inside[self.heads]) & (tails < self.heads))[:most]
        ends = np.stack((tails[shown], self.heads[shown]), axis=1)
        return [[(float(latitude[end]), float(longitude[end])) for end in pair] for pair in ends]

    def ways(self, x: Any, y: Any, *, factor: float = DETOUR, speed: float = SPEED) -> Ways:
        """The shortest ways between these points. A point far from every road, and a pair that no road joins, go by the straight line."""
        across, along = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        crow = straight(across, along, factor=factor, speed=speed)
        if not across.size:
            return crow
        nearest, away = _nearest(self.x, self.y, across, along)
        found = _between(self.offsets, self.heads, self.metres, nearest)
        total = found + away[:, None] + away[None, :]
        known = (found >= 0) & (away[:, None] <= FAR_FROM_ROADS) & (away[None, :] <= FAR_FROM_ROADS)
        metres = np.where(known, total, crow.metres)
        same = np.equal.outer(across, across) & np.equal.outer(along, along)
        return walked(np.where(same, 0.0, metres), speed)


@kernel
def _nearest(
    road_x: NDArray[np.float64], road_y: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    rows, away = np.zeros(x.size, dtype=np.int64), np.full(x.size, np.inf)
    for at in range(x.size):
        best = np.inf
        for row in range(road_x.size):
            square = (road_x[row] - x[at]) ** 2 + (road_y[row] - y[at]) ** 2
            if square < best:
                best, rows[at] = square, row
        away[at] = math.sqrt(best)
    return rows, away


@kernel
def _between(offsets: NDArray[np.int64], heads: NDArray[np.int32], metres: NDArray[np.float32], wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Dijkstra from every wanted crossing until all others are met; -1 where no road leads."""
    many = wanted.size
    found = np.full((many, many), -1.0)
    far = np.full(offsets.size - 1, np.inf)
    heap_far, heap_row = np.empty(heads.size + 1), np.empty(heads.size + 1, dtype=np.int64)
    is_wanted = np.zeros(offsets.size - 1, dtype=np.bool_)
    is_wanted[wanted] = True
    different = is_wanted.sum()
    for source in range(many):
        far[:] = np.inf
        far[wanted[source]] = 0.0
        heap_far[0], heap_row[0], size, met = 0.0, wanted[source], 1, 0
        while size > 0 and met < different:
            here, row, size = _pop(heap_far, heap_row, size)
            if here > far[row]:
                continue
            met += is_wanted[row]
            for edge in range(offsets[row], offsets[row + 1]):
                there = here + metres[edge]
                if there < far[heads[edge]]:
                    far[heads[edge]] = there
                    size = _push(heap_far, heap_row, size, there, heads[edge])
        for target in range(many):
            if far[wanted[target]] < np.inf:
                found[source, target] = far[wanted[target]]
    return found


@kernel
def _push(keys: NDArray[np.float64], rows: NDArray[np.int64], size: int, key: float, row: int) -> int:
    at = size
    while at > 0 and keys[(at - 1) // 2] > key:
        keys[at], rows[at] = keys[(at - 1) // 2], rows[(at - 1) // 2]
        at = (at - 1) // 2
    keys[at], rows[at] = key, row
    return size + 1


@kernel
def _pop(keys: NDArray[np.float64], rows: NDArray[np.int64], size: int) -> tuple[float, int, int]:
    key, row, size = keys[0], rows[0], size - 1
    last_key, last_row, at = keys[size], rows[size], 0
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and keys[child + 1] < keys[child]:
            child += 1
        if keys[child] >= last_key:
            break
        keys[at], rows[at] = keys[child], rows[child]
        at = child
    keys[at], rows[at] = last_key, last_row
    return key, row, size
