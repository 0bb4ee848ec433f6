"""manage.py roads FILE | --drop | --show: the road graph that walking times are taken from."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chunshui.kernel.errors import Refused
from chunshui.needs import commands
from chunshui.needs.queries.routes import ground

Line = list[tuple[float, float]]
COLUMNS = ("from_latitude", "from_longitude", "to_latitude", "to_longitude")


class Command(BaseCommand):
    help = f"Keep a road graph for walking times: GeoJSON with LineStrings (WGS 84), or CSV with the columns {', '.join(COLUMNS)}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--drop", action="store_true", help="walk by straight lines again")
        parser.add_argument("--show", action="store_true", help="say what is kept")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["drop"]:
            commands.drop_roads()
            self.stdout.write("no road graph: straight lines with a detour")
        elif options["file"]:
            self._keep(options["file"])
        elif options["show"]:
            graph = ground.roads()
            self.stdout.write(f"{len(graph)} crossings, {graph.heads.size // 2} roads" if graph else "no road graph: straight lines with a detour")
        else:
            raise CommandError("name a file, or --drop, or --show")

    def _keep(self, path: Path) -> None:
        try:
            read = edges if path.suffix.lower() == ".csv" else features
            graph = commands.keep_roads(lines=read(path))
        except Refused as refusal:
            raise CommandError(f"{path}: {refusal}") from refusal
        except (OSError, ValueError) as error:
            raise CommandError(f"{path}: {error}") from error
        self.stdout.write(f"kept {len(graph)} crossings, {graph.heads.size // 2} roads")


def features(path: Path) -> Iterator[Line]:
    """The lines of a GeoJSON file; its positions are longitude, latitude."""
    told = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(told, dict) or not isinstance(told.get("features"), list):
        raise ValueError("not a GeoJSON FeatureCollection")
    for number, feature in enumerate(told["features"], 1):
        shape = feature.get("geometry") or {} if isinstance(feature, dict) else {}
        kind, positions = shape.get("type"), shape.get("coordinates")
        lines: Any = {"LineString": [positions], "MultiLineString": positions}.get(str(kind)) or []
        for line in lines:
            try:
                yield [_place(position[1], position[0]) for position in line]
            except (TypeError, IndexError, KeyError, ValueError) as error:
                raise ValueError(f"feature {number}: {error}") from error


def edges(path: Path) -> Iterator[Line]:
    """The rows of a CSV file, each a straight piece of road."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        if not set(COLUMNS) <= set(rows.fieldnames or ()):
            raise ValueError(f"the first line must name {', '.join(COLUMNS)}")
        for number, row in enumerate(rows, 2):
            try:
                yield [_place(row[COLUMNS[0]], row[COLUMNS[1]]), _place(row[COLUMNS[2]], row[COLUMNS[3]])]
            except (TypeError, ValueError) as error:
                raise ValueError(f"line {number}: {error}") from error


def _place(latitude: Any, longitude: Any) -> tuple[float, float]:
    found = float(latitude), float(longitude)
    if not (-90 <= found[0] <= 90 and -180 <= found[1] <= 180):
        raise ValueError(f"{found[0]:g}, {found[1]:g} is no place on earth (latitude, longitude)")
    return found
