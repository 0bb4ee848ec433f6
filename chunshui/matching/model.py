"""What the engine is given and what it answers: plain arrays and frozen records, no words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.reasons import Funnel, Reason, Term

EARTH_M = 6_371_008.8
MINUTES_A_DAY = 1440
SLOTS = 24
"""National free-time slots: bit = day * 3 + part; day 0 Monday .. 6 Sunday, 7 holiday; part 0 morning, 1 afternoon, 2 evening."""

MALE, FEMALE, UNKNOWN = 1, 2, 0
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
    "week_minutes": (np.int32, 0),
    "load30": (np.int16, 0),
    "messages7": (np.int16, 0),
    "acceptance": (np.float64, 0.5),
}
_BUSY: dict[str, type[np.generic]] = {"busy_offsets": np.int64, "busy_start": np.int64, "busy_end": np.int64}


def project(lat: NDArray[np.float64] | float, lon: NDArray[np.float64] | float, lat0: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Degrees -> local metres (x east, y north); true to 0.1 % within 50 km of the parallel `lat0`."""
    x = EARTH_M * np.radians(np.asarray(lon, dtype=np.float64)) * np.cos(np.radians(lat0))
    return x, EARTH_M * np.radians(np.asarray(lat, dtype=np.float64))


def slot_bit(day: int, part: int) -> int:
    """The mask of one national slot: day 0 Monday .. 6 Sunday, 7 holiday; part 0 morning, 1 afternoon, 2 evening."""
    if not (0 <= day <= 7 and 0 <= part <= 2):
        raise ValueError(f"slot_bit: no slot for day {day}, part {part}")
    return 1 << (day * 3 + part)


@dataclass(frozen=True, slots=True)
class Volunteers:
    """One row per volunteer, one array per attribute; row i of every array is the same person.

    Minutes are local wall-clock minutes since 1970-01-01 00:00, so that `minute // 1440` is the day.
    Busy intervals (visits and shifts already agreed, also those already made this week) are in CSR form:
    those of row i are `busy_start[busy_offsets[i]:busy_offsets[i + 1]]` and `busy_end[...]`. They block the time
    *and* count toward the limits of the day and the week (Monday to Sunday) in which they begin.
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
    week_minutes: NDArray[np.int32]
    load30: NDArray[np.int16]
    """Visits in the last 30 days."""
    messages7: NDArray[np.int16]
    """Offers received in the last 7 days."""
    acceptance: NDArray[np.float64]
    """Probability of a yes, 0..1."""
    busy_offsets: NDArray[np.int64]
    busy_start: NDArray[np.int64]
    busy_end: NDArray[np.int64]

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
    def of(cls, ids: Any, *, busy: Iterable[tuple[int, int, int]] = (), **arrays: Any) -> Volunteers:
        """From any sequences; arrays left out get a neutral value. `busy` holds (volunteer id, start, end)."""
        rows = _array("ids", ids, np.int64)
        unknown = sorted(set(arrays) - set(_COLUMNS))
        if unknown:
            raise ValueError(f"{unknown[0]}: no such array of Volunteers")
        for name, (kind, default) in _COLUMNS.items():
            if name != "ids":
                arrays.setdefault(name, np.full(rows.size, default, dtype=kind))
        return cls(ids=rows, **arrays, **pack_busy(rows, busy))

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


def pack_busy(ids: NDArray[np.int64], busy: Iterable[tuple[int, int, int]]) -> dict[str, Any]:
    """(volunteer id, start, end) triples -> the three CSR arrays; triples of strangers are refused."""
    triples = np.array(sorted(busy), dtype=np.int64).reshape(-1, 3)
    owner = np.searchsorted(ids, triples[:, 0])
    strange = (owner == ids.size) | (ids[np.minimum(owner, max(ids.size - 1, 0))] != triples[:, 0] if ids.size else True)
    if triples.size and np.any(strange):
        raise ValueError(f"busy: volunteer {int(triples[np.argmax(strange), 0])} is not in ids")
    offsets = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=ids.size)))).astype(np.int64)
    return {"busy_offsets": offsets, "busy_start": triples[:, 1].copy(), "busy_end": triples[:, 2].copy()}


@dataclass(frozen=True, slots=True)
class Time:
    """One possible time of an order. A volunteer fits when *all* slots of the mask are open (0: no slot asked) and nobody else has them."""

    slots: int
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.slots < 1 << SLOTS:
            raise ValueError(f"Time.slots: {self.slots} is not a mask of {SLOTS} slots")
        if self.end <= self.start:
            raise ValueError(f"Time.end: {self.end} is not after start {self.start}")


@dataclass(frozen=True, slots=True)
class Order:
    """One order waiting for `places` volunteers, who come together at one of `times`."""

    id: int
    x: float
    y: float
    times: tuple[Time, ...]
    """Any one of these will do; several for a wide wish window or "any time"."""
    places: int = 1
    skills: int = 0
    """All of these are required."""
    languages: int = 0
    """One of these is wanted; 0: any."""
    language_must: bool = False
    gender: int = UNKNOWN
    """MALE or FEMALE wanted; UNKNOWN: any."""
    gender_must: bool = False
    min_age: int = 0
    minors_welcome: bool = False
    max_distance_m: int = 3000
    priority: int = 1
    """1 ordinary .. 4 gravest."""
    waiting_minutes: int = 0
    known: Mapping[int, int] = field(default_factory=dict)
    """Volunteer id -> visits to this resident so far."""
    continuity: int = 1
    """How many times the familiarity bonus counts: 2 for dementia, personal care, or "the same as last time"; 0 for none."""
    declined: frozenset[int] = frozenset()
    blocked: frozenset[int] = frozenset()
    offered: frozenset[int] = frozenset()
    """Asked already, or on the order already."""
    locked: frozenset[int] = frozenset()
    """Chosen by hand: they get a place whatever the rules say (and must not be listed as busy with it)."""
    all_or_none: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", MappingProxyType(dict(self.known)))
        for name in ("declined", "blocked", "offered", "locked"):
            object.__setattr__(self, name, frozenset(getattr(self, name)))
        object.__setattr__(self, "times", tuple(self.times))
        checks = {
            "places": self.places >= 1,
            "times": len(self.times) >= 1,
            "x": bool(np.isfinite(self.x)),
            "y": bool(np.isfinite(self.y)),
            "skills": 0 <= self.skills < 1 << 64,
            "languages": 0 <= self.languages < 1 << 32,
            "gender": self.gender in (UNKNOWN, MALE, FEMALE),
            "max_distance_m": self.max_distance_m > 0,
            "priority": 1 <= self.priority <= 4,
            "waiting_minutes": self.waiting_minutes >= 0,
            "continuity": self.continuity >= 0,
            "locked": len(self.locked) <= self.places,
        }
        for name, good in checks.items():
            if not good:
                raise ValueError(f"order {self.id}: {name} cannot be {getattr(self, name)!r}")


@dataclass(frozen=True, slots=True)
class Weights:
    """What a good assignment is, in milli-units; 1000 is "worth three kilometres of way"."""

    distance: int = 1000
    """Per 3 km between home and resident, in proportion."""
    load: int = 600
    """At 20 or more visits in 30 days; in proportion below."""
    acceptance: int = 700
    """For a volunteer who never says yes; in proportion to 1 - acceptance."""
    familiarity: int = 900
    """Saved when the volunteer has visited this resident before; times Order.continuity."""
    messages: int = 300
    """At 6 or more offers in 7 days; in proportion below."""
    skill_surplus: int = 200
    """At 5 or more scarce skills this order does not ask for; in proportion below: keeps certificate holders for certificate work."""
    scarce_skills: int = (1 << 64) - 1
    """Mask of the skills that count as scarce."""
    newcomer: int = 100
    """Saved when the volunteer has never been sent: everybody gets a turn."""
    wish_gender: int = 300
    """When a wished (not required) gender is not met."""
    wish_language: int = 300
    """When a wished (not required) language is not met."""
    day_steps: tuple[int, ...] = (0, 250, 600)
    """On top for the 1st, 2nd, 3rd .. visit of a volunteer's day; the last value holds for all later ones; never falling."""
    unserved: tuple[int, int, int, int] = (4500, 6000, 8000, 11000)
    """For each place left empty, by priority 1..4. Raised together when the dearest pair could cost more: see `penalties`."""
    waiting: int = 500
    """More for each place left empty after a week of waiting; in proportion below."""
    turnaround_minutes: int = 15
    """Least time between the end of one visit and the start of the next."""
    candidates: int = 32
    """Cheapest volunteers compared per order; the known ones come on top."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "day_steps", tuple(self.day_steps))
        object.__setattr__(self, "unserved", tuple(self.unserved))
        for one in fields(self):
            value = getattr(self, one.name)
            for number in value if isinstance(value, tuple) else (value,):
                if not isinstance(number, int) or isinstance(number, bool) or number < 0:
                    raise ValueError(f"Weights.{one.name}: {value!r} is not made of whole numbers from 0 up")
        if not self.day_steps or list(self.day_steps) != sorted(self.day_steps):
            raise ValueError(f"Weights.day_steps: {self.day_steps} may not fall")
        if len(self.unserved) != 4 or list(self.unserved) != sorted(self.unserved):
            raise ValueError(f"Weights.unserved: {self.unserved} must be four penalties that do not fall")
        if self.candidates < 1:
            raise ValueError("Weights.candidates: at least 1")

    def dearest_pair(self, distance_m: int) -> int:
        """More than any pair within this distance can cost, the dearest step of the day included."""
        way = -(-self.distance * distance_m // 3000)
        rest = self.load + self.acceptance + self.messages + self.skill_surplus + self.wish_gender + self.wish_language
        return way + rest + self.day_steps[-1]

    def penalties(self, orders: Iterable[Order]) -> dict[int, int]:
        """Order id -> penalty of one empty place; the ladder is lifted so that nobody is left out because helping is dear."""
        orders = list(orders)
        floor = max((self.dearest_pair(order.max_distance_m) for order in orders), default=0) + 1
        lift = max(0, floor - self.unserved[0])
        week = 7 * MINUTES_A_DAY
        return {order.id: self.unserved[order.priority - 1] + lift + self.waiting * min(order.waiting_minutes, week) // week for order in orders}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A volunteer who may be sent, with the sum that places them and what it is made of."""

    volunteer_id: int
    cost: int
    """Milli-units, lower is better; the sum of `terms`."""
    terms: Mapping[Term, int]
    reasons: tuple[Reason, ...]
    distance_m: int
    times: tuple[int, ...]
    """Indexes into Order.times at which this volunteer can come, at least one."""


@dataclass(frozen=True, slots=True)
class Assignment:
    order_id: int
    volunteer_id: int
    time: int
    """Index into Order.times."""
    cost: int
    distance_m: int
    reasons: tuple[Reason, ...]
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Unserved:
    order_id: int
    places: int
    """Places left empty."""
    reason: Reason
    """The rule that left too few people, or that others needed them more."""
    funnel: Funnel


@dataclass(frozen=True, slots=True)
class Load:
    """How the visits of 30 days lie on the volunteers."""

    visits: int
    people: int
    """Volunteers with at least one visit."""
    most: int
    """Visits of the busiest volunteer."""
    top_tenth: float
    """Share of the visits made by the busiest tenth of those with at least one."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round proposes: nothing is sent before a person agrees."""

    assignments: tuple[Assignment, ...]
    """By order id, then volunteer id."""
    unserved: tuple[Unserved, ...]
    objective: int
    """Costs of the free choices, day steps and penalties (locked pairs are no choice and cost nothing)."""
    bound: int
    """No plan can cost less: proven by the prices over all pairs that the rules allow."""
    is_proven: bool
    """No better plan exists; when the gap is not 0, an exact search has shown it. False: nobody knows of a better one."""
    prices: Mapping[int, int]
    """Order id -> what one more place for it would cost at best."""
    volunteer_prices: Mapping[int, int]
    """Volunteer id -> the most an hour of theirs is worth to this round; those left out are worth nothing extra."""
    penalties: Mapping[int, int]
    load_before: Load
    load_after: Load

    @property
    def gap(self) -> int:
        """0: best by its prices alone. Above: what all-or-none, common times and chains of overlapping times cost at most."""
        return self.objective - self.bound


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
    for name in ("x", "y", "acceptance"):
        if not np.all(np.isfinite(getattr(who, name))):
            raise ValueError(f"{name}: not a finite number")
    if np.any((who.acceptance < 0) | (who.acceptance > 1)):
        raise ValueError("acceptance: outside 0..1")
    if np.any((who.gender < 0) | (who.gender > 2)):
        raise ValueError("gender: not one of 0, 1, 2")
    for name in ("reach_m", "day_limit", "week_limit", "week_minutes", "load30", "messages7"):
        if np.any(getattr(who, name) < 0):
            raise ValueError(f"{name}: negative")


def _check_busy(who: Volunteers) -> None:
    offsets = who.busy_offsets
    if offsets.size != who.ids.size + 1:
        raise ValueError(f"busy_offsets: {offsets.size} values, needs {who.ids.size + 1}")
    if offsets[0] != 0 or np.any(np.diff(offsets) < 0) or offsets[-1] != who.busy_start.size:
        raise ValueError("busy_offsets: must rise from 0 to the number of busy intervals")
    if who.busy_end.size != who.busy_start.size:
        raise ValueError(f"busy_end: {who.busy_end.size} values for {who.busy_start.size} starts")
    if np.any(who.busy_end <= who.busy_start):
        raise ValueError("busy_end: not after busy_start")
