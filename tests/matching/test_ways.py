"""Walking times: straight lines, and roads."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from chunshui.matching.ways import Roads, Ways, straight


def test_straight_walks_a_detour_at_an_unhurried_step():
    ways = straight([0.0, 1000.0], [0.0, 0.0])
    assert (int(ways.metres[0, 1]), int(ways.seconds[0, 1]), int(ways.metres[1, 1])) == (1300, 1040, 0)


def test_ways_that_are_not_square_or_negative_are_refused():
    with pytest.raises(ValueError, match="square"):
        Ways(np.zeros((2, 3), np.int32), np.zeros((2, 3), np.int32))
    with pytest.raises(ValueError, match="negative"):
        Ways(np.full((1, 1), -1, np.int32), np.zeros((1, 1), np.int32))


def river() -> Roads:
    """Two banks, one bridge at x = 1000."""
    return Roads.of([[(0, 0), (500, 0), (1000, 0)], [(0, 100), (500, 100), (1000, 100)], [(1000, 0), (1000, 100)]], 29.6)


def test_roads_go_round_by_the_bridge():
    ways = river().ways([0.0, 0.0], [0.0, 100.0])
    assert int(ways.metres[0, 1]) == 2100


def test_roads_add_the_way_to_the_nearest_crossing():
    assert int(river().ways([0.0, 500.0], [-20.0, -30.0]).metres[0, 1]) == 550


def test_far_from_every_road_the_straight_line_is_asked():
    assert int(river().ways([0.0, 0.0], [0.0, -1000.0], factor=1.3).metres[0, 1]) == 1300


def test_islands_without_a_bridge_go_by_the_straight_line():
    roads = Roads.of([[(0, 0), (100, 0)], [(0, 200), (100, 200)]], 29.6)
    assert int(roads.ways([0.0, 0.0], [0.0, 200.0], factor=1.5).metres[0, 1]) == 300


def test_same_point_is_no_way_at_all():
    assert int(river().ways([5.0, 5.0], [5.0, 5.0]).metres[0, 1]) == 0


def test_roads_without_a_road_are_refused():
    with pytest.raises(ValueError, match="no road"):
        Roads.of([[(0.0, 0.0), (0.01, 0.0)]], 29.6)


def test_roads_are_kept_in_a_file(tmp_path):
    river().save(tmp_path / "roads.npz")
    kept = Roads.open(tmp_path / "roads.npz")
    assert len(kept) == 6
    assert np.array_equal(kept.ways([0.0, 0.0], [0.0, 100.0]).metres, river().ways([0.0, 0.0], [0.0, 100.0]).metres)


@pytest.mark.parametrize("seed", range(5))
def test_shortest_ways_are_those_of_an_independent_program(seed):
    chance = np.random.default_rng(seed)
    points = chance.uniform(0, 2000, (60, 2)).round(1)
    lines = [[tuple(points[one]), tuple(points[two])] for one, two in chance.integers(0, 60, (90, 2)) if one != two]
    roads = Roads.of(lines, 29.6)
    matrix = csr_array((roads.metres.astype(float), roads.heads, roads.offsets), shape=(len(roads), len(roads)))
    told = dijkstra(matrix)
    ways = roads.ways(roads.x, roads.y)
    met = np.isfinite(told)
    assert met.sum() > len(roads)
    assert np.array_equal(ways.metres[met], np.rint(told[met]).astype(int))
