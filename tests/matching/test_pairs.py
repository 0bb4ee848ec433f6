"""Bare pairs from files: dense and sparse assignments, several places and limits, and what is wrong with a file by its place."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from chunshui.matching.__main__ import main


def saved(folder: Path, name: str, content: Any) -> str:
    path = folder / name
    path.write_text(json.dumps(content))
    return str(path)


def solved(folder: Path, problem: Any) -> dict[str, Any]:
    """A solution that the referee has passed."""
    path, out = saved(folder, "problem.json", problem), folder / "solution.json"
    assert main(["solve", path, "--out", str(out)]) == 0
    assert main(["check", path, str(out)]) == 0
    return json.loads(out.read_text())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_dense_assignment_is_the_optimum_of_scipy(tmp_path_factory: pytest.TempPathFactory, seed: int, size: int) -> None:
    costs = np.random.default_rng(seed).integers(-50, 100, (size, size))
    answer = solved(tmp_path_factory.mktemp("dense"), {"costs": costs.tolist()})
    assert answer["objective"] == costs[linear_sum_assignment(costs)].sum()
    assert (len(answer["assignments"]), answer["unserved"], answer["is_proven"]) == (size, [], True)


def test_dense_and_sparse_say_the_same(tmp_path: Path) -> None:
    costs = [[4, 1, None], [2, 0, 5], [None, 2, 2]]
    dense = solved(tmp_path, {"costs": costs})
    lines = [[row + 1, column + 1, cost] for row, line in enumerate(costs) for column, cost in enumerate(line) if cost is not None]
    sparse = solved(tmp_path, {"orders": [1, 2, 3], "volunteers": [1, 2, 3], "pairs": lines})
    assert dense == sparse
    assert [(one["order"], one["volunteer"]) for one in dense["assignments"]] == [(1, 2), (2, 1), (3, 3)]
    assert dense["objective"] == 5


def test_places_limits_and_penalties_are_kept(tmp_path: Path) -> None:
    problem = {
        "orders": [{"id": 7, "places": 2, "penalty": 100}, {"id": 8, "penalty": 30}],
        "volunteers": [{"id": 1, "limit": 2}, 2],
        "pairs": [[7, 1, 10], [7, 2, 20], [8, 1, 40]],
    }
    answer = solved(tmp_path, problem)
    assert [(one["order"], one["volunteer"]) for one in answer["assignments"]] == [(7, 1), (7, 2)]
    assert (answer["unserved"], answer["objective"]) == ([{"order": 8, "places": 1}], 60)


def test_without_penalties_as_many_as_possible_are_served(tmp_path: Path) -> None:
    answer = solved(tmp_path, {"orders": [1, 2], "volunteers": [1, 2], "pairs": [[1, 1, 0], [1, 2, 900], [2, 1, 900]]})
    assert (answer["objective"], answer["unserved"]) == (1800, [])


def test_check_rejects_a_plan_made_worse_by_one_swap(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    costs = np.random.default_rng(4).integers(0, 1000, (12, 12))
    answer = solved(tmp_path, {"costs": costs.tolist()})
    one, other = answer["assignments"][:2]
    one["volunteer"], other["volunteer"] = other["volunteer"], one["volunteer"]
    for each in (one, other):
        each["cost"] = int(costs[each["order"] - 1, each["volunteer"] - 1])
    worse = answer["objective"]
    answer["objective"] = answer["bound"] = int(sum(each["cost"] for each in answer["assignments"]))
    capsys.readouterr()
    assert answer["objective"] > worse
    assert main(["check", str(tmp_path / "problem.json"), saved(tmp_path, "worse.json", answer)]) == 1
    assert capsys.readouterr().out == f"bound: the prices prove {worse}, the plan costs {answer['objective']}\n"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda answer: answer.update(objective=0), "objective: 0 is claimed, the plan costs 5"),
        (lambda answer: answer.update(bound=4), "bound: 4 is claimed, the plan costs 0"),
        (lambda answer: answer["unserved"].append({"order": 2, "places": 1}), "order 2: 1 empty places are claimed, 0 are"),
        (lambda answer: answer["assignments"].append(answer["assignments"][0]), "a choice twice"),
        (lambda answer: answer["assignments"].append({"order": 1, "volunteer": 1, "cost": 4}), "more people than places"),
    ],
)
def test_check_names_what_is_wrong(change: Any, fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = solved(tmp_path, {"costs": [[4, 1], [2, 9]], "volunteers": [{"id": 1, "limit": 2}, 2]})
    answer["objective"] = 3
    change(answer)
    capsys.readouterr()
    assert main(["check", str(tmp_path / "problem.json"), saved(tmp_path, "changed.json", answer)]) == 1
    assert fault.split(":")[0] in capsys.readouterr().out


BROKEN = [
    ({"costs": [[1, 2], [3]]}, "costs[1]: 1 values, the first row has 2"),
    ({"costs": [[1, "2"]]}, "costs[0][1]: expected a whole number"),
    ({"costs": [[1.5]]}, "costs[0][0]: expected a whole number"),
    ({"costs": [[1 << 31]]}, "costs[0][0]: further from 0 than 2147483647"),
    ({"costs": [[1]], "pairs": []}, "problem: costs and pairs; give one of them"),
    ({"costs": [[1]], "orders": [1, 2]}, "orders: 2 of them, costs has 1"),
    ({"costs": [[1]], "weights": {}}, "problem.weights: no such field"),
    ({"pairs": [], "orders": [1]}, "problem.volunteers: missing"),
    ({"pairs": [[1, 2]], "orders": [1], "volunteers": [2]}, "pairs[0]: expected [order id, volunteer id, cost]"),
    ({"pairs": [[1, 3, 5]], "orders": [1], "volunteers": [2]}, "pairs[0][1]: no volunteer 3"),
    ({"pairs": [[9, 2, 5]], "orders": [1], "volunteers": [2]}, "pairs[0][0]: no order 9"),
    ({"pairs": [[1, 2, 5], [1, 2, 6]], "orders": [1], "volunteers": [2]}, "pairs: order 1 and volunteer 2 are given twice"),
    ({"pairs": [], "orders": [1, 1], "volunteers": [2]}, "orders[1].id: 1 is given twice"),
    ({"pairs": [], "orders": [{"places": 1}], "volunteers": [2]}, "orders[0].id: missing"),
    ({"pairs": [], "orders": [{"id": 1, "places": -1}], "volunteers": [2]}, "orders[0].places: negative"),
]


@pytest.mark.parametrize(("problem", "message"), BROKEN)
def test_solve_names_the_place_of_wrong_input(problem: Any, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path, "problem.json", problem)
    assert main(["solve", path]) == 2
    assert capsys.readouterr().err == f"{path}: {message}\n"


def test_check_names_a_pair_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = solved(tmp_path, {"costs": [[4, None], [2, 9]]})
    answer["assignments"][0]["volunteer"] = 2
    path = saved(tmp_path, "changed.json", answer)
    assert main(["check", str(tmp_path / "problem.json"), path]) == 2
    assert capsys.readouterr().err.endswith(f"{path}: assignments[0]: order 1 and volunteer 2 are no pair\n")


def test_published_assignment_of_the_or_library_is_solved_to_its_published_optimum(tmp_path: Path) -> None:
    """Beasley's assign100: 100 by 100, optimum 305 (J. E. Beasley, OR-Library, 1990)."""
    size, *costs = map(int, (Path(__file__).parent / "data" / "assign100.txt").read_text().split())
    answer = solved(tmp_path, {"costs": np.array(costs).reshape(size, size).tolist()})
    assert (answer["objective"], answer["bound"], answer["unserved"]) == (305, 305, [])
