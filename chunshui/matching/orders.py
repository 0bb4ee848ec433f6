"""What is asked for: orders and their possible times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

MINUTES_A_DAY = 1440
SLOTS = 24
"""National free-time slots: bit = day * 3 + part; day 0 Monday .. 6 Sunday, 7 holiday; part 0 morning, 1 afternoon, 2 evening."""

MOST_TIMES = 64

MALE, FEMALE, UNKNOWN = 1, 2, 0


def slot_bit(day: int, part: int) -> int:
    """The mask of one national slot: day 0 Monday .. 6 Sunday, 7 holiday; part 0 morning, 1 afternoon, 2 evening."""
    if not (0 <= day <= 7 and 0 <= part <= 2):
        raise ValueError(f"slot_bit: no slot for day {day}, part {part}")
    return 1 << (day * 3 + part)


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
    """Any one of these will do; several for a wide wish window or "any time", at most MOST_TIMES."""
    places: int = 1
    skills: int = 0
    """All of these are required: skills, certificates, training, insurance, each a bit that is set in Volunteers.skills while it is valid."""
    kind: int = 0
    """Bit of the kind of service; whoever refuses it is not asked."""
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
            "times": 1 <= len(self.times) <= MOST_TIMES,
            "x": bool(np.isfinite(self.x)),
            "y": bool(np.isfinite(self.y)),
            "skills": 0 <= self.skills < 1 << 64,
            "kind": 0 <= self.kind < 1 << 64,
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
