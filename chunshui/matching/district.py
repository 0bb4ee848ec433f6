"""A whole district of volunteers, mapped from a folder, kept fresh row by row, asked in microseconds.

    District.build(folder, volunteers, parallel, *, visits=(), mark=0)   a new generation, beside the old one, then put in its place
    District.open(folder, mode="r")                      mode "r+" to change it;  District.of(volunteers): the same in memory
    district.put(ids, **columns)                         change volunteers: any array of Volunteers by name, and `is_active`
    district.add(ids, **columns)                         change them, or write those who are new (they need x and y)
    district.hold(source, volunteer_id, start, end, x=nan, y=nan)   a visit agreed to (again: nothing; at another time: moved)
    district.release(source, volunteer_id=None)          it is off; answers how many visits that were
    district.is_current, district.refreshed()            another generation stands in the folder; itself, or that one opened
    district.take(rows), .row(id), .rows(ids), .knows(id), .mark, .generation, .parallel, len(district)
    district.rank / funnel / why_not: see `desk`, which takes a District wherever it takes Volunteers

One folder is written by one process at a time (a file lock sees to it); others read the same pages and see whole words.
Rows are sorted by cells of 500 m; who is new or has moved to another cell stands in a tail that every search scans too and that
the next build folds in. `mark` is the owner's: how far in its stream of events this district is true.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching import planting
from chunshui.matching.columns import (
    CHANGES,
    FIELDS,
    GENERATION,
    MARK,
    PLANES,
    ROW,
    SORTED,
    TOTAL,
    VISIT,
    VISITS,
    Sight,
    cells_of,
    frozen,
    grid_of,
    packed,
    set_word_field,
    word_field,
)
from chunshui.matching.volunteers import Volunteers, checked_column

Ints = NDArray[np.int64]
FORMAT = 1
CURRENT = "current.json"
TAIL_ROOM = 4096
_ARRAYS = ("rows", "refuses", "minutes", "planes", "visits", "cells", "grid", "counts", "ids", "places")


class FullError(RuntimeError):
    """No room for more rows or visits: the district has to be built anew."""


@dataclass(slots=True)
class District:
    """Records, planes and visits of a district; see the head of this file."""

    raw: Sight
    sight: Sight = field(init=False)
    """The same arrays, not to be written: the loops take only those."""
    minutes: NDArray[np.int32]
    """Minutes of service this week, per row."""
    ids: Ints
    """Of the sorted part, rising."""
    places: NDArray[np.int32]
    """The row of each of those ids."""
    parallel: float = 0.0
    folder: Path | None = None

    def __post_init__(self) -> None:
        self.sight = frozen(self.raw)

    @classmethod
    def of(cls, volunteers: Volunteers, parallel: float = 0.0, *, visits: Iterable[tuple[Any, ...]] = ()) -> District:
        """In memory. `visits` are (source, volunteer id, start, end) or (.., x, y); the busy times of the volunteers come from source 0 downward."""
        room = len(volunteers) + max(TAIL_ROOM, len(volunteers) // 16)
        made = cls._made(volunteers, parallel, lambda name, kind, shape: np.zeros(shape, dtype=kind), room)
        made._hold_all(volunteers, visits)
        return made

    @classmethod
    def build(cls, folder: str | Path, volunteers: Volunteers, parallel: float, *, visits: Iterable[tuple[Any, ...]] = (), mark: int = 0) -> None:
        """Write a new generation of the folder; whoever has the old one open keeps it until `refreshed`."""
        home = Path(folder)
        home.mkdir(parents=True, exist_ok=True)
        with (home / "building").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            cls._build(home, volunteers, parallel, visits, mark)

    @classmethod
    def _build(cls, home: Path, volunteers: Volunteers, parallel: float, visits: Iterable[tuple[Any, ...]], mark: int) -> None:
        generation = _generation(home) + 1
        place = home / f"g{generation}"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()

        def mapped(name: str, kind: Any, shape: Any) -> NDArray[Any]:
            return np.lib.format.open_memmap(place / f"{name}.npy", mode="w+", dtype=kind, shape=shape)

        made = cls._made(volunteers, parallel, mapped, len(volunteers) + max(TAIL_ROOM, len(volunteers) // 16))
        made._hold_all(volunteers, visits)
        made.raw.counts[MARK], made.raw.counts[GENERATION] = mark, generation
        made._flush()
        _point_to(home, generation, parallel)

    @classmethod
    def open(cls, folder: str | Path, mode: str = "r") -> District:
        """The generation that is current; FileNotFoundError when there is none."""
        home = Path(folder)
        for again in (True, True, False):
            about = json.loads((home / CURRENT).read_text())
            if about["format"] != FORMAT:
                raise ValueError(f"{home}: format {about['format']}, this code reads {FORMAT}: build it anew")
            try:
                return cls._opened(home, about, mode)
            except FileNotFoundError:
                if not again:
                    raise
        raise AssertionError

    @classmethod
    def _opened(cls, home: Path, about: dict[str, Any], mode: str) -> District:
        place = home / f"g{about['generation']}"
        got = {name: _plain(np.load(place / f"{name}.npy", mmap_mode=mode)) for name in _ARRAYS}  # type: ignore[arg-type]
        return cls(Sight(*(got[name] for name in Sight._fields)), got["minutes"], got["ids"], got["places"], float(about["parallel"]), home)

    @classmethod
    def _made(cls, people: Volunteers, parallel: float, new: Any, room: int) -> District:
        many, grid = len(people), grid_of(people.x, people.y)
        cell = cells_of(people.x, people.y, grid)
        order = np.argsort(cell, kind="stable")
        arrays = {name: _plain(new(name, kind, shape)) for name, kind, shape in _shapes(many, room, int(grid[2] * grid[3]), people)}
        arrays["grid"][:] = grid
        arrays["cells"][1:] = np.cumsum(np.bincount(cell, minlength=int(grid[2] * grid[3])))
        packed(people, order, arrays["rows"][:many])
        arrays["refuses"][:many], arrays["minutes"][:many] = people.refuses[order], people.week_minutes[order]
        arrays["ids"][:] = people.ids
        arrays["places"][order] = np.arange(many)
        arrays["counts"][SORTED] = arrays["counts"][TOTAL] = many
        planting.plant(arrays["rows"], arrays["refuses"], arrays["planes"], many)
        return cls(Sight(*(arrays[name] for name in Sight._fields)), arrays["minutes"], arrays["ids"], arrays["places"], parallel)

    def __len__(self) -> int:
        """Rows, also of those who are not active or have moved on to a later row."""
        return int(self.sight.counts[TOTAL])

    @property
    def generation(self) -> int:
        return int(self.sight.counts[GENERATION])

    @property
    def changes(self) -> int:
        """Rises with every change; the same number, the same district."""
        return int(self.sight.counts[CHANGES])

    @property
    def mark(self) -> int:
        return int(self.sight.counts[MARK])

    @mark.setter
    def mark(self, value: int) -> None:
        self.raw.counts[MARK] = value

    @property
    def is_current(self) -> bool:
        return self.folder is None or _generation(self.folder) == self.generation

    def refreshed(self, mode: str = "r") -> District:
        return self if self.is_current or self.folder is None else District.open(self.folder, mode)

    def knows(self, volunteer_id: int) -> bool:
        return bool(self._find([volunteer_id])[0] >= 0)

    def row(self, volunteer_id: int) -> int:
        """The row of this volunteer, or ValueError."""
        at = int(self._find([volunteer_id])[0])
        if at < 0:
            raise ValueError(f"volunteer {volunteer_id}: not in ids")
        return at

    def rows(self, volunteer_ids: Iterable[int]) -> Ints:
        """The rows, rising, of those ids that are known here; the others are passed over."""
        found = self._find(np.fromiter(volunteer_ids, dtype=np.int64))
        return np.sort(found[found >= 0])

    def find(self, volunteer_ids: Any) -> Ints:
        """The row of each id, -1 for strangers."""
        return self._find(volunteer_ids)

    def _find(self, volunteer_ids: Any) -> Ints:
        wanted = np.asarray(volunteer_ids, dtype=np.int64)
        at = np.searchsorted(self.ids, wanted)
        at[at == self.ids.size] = 0
        found = np.full(wanted.size, -1, dtype=np.int64)
        if self.ids.size:
            known = self.ids[at] == wanted
            found[known] = self.places[at[known]]
        tail = self.sight.rows["id"][self.sight.counts[SORTED] : self.sight.counts[TOTAL]]
        if tail.size and (found < 0).any():
            by_id = np.argsort(tail, kind="stable")
            last = np.searchsorted(tail[by_id], wanted, side="right") - 1
            new = (found < 0) & (last >= 0) & (tail[by_id[last]] == wanted)
            found[new] = self.sight.counts[SORTED] + by_id[last[new]]
        return found

    def put(self, volunteer_ids: Any, **columns: Any) -> None:
        """Change volunteers known here; a column is one value for all or one for each."""
        ids = np.atleast_1d(np.asarray(volunteer_ids, dtype=np.int64))
        rows = self._find(ids)
        if (rows < 0).any():
            raise ValueError(f"volunteer {int(ids[np.argmin(rows)])}: not in ids")
        with self._writing():
            self._write(rows, columns)

    def add(self, volunteer_ids: Any, **columns: Any) -> None:
        """As put, but also for people who are not known yet; what is left out of theirs is neutral, as in Volunteers.of."""
        ids = np.atleast_1d(np.asarray(volunteer_ids, dtype=np.int64))
        values = {name: np.broadcast_to(np.asarray(value), ids.shape) for name, value in columns.items()}
        with self._writing():
            new = self._find(ids) < 0
            if new.any():
                self._append(Volunteers.of(ids[new], **{name: value[new] for name, value in values.items() if name != "is_active"}))
            self._write(self._find(ids), values)

    def hold(self, source: Any, volunteer_id: Any, start: Any, end: Any, x: Any = np.nan, y: Any = np.nan) -> None:
        """Visits agreed to; each argument one value or an array. Volunteers not known here are passed over."""
        ids = np.atleast_1d(np.asarray(volunteer_id, dtype=np.int64))
        new = np.zeros(ids.size, dtype=VISIT)
        for name, value in (("row", self._find(ids)), ("start", start), ("end", end), ("source", source), ("x", x), ("y", y)):
            new[name] = value
        if (new["end"] <= new["start"]).any():
            raise ValueError("hold: not after its start")
        with self._writing():
            self._hold(new[new["row"] >= 0])

    def release(self, source: int, volunteer_id: int | None = None) -> int:
        """The visits of this source are off, or that of one volunteer; answers how many there were."""
        raw = self.raw
        with self._writing():
            if volunteer_id is None:
                return int(planting.release(raw.visits, raw.counts, source))
            return int(planting.release_of(raw.rows, raw.visits, int(self._find([volunteer_id])[0]), source)) if self.knows(volunteer_id) else 0

    def take(self, rows: Any) -> Volunteers:
        """These rows as Volunteers with their visits, by id."""
        chosen = np.asarray(rows, dtype=np.int64)
        some = self.raw.rows[chosen]
        by_id = np.argsort(some["id"], kind="stable")
        chosen, some = chosen[by_id], some[by_id]
        plain = {name: some[name] for name in ROW.names or () if name not in ("word", "head", "id")}
        masks = {name: word_field(some["word"], name) for name in FIELDS if name != "is_active"}
        offsets = np.zeros(chosen.size + 1, dtype=np.int64)
        planting.count_visits(self.raw.rows, self.raw.visits, chosen, offsets[1:])
        np.cumsum(offsets, out=offsets)
        visits = np.zeros(int(offsets[-1]), dtype=VISIT)
        planting.gather_visits(self.raw.rows, self.raw.visits, chosen, offsets, visits)
        busy = {f"busy_{name}": visits[name] for name in ("start", "end", "x", "y")}
        return Volunteers.trusted(
            ids=some["id"], refuses=self.raw.refuses[chosen], week_minutes=self.minutes[chosen], busy_offsets=offsets, **plain, **masks, **busy
        )

    def _write(self, rows: Ints, columns: dict[str, Any]) -> None:
        some = self.raw.rows[rows]
        word = some["word"].copy()
        for name, value in columns.items():
            values = (
                checked_column(name, np.broadcast_to(np.asarray(value), rows.shape)) if name != "is_active" else np.broadcast_to(value, rows.shape)
            )
            if name in FIELDS:
                set_word_field(word, name, np.asarray(values))
            elif name == "refuses":
                self.raw.refuses[rows] = values
            elif name == "week_minutes":
                self.minutes[rows] = values
            else:
                some[name] = np.minimum(values, 255) if name in ("day_limit", "week_limit") else values
        some["word"] = word
        rows = self._moved(rows, some) if "x" in columns or "y" in columns else rows
        self.raw.rows[rows] = some
        planting.replant(self.raw.rows, self.raw.refuses, self.raw.planes, rows)

    def _moved(self, rows: Ints, some: NDArray[Any]) -> Ints:
        """Who has moved out of their cell goes on in a new row of the tail; the old row is nobody's."""
        raw = self.raw
        old = raw.rows[rows]
        gone = (cells_of(old["x"], old["y"], raw.grid) != cells_of(some["x"], some["y"], raw.grid)) & (rows < raw.counts[SORTED])
        if not gone.any():
            return rows
        left, fresh = rows[gone], self._room(int(gone.sum()))
        raw.refuses[fresh], self.minutes[fresh] = raw.refuses[left], self.minutes[left]
        some["head"][gone] = -1
        raw.rows[fresh] = some[gone]
        self._carry(left, fresh)
        some["head"][gone] = raw.rows["head"][fresh]
        raw.rows["word"][left] = 0
        planting.replant(raw.rows, raw.refuses, raw.planes, left)
        self.places[np.searchsorted(self.ids, some["id"][gone])] = fresh
        raw.counts[TOTAL] += fresh.size
        rows = rows.copy()
        rows[gone] = fresh
        return rows

    def _carry(self, left: Ints, fresh: Ints) -> None:
        """Take the visits of the old rows along."""
        offsets = np.zeros(left.size + 1, dtype=np.int64)
        planting.count_visits(self.raw.rows, self.raw.visits, left, offsets[1:])
        np.cumsum(offsets, out=offsets)
        visits = np.zeros(int(offsets[-1]), dtype=VISIT)
        planting.gather_visits(self.raw.rows, self.raw.visits, left, offsets, visits)
        visits["row"] = np.repeat(fresh, np.diff(offsets))
        self._hold(visits)

    def _append(self, people: Volunteers) -> None:
        rows = self._room(len(people))
        fresh = np.zeros(rows.size, dtype=ROW)
        packed(people, np.arange(rows.size), fresh)
        self.raw.rows[rows], self.raw.refuses[rows], self.minutes[rows] = fresh, people.refuses, people.week_minutes
        planting.replant(self.raw.rows, self.raw.refuses, self.raw.planes, rows)
        self.raw.counts[TOTAL] += rows.size

    def _room(self, many: int) -> Ints:
        first = int(self.raw.counts[TOTAL])
        if first + many > self.raw.rows.size:
            raise FullError(f"no room for {many} more rows")
        return np.arange(first, first + many)

    def _hold(self, new: NDArray[Any]) -> None:
        raw = self.raw
        if raw.counts[VISITS] + new.size > raw.visits.size:
            raise FullError(f"no room for {new.size} more visits")
        planting.hold(raw.rows, raw.visits, raw.planes, raw.counts, new)

    def _hold_all(self, people: Volunteers, visits: Iterable[tuple[Any, ...]]) -> None:
        """The busy times of the volunteers, of sources -1, -2, .., and the visits with sources of their own."""
        own = np.zeros(people.busy_start.size, dtype=VISIT)
        own["row"] = self.places[np.repeat(np.arange(len(people)), np.diff(people.busy_offsets))]
        own["source"] = -1 - np.arange(own.size)
        for name in ("start", "end", "x", "y"):
            own[name] = getattr(people, f"busy_{name}")
        self._hold(own)
        given = [(*one, np.nan, np.nan)[:6] for one in visits]
        if given:
            self.hold(*(np.array(column) for column in zip(*((one[0], one[1], one[2], one[3], one[4], one[5]) for one in given), strict=True)))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time."""
        if self.folder is None:
            yield
        else:
            with (self.folder / "lock").open("w") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX)
                yield
        self.raw.counts[CHANGES] += 1

    def _flush(self) -> None:
        for one in (*self.raw, self.minutes, self.ids, self.places):
            if isinstance(one.base, np.memmap):
                one.base.flush()


def _plain(array: NDArray[Any]) -> NDArray[Any]:
    """Without the subclass, and with records that say that they are aligned: a file does not keep that."""
    plain = array.view(np.ndarray)
    return next((plain.view(kind) for kind in (ROW, VISIT) if plain.dtype.names == kind.names), plain)


def _shapes(many: int, room: int, cells: int, people: Volunteers) -> list[tuple[str, Any, Any]]:
    visits = 2 * (room + people.busy_start.size) + TAIL_ROOM
    return [
        ("rows", ROW, (room,)),
        ("refuses", np.uint64, (room,)),
        ("minutes", np.int32, (room,)),
        ("planes", np.uint64, (PLANES, room // 64 + 1)),
        ("visits", VISIT, (visits,)),
        ("cells", np.int64, (cells + 1,)),
        ("grid", np.float64, (4,)),
        ("counts", np.int64, (8,)),
        ("ids", np.int64, (many,)),
        ("places", np.int32, (many,)),
    ]


def _generation(home: Path) -> int:
    try:
        return int(json.loads((home / CURRENT).read_text())["generation"])
    except FileNotFoundError:
        return 0


def _point_to(home: Path, generation: int, parallel: float) -> None:
    """From now on this generation is the one that is opened; the one before is kept for those who are just opening it."""
    beside = home / f"{CURRENT}.new"
    beside.write_text(json.dumps({"format": FORMAT, "generation": generation, "parallel": parallel}))
    os.replace(beside, home / CURRENT)
    for old in home.glob("g*"):
        if old.name not in (f"g{generation}", f"g{generation - 1}"):
            shutil.rmtree(old, ignore_errors=True)
