"""The volunteers as arrays, checked on arrival: a wrong array is named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.orders import SLOTS, UNKNOWN

EARTH_M = 6_371_008.8

AGE_UNKNOWN = -1

# Each array of Volunteers: its type and what it holds when the caller leaves it out of Volunteers.of().
_COLUMNS: dict[str, tuple[type[np.generic], Any]] = {
    "ids": (np.int64, None),
    "x": (np.float64, 0),
    "y": (np.float64, 0),
    "skills": (np.uint64, 0),
    "slots": (np.uint32, (1 << SLOTS) - 1),
    "languages": (np.uint32, 0),
    "gender": (np.int8, UNKNOWN),
    "age": (np.int16, AGE_UNKNOWN),
    "minor": (np.bool_, False),
    "newcomer": (np.bool_, False),
    "reach_m": (np.int32, 3000),
    "day_limit": (np.int16, 3),
    "week_limit": (np.int16, 7),
    "slot_limit": (np.int16, 0),
    "week_minutes": (np.int32, 0),
    "load30": (np.int16, 0),
    "messages7": (np.int16, 0),
    "acceptance": (np.float64, 0.5),
    "refuses": (np.uint64, 0),
    "asked_out": (np.bool_, False),
}
_BUSY: dict[str, type[np.generic]] = {
    "busy_offsets": np.int64,
    "busy_start": np.int64,
    "busy_end": np.int64,
    "busy_x": np.float64,
    "busy_y": np.float64,
}
MOST_A_SLOT = 3
_RANGES: dict[str, tuple[int, int | None]] = {
    "acceptance": (0, 1),
    "gender": (0, 2),
    "slot_limit": (0, MOST_A_SLOT),
    **dict.fromkeys(("reach_m", "day_limit", "week_limit", "week_minutes", "load30", "messages7"), (0, None)),
}

Busy = tuple[int, int, int] | tuple[int, int, int, float, float]
"""Volunteer id, start, end, and the place where it is, if that is known."""


def project(lat: NDArray[np.float64] | float, lon: NDArray[np.float64] | float, lat0: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Degrees -> local metres (x east, y north); true to 0.1 % within 50 km of the parallel `lat0`."""
    x = EARTH_M * np.radians(np.asarray(lon, dtype=np.float64)) * np.cos(np.radians(lat0))
    return x, EARTH_M * np.radians(np.asarray(lat, dtype=np.float64))


def unproject(x: float, y: float, lat0: float) -> tuple[float, float]:
    """Local metres -> (latitude, longitude) in degrees: the way back from `project`."""
    return float(np.degrees(y / EARTH_M)), float(np.degrees(x / (EARTH_M * np.cos(np.radians(lat0)))))


@dataclass(frozen=True, slots=True)
class Volunteers:
    """One row per volunteer, one array per attribute; row i of every array is the same person.

    Minutes are local wall-clock minutes since 1970-01-01 00:00, so that `minute // 1440` is the day.
    Busy intervals (visits and shifts already agreed, also those already made this week) are in CSR form:
    those of row i are `busy_start[busy_offsets[i]:busy_offsets[i + 1]]` and `busy_end[...]`. They block the time
    *and* count toward the limits of the day and the week (Monday to Sunday) in which they begin. Where a place is
    known (`busy_x`, `busy_y`; else not a number) the way from there or to there on foot is kept free too.
    """

    ids: NDArray[np.int64]
    """Strictly increasing; ties between equal candidates go to the lower id."""
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    skills: NDArray[np.uint64]
    slots: NDArray[np.uint32]
    languages: NDArray[np.uint32]
    gender: NDArray[np.int8]
    age: NDArray[np.int16]
    minor: NDArray[np.bool_]
    newcomer: NDArray[np.bool_]
    """Has not made a visit yet."""
    reach_m: NDArray[np.int32]
    """How far this person is willing to go."""
    day_limit: NDArray[np.int16]
    week_limit: NDArray[np.int16]
    slot_limit: NDArray[np.int16]
    """Visits that may begin in one morning, afternoon or evening, at most 3; 0 for no such limit."""
    week_minutes: NDArray[np.int32]
    load30: NDArray[np.int16]
    """Visits in the last 30 days."""
    messages7: NDArray[np.int16]
    """Offers received in the last 7 days."""
    acceptance: NDArray[np.float64]
    """Probability of a yes, 0..1."""
    refuses: NDArray[np.uint64]
    """Mask of the kinds of service this person does not do; bits as in Order.kind."""
    asked_out: NDArray[np.bool_]
    """Has been asked as much as may be for now: too many questions open or this week, or resting after one."""
    busy_offsets: NDArray[np.int64]
    busy_start: NDArray[np.int64]
    busy_end: NDArray[np.int64]
    busy_x: NDArray[np.float64]
    busy_y: NDArray[np.float64]

    def __post_init__(self) -> None:
        for name, (kind, _) in _COLUMNS.items():
            object.__setattr__(self, name, _array(name, getattr(self, name), kind))
            if getattr(self, name).size != self.ids.size:
                raise ValueError(f"{name}: {getattr(self, name).size} values for {self.ids.size} volunteers")
        for name, kind in _BUSY.items():
            object.__setattr__(self, name, _array(name, getattr(self, name), kind))
        _check_rows(self)
        _check_busy(self)

    def __len__(self) -> int:
        return int(self.ids.size)

    @classmethod
    def of(cls, ids: Any, *, busy: Iterable[Busy] = (), **arrays: Any) -> Volunteers:
        """From any sequences; arrays left out get a neutral value. `busy` holds (volunteer id, start, end) or (volunteer id, start, end, x, y)."""
        rows = _array("ids", ids, np.int64)
        unknown = sorted(set(arrays) - set(_COLUMNS))
        if unknown:
            raise ValueError(f"{unknown[0]}: no such array of Volunteers")
        for name, (kind, default) in _COLUMNS.items():
            if name != "ids":
                arrays.setdefault(name, np.full(rows.size, default, dtype=kind))
        return cls(ids=rows, **arrays, **pack_busy(rows, busy))

    @classmethod
    def trusted(cls, **arrays: Any) -> Volunteers:
        """From arrays of a district: they were checked when they were written."""
        made = object.__new__(cls)
        for name, (kind, _) in _COLUMNS.items():
            object.__setattr__(made, name, arrays[name].astype(kind))
        for name, kind in _BUSY.items():
            object.__setattr__(made, name, arrays[name].astype(kind))
        return made

    def row(self, volunteer_id: int) -> int:
        """The row of this volunteer, or ValueError."""
        at = int(np.searchsorted(self.ids, volunteer_id))
        if at == self.ids.size or self.ids[at] != volunteer_id:
            raise ValueError(f"volunteer {volunteer_id}: not in ids")
        return at

    def rows(self, volunteer_ids: Iterable[int]) -> NDArray[np.int64]:
        """The rows of those ids that are known here; the others are passed over."""
        wanted = np.array(sorted(volunteer_ids), dtype=np.int64)
        at = np.searchsorted(self.ids, wanted)
        inside = at < self.ids.size
        found: NDArray[np.int64] = at[inside]
        known: NDArray[np.int64] = found[self.ids[found] == wanted[inside]]
        return known


def pack_busy(ids: NDArray[np.int64], busy: Iterable[Busy]) -> dict[str, Any]:
    """Visits of volunteers -> the five CSR arrays; those of strangers are refused."""
    visits = sorted((*one, np.nan, np.nan)[:5] for one in busy)
    triples = np.array([one[:3] for one in visits], dtype=np.int64).reshape(-1, 3)
    places = np.array([one[3:] for one in visits], dtype=np.float64).reshape(-1, 2)
    owner = np.searchsorted(ids, triples[:, 0])
    strange = (owner == ids.size) | (ids[np.minimum(owner, max(ids.size - 1, 0))] != triples[:, 0] if ids.size else True)
    if triples.size and np.any(strange):
        raise ValueError(f"busy: volunteer {int(triples[np.argmax(strange), 0])} is not in ids")
    offsets = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=ids.size)))).astype(np.int64)
    columns = {"busy_start": triples[:, 1], "busy_end": triples[:, 2], "busy_x": places[:, 0], "busy_y": places[:, 1]}
    return {"busy_offsets": offsets, **{name: values.copy() for name, values in columns.items()}}


def checked_column(name: str, value: Any) -> NDArray[Any]:
    """One array of Volunteers as its type, or ValueError."""
    if name not in _COLUMNS or name == "ids":
        raise ValueError(f"{name}: no such array of Volunteers")
    made = _array(name, value, _COLUMNS[name][0])
    low, high = _RANGES.get(name, (None, None))
    if made.dtype.kind == "f" and not np.all(np.isfinite(made)):
        raise ValueError(f"{name}: not a finite number")
    if (low is not None and np.any(made < low)) or (high is not None and np.any(made > high)):
        raise ValueError(f"{name}: outside {low}..{'' if high is None else high}")
    return made


def _array(name: str, value: Any, kind: type[np.generic]) -> NDArray[Any]:
    try:
        raw = np.asarray(value)
        if raw.size == 0:
            raw = raw.astype(kind)
        with np.errstate(invalid="ignore"):
            made = raw.astype(kind)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"{name}: {error}") from error
    if made.ndim != 1:
        raise ValueError(f"{name}: {made.ndim} dimensions instead of one")
    if raw.dtype.kind not in "biuf" or not np.array_equal(made, raw, equal_nan=made.dtype.kind == "f"):
        raise ValueError(f"{name}: values do not fit {np.dtype(kind).name}")
    return made


def _check_rows(who: Volunteers) -> None:
    if np.any(np.diff(who.ids) <= 0):
        raise ValueError("ids: must increase strictly")
    for name in ("x", "y", "acceptance", *_RANGES):
        checked_column(name, getattr(who, name))


def _check_busy(who: Volunteers) -> None:
    offsets = who.busy_offsets
    if offsets.size != who.ids.size + 1:
        raise ValueError(f"busy_offsets: {offsets.size} values, needs {who.ids.size + 1}")
    if offsets[0] != 0 or np.any(np.diff(offsets) < 0) or offsets[-1] != who.busy_start.size:
        raise ValueError("busy_offsets: must rise from 0 to the number of busy intervals")
    for name in ("busy_end", "busy_x", "busy_y"):
        if getattr(who, name).size != who.busy_start.size:
            raise ValueError(f"{name}: {getattr(who, name).size} values for {who.busy_start.size} starts")
    if np.any(who.busy_end <= who.busy_start):
        raise ValueError("busy_end: not after busy_start")
