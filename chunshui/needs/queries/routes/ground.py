"""Ways between homes: the uploaded road graph where there is one, else the straight line with a detour."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from chunshui.areas import queries as areas
from chunshui.matching import project
from chunshui.matching.ways import Roads, Ways, straight
from chunshui.needs.states import WALK_DETOUR, WALK_PACE

if TYPE_CHECKING:
    from chunshui.areas.models import Area

Point = tuple[float, float]
"""Latitude and longitude."""


def roads_file() -> Path:
    return Path(settings.DATA_DIR) / "roads.npz"


def roads() -> Roads | None:
    """The road graph that the operator uploaded; read again when the file has changed."""
    try:
        stands = roads_file().stat()
    except FileNotFoundError:
        return None
    return _read(roads_file(), stands.st_mtime_ns, stands.st_size)


@lru_cache(maxsize=1)
def _read(path: Path, changed: int, size: int) -> Roads:
    return Roads.open(path)


def ways(points: list[Point], area: Area | None, now: datetime) -> Ways:
    """Seconds and metres on foot between these points, by the pace and the detour of the area."""
    pace, detour = (areas.rule(each, area, now) if area else each.default for each in (WALK_PACE, WALK_DETOUR))
    how, graph = {"factor": detour / 100, "speed": pace / 60}, roads()
    parallel = graph.parallel if graph else (points[0][0] if points else 0.0)
    x, y = project([one for one, _ in points], [two for _, two in points], parallel)  # type: ignore[arg-type]
    return graph.ways(x, y, **how) if graph else straight(x, y, **how)
