"""Who goes where on foot: the people, the visits, and a day as it is walked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from chunshui.matching.ways import Ways

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Walker:
    """Somebody who goes from home to home between `opens` and `closes` and makes at most so many visits."""

    id: int
    home: int
    opens: int
    closes: int
    skills: int = 0
    most: int = 4


@dataclass(frozen=True, slots=True)
class Visit:
    """May begin within one of `windows` and lasts so many `seconds`. `agreed` are the walkers who have promised to come.

    `only`: nobody else may go (None: whoever has the skills). `people`: how many stand at the door together, one or two.
    """

    id: int
    place: int
    seconds: int
    windows: tuple[Window, ...]
    skills: int = 0
    priority: int = 2
    people: int = 1
    agreed: tuple[int, ...] = ()
    only: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if not self.windows or any(end < start for start, end in self.windows):
            raise ValueError(f"visit {self.id}: windows {self.windows}")
        if self.people not in (1, 2) or len(self.agreed) > self.people:
            raise ValueError(f"visit {self.id}: {self.people} people, {len(self.agreed)} agreed")
        if not 1 <= self.priority <= 4:
            raise ValueError(f"visit {self.id}: priority {self.priority}")


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit as it is made; `walk` and `metres` from the place before. Who is early waits until `start`."""

    visit_id: int
    arrive: int
    start: int
    leave: int
    walk: int
    metres: int


@dataclass(frozen=True, slots=True)
class Route:
    walker_id: int
    stops: tuple[Stop, ...]
    home_walk: int
    home_metres: int

    @property
    def walk(self) -> int:
        return self.home_walk + sum(stop.walk for stop in self.stops)

    @property
    def metres(self) -> int:
        return self.home_metres + sum(stop.metres for stop in self.stops)


@dataclass(frozen=True, slots=True)
class Pace:
    """The time that a way is given: whole multiples of `grid` seconds, and between two doors at least `pause`."""

    grid: int = 1
    pause: int = 0

    def given(self, walk: int, *, first: bool) -> int:
        return -(-(walk if first else max(walk, self.pause)) // self.grid) * self.grid

    def slow(self, ways: Ways, doors: Sequence[int]) -> Ways:
        """All ways as they are given, for the solver."""
        seconds = ways.seconds.copy()
        between = np.ix_(doors, doors)
        seconds[between] = np.maximum(seconds[between], self.pause)
        return Ways(-(-seconds // self.grid) * self.grid, ways.metres)


class Why(StrEnum):
    """Why a visit is left over."""

    NOBODY = "nobody"
    """Nobody here may or can give it."""
    NO_TIME = "no_time"
    """Those who could cannot be there in time, even with nothing else to do."""
    TAKEN = "taken"
    """Those who could are needed more elsewhere."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`left`: visit id → why. Only walkers with a stop have a route."""

    routes: tuple[Route, ...]
    left: Mapping[int, Why] = field(default_factory=dict)

    @property
    def walk(self) -> int:
        return sum(route.walk for route in self.routes)

    @property
    def metres(self) -> int:
        return sum(route.metres for route in self.routes)

    def who(self, visit_id: int) -> tuple[int, ...]:
        return tuple(route.walker_id for route in self.routes for stop in route.stops if stop.visit_id == visit_id)


def able(walker: Walker, visit: Visit) -> bool:
    """Whether this walker may make this visit at all."""
    if walker.id in visit.agreed:
        return True
    if len(visit.agreed) == visit.people or (visit.only is not None and walker.id not in visit.only):
        return False
    return walker.skills & visit.skills == visit.skills


def walked(walker: Walker, visits: Sequence[Visit], ways: Ways, pace: Pace | None = None) -> Route:
    """These visits in this order, each begun as early as its windows let it: late ones too, for who wants to see what would become of it.

    The walker leaves home so as not to wait at the first door, but not before the day opens. Ways are given the time that `pace` asks
    for, except where a window leaves no room for that.
    """
    pace = pace or Pace()
    stops: list[Stop] = []
    here, free = walker.home, walker.opens
    for visit in visits:
        walk, metres = int(ways.seconds[here, visit.place]), int(ways.metres[here, visit.place])
        earliest = free + walk
        start = begin(visit, free + pace.given(walk, first=not stops))
        start = begin(visit, earliest) if late(visit, start) else start
        arrive = start if not stops else earliest
        stops.append(Stop(visit.id, arrive, start, start + visit.seconds, walk, metres))
        here, free = visit.place, start + visit.seconds
    return Route(walker.id, tuple(stops), int(ways.seconds[here, walker.home]), int(ways.metres[here, walker.home]))


def begin(visit: Visit, earliest: int) -> int:
    """The first second from `earliest` on at which a visit may begin; `earliest` itself when all windows are over."""
    return next((max(earliest, opens) for opens, closes in sorted(visit.windows) if earliest <= closes), earliest)


def late(visit: Visit, start: int) -> int:
    """By how many seconds this is after the last window."""
    return max(0, start - max(closes for _, closes in visit.windows))
