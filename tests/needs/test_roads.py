"""An uploaded road graph: kept in one file, used for every walking time, refused with the place that is wrong."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chunshui.kernel import clock
from chunshui.needs.queries.routes import day as reads
from chunshui.needs.queries.routes import ground
from tests.factories import needs as make
from tests.needs.test_my_route import visit

DEGREE = 111_195


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def told(*words, **more):
    out = StringIO()
    call_command("roads", *map(str, words), stdout=out, **more)
    return out.getvalue().strip()


def geojson(path, *lines, kind="LineString"):
    features = [{"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": line}} for line in lines]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_roads_from_geojson_are_kept_shown_and_dropped(tmp_path):
    path = geojson(tmp_path / "roads.geojson", [[106.5, 29.5], [106.51, 29.5], [106.51, 29.51]])
    assert told(path) == "kept 3 crossings, 2 roads"
    assert told("--show") == "3 crossings, 2 roads"
    assert told("--drop") == "no road graph: straight lines with a detour"
    assert told("--show") == "no road graph: straight lines with a detour"


def test_roads_from_multilines_and_csv(tmp_path):
    many = geojson(tmp_path / "many.json", [[[106.5, 29.5], [106.51, 29.5]], [[106.5, 29.52], [106.51, 29.52]]], kind="MultiLineString")
    assert told(many) == "kept 4 crossings, 2 roads"
    table = tmp_path / "edges.csv"
    table.write_text("from_latitude,from_longitude,to_latitude,to_longitude\n29.5,106.5,29.5,106.51\n", encoding="utf-8")
    assert told(table) == "kept 2 crossings, 1 roads"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.json", "{", "Expecting"),
        ("a.json", "[]", "FeatureCollection"),
        ("a.json", '{"features": []}', "没有路"),
        ("a.json", '{"features": [{"geometry": {"type": "LineString", "coordinates": [[106.5, 290], [1, 2]]}}]}', "feature 1: 290"),
        ("a.json", '{"features": [{"geometry": {"type": "LineString", "coordinates": [["x", "y"]]}}]}', "feature 1"),
        ("a.csv", "a,b\n1,2\n", "from_latitude"),
        ("a.csv", "from_latitude,from_longitude,to_latitude,to_longitude\n1,2,3,4\n1,2,3,x\n", "line 3"),
    ],
)
def test_file_that_is_wrong_is_refused_with_its_place_and_keeps_the_old(tmp_path, name, text, words):
    told(geojson(tmp_path / "good.geojson", [[106.5, 29.5], [106.51, 29.5]]))
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        told(tmp_path / name)
    assert told("--show") == "2 crossings, 1 roads"


def test_file_that_is_not_there_and_no_word_at_all_are_refused(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        told(tmp_path / "nowhere.geojson")
    with pytest.raises(CommandError, match="name a file"):
        told()


@pytest.mark.django_db
def test_walking_times_follow_the_roads_at_once(tmp_path, resident, helper):
    day = clock.today(make.NOON) + timedelta(days=1)
    visit(resident, helper, 14, north=500)
    south, west = resident.community.latitude, resident.community.longitude
    assert reads.afternoon(helper, day, make.NOON).metres == 1300
    round_the_block = [[west, south], [west + 0.01, south], [west + 0.01, south + 500 / DEGREE], [west, south + 500 / DEGREE]]
    told(geojson(tmp_path / "roads.geojson", round_the_block))
    assert reads.afternoon(helper, day, make.NOON).metres > 2 * 2000
    told("--drop")
    assert reads.afternoon(helper, day, make.NOON).metres == 1300


@pytest.mark.django_db
def test_streets_of_the_graph_are_drawn_under_the_route(tmp_path, resident, helper):
    day = clock.today(make.NOON) + timedelta(days=1)
    visit(resident, helper, 14, north=500)
    south, west = resident.community.latitude, resident.community.longitude
    told(geojson(tmp_path / "roads.geojson", [[west, south], [west, south + 500 / DEGREE]]))
    assert ground.roads() is not None
    assert len(reads.afternoon(helper, day, make.NOON).sketch.streets) == 1
