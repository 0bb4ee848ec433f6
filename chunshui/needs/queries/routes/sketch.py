"""A map drawn for the page itself, without scripts: it prints, and it says no more than the list beside it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

from chunshui.needs.queries.routes import ground
from chunshui.needs.queries.routes.ground import Point

METRES_A_DEGREE = 111_195.0
MARGIN, LEAST_METRES = 42, 240.0
"""Pixels kept free around the places; metres that the shorter side shows at least."""
GROUND = ("bound", "park", "square", "school", "bld")
MOST_STREETS = 4000
SCALES = (50, 100, 200, 300, 500, 1000, 2000, 5000, 10_000)


@dataclass(frozen=True)
class Pin:
    """A numbered place; `kind` is a class of the stylesheet: home, or visit of route n."""

    x: float
    y: float
    label: str
    kind: str


@dataclass(frozen=True)
class Line:
    d: str
    kind: str


@dataclass(frozen=True)
class Sketch:
    """What the page draws, in pixels of a box of this size. `streets` carry their width."""

    width: int
    height: int
    ground: Sequence[Line]
    streets: Sequence[tuple[str, float]]
    lines: Sequence[Line]
    pins: Sequence[Pin]
    scale: int
    scale_words: str


@dataclass(frozen=True)
class Way:
    """One route to draw: where it begins and ends, the places between, and the class of its colour."""

    home: Point | None
    stops: Sequence[tuple[Point, str]]
    kind: str


@dataclass(frozen=True)
class _Frame:
    """From degrees to pixels."""

    west: float
    north: float
    across: float
    along: float
    width: int
    height: int

    def at(self, point: Point) -> tuple[float, float]:
        return (point[1] - self.west) * self.across, (self.north - point[0]) * self.along

    def path(self, points: Iterable[Point]) -> str:
        return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in map(self.at, points))

    def sees(self, points: Sequence[Point]) -> bool:
        placed = [self.at(point) for point in points]
        beside = max(x for x, _ in placed) < 0 or min(x for x, _ in placed) > self.width
        return not beside and max(y for _, y in placed) > 0 and min(y for _, y in placed) < self.height


def sketch(ways: Sequence[Way], *, width: int, height: int, drawing: str = "") -> Sketch | None:
    """The routes on the area's own drawing, or on the streets of the uploaded graph; None when there is no place to show."""
    points = [point for way in ways for point in ([way.home] if way.home else []) + [place for place, _ in way.stops]]
    if not points:
        return None
    frame = _frame(points, width, height)
    metre = frame.along / METRES_A_DEGREE
    scale = max((each for each in SCALES if each * metre <= width / 3), default=SCALES[0])
    return Sketch(
        width,
        height,
        _ground(frame, drawing),
        _streets(frame, drawing, metre),
        [Line(frame.path(line), way.kind) for way in ways if len(line := _line(way)) > 1],
        _pins(frame, ways),
        round(scale * metre),
        f"{scale} m" if scale < 1000 else f"{scale // 1000} km",
    )


def _frame(points: Sequence[Point], width: int, height: int) -> _Frame:
    south, north = min(one for one, _ in points), max(one for one, _ in points)
    west, east = min(two for _, two in points), max(two for _, two in points)
    narrow = cos(radians((south + north) / 2))
    inside = width - 2 * MARGIN, height - 2 * MARGIN
    wide, high = max((east - west) * narrow, LEAST_METRES / METRES_A_DEGREE), max(north - south, LEAST_METRES / METRES_A_DEGREE)
    along = min(inside[0] / wide, inside[1] / high)
    centre = (south + north) / 2, (west + east) / 2
    return _Frame(centre[1] - width / 2 / (along * narrow), centre[0] + height / 2 / along, along * narrow, along, width, height)


def _line(way: Way) -> list[Point]:
    homes = [way.home] if way.home else []
    return [*homes, *(place for place, _ in way.stops), *homes] if way.stops else []


def _pins(frame: _Frame, ways: Sequence[Way]) -> list[Pin]:
    """Homes first, so that visits lie over them; visits at one door stand beside each other."""
    homes = [Pin(*frame.at(way.home), "", f"home {way.kind}") for way in ways if way.home and way.stops]
    found: list[Pin] = []
    taken: dict[tuple[int, int], int] = {}
    for way in ways:
        for place, label in way.stops:
            x, y = frame.at(place)
            beside = taken.get((round(x / 12), round(y / 12)), 0)
            taken[round(x / 12), round(y / 12)] = beside + 1
            found.append(Pin(round(x + 20 * beside, 1), round(y, 1), label, way.kind))
    return homes + found


def _ground(frame: _Frame, drawing: str) -> list[Line]:
    shapes = [(kind, rings) for kind, rings, _ in _drawn(drawing) if kind in GROUND and frame.sees(rings[0])]
    shapes.sort(key=lambda one: GROUND.index(one[0]))
    return [Line("".join(frame.path(_thinned(ring)) + "Z" for ring in rings), kind) for kind, rings in shapes]


def _thinned(ring: Sequence[Point]) -> list[Point]:
    """Without the points of rounded corners that no eye would miss."""
    kept = [ring[0]]
    for point in ring[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) > 0.00004:
            kept.append(point)
    return kept


def _streets(frame: _Frame, drawing: str, metre: float) -> list[tuple[str, float]]:
    drawn = [(frame.path(rings[0]), round(max(3.0, width * metre), 1)) for kind, rings, width in _drawn(drawing) if kind == "road"]
    graph = ground.roads()
    if drawn or graph is None:
        return drawn
    lines = graph.lines((frame.north - frame.height / frame.along, frame.west, frame.north, frame.west + frame.width / frame.across), MOST_STREETS)
    return [("".join(frame.path(line) for line in lines), 3.0)] if lines else []


@lru_cache(maxsize=8)
def _drawn(drawing: str) -> list[tuple[str, list[list[Point]], float]]:
    """(kind, rings of latitude and longitude, width) of the shapes of a drawing that ships with the product."""
    path = finders.find(drawing) if drawing else None
    if not isinstance(path, str):
        return []
    told: Any = json.loads(Path(path).read_text(encoding="utf-8"))
    found = []
    for feature in told["features"]:
        rings = feature["geometry"]["coordinates"]
        rings = rings if feature["geometry"]["type"] == "Polygon" else [rings]
        kind = feature["properties"]["kind"]
        found.append((kind, [[(point[1], point[0]) for point in ring] for ring in rings], float(feature["properties"].get("w", 0))))
    return found
