import json
import re
from pathlib import Path
from typing import Any

import pytest

from chunshui.matching.__main__ import main

NINE, TEN = 29923740, 29923800


def problem(**more: Any) -> dict[str, Any]:
    order = {"id": 1, "x": 0, "y": 0, "times": [{"slots": 1, "start": NINE, "end": TEN}], "minors_welcome": True, **more}
    return {"volunteers": {"ids": [11, 12], "x": [0, 400]}, "orders": [order]}


def saved(folder: Path, name: str, content: Any) -> str:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def solution(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    out = folder / "solution.json"
    assert main(["solve", saved(folder, "problem.json", given), "--out", str(out)]) == 0
    return json.loads(out.read_text())


def test_solve_writes_a_solution_that_check_calls_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = solution(tmp_path, problem(known={"12": 3}, places=3))
    assert [(one["order"], one["volunteer"]) for one in answer["assignments"]] == [(1, 11), (1, 12)]
    assert answer["unserved"] == [{"order": 1, "places": 1, "reason": "nobody", "number": 2}]
    assert answer["is_proven"] is True
    assert main(["check", str(tmp_path / "problem.json"), str(tmp_path / "solution.json")]) == 0
    assert capsys.readouterr().out == "right\n"


def test_solve_without_a_place_prints_the_solution(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", saved(tmp_path, "problem.json", problem())]) == 0
    assert json.loads(capsys.readouterr().out)["prices"] == {"1": 350}


def test_check_names_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = solution(tmp_path, problem())
    answer["objective"] += 7
    assert main(["check", str(tmp_path / "problem.json"), saved(tmp_path, "solution.json", answer)]) == 1
    assert capsys.readouterr().out == "objective: 357 is claimed, the assignments cost 350\n"


BROKEN: list[tuple[Any, str]] = [
    ('{"volunteers":\n  oops}', "line 2, column 3: Expecting value"),
    ([], "problem: expected an object"),
    ({"volunteers": {"ids": []}}, "problem.orders: missing"),
    ({**problem(), "order": []}, "problem.order: no such field"),
    ({**problem(), "volunteers": {"x": [1]}}, "volunteers.ids: missing"),
    ({**problem(), "volunteers": {"ids": [1], "x": [1, 2]}}, "volunteers: x: 2 values for 1 volunteers"),
    ({**problem(), "volunteers": {"ids": [1], "busy": [[1, 2]]}}, "volunteers.busy[0]: expected [volunteer id, start, end]"),
    ({**problem(), "weights": {"lode": 1}}, "weights.lode: no such field"),
    ({**problem(), "weights": {"load": -1}}, "weights: Weights.load: -1 is not made of whole numbers from 0 up"),
    (problem(times=[{"slots": 1, "start": NINE}]), "orders[0].times[0].end: missing"),
    (problem(times=[{"slots": 1, "start": NINE, "end": "ten"}]), "orders[0].times[0].end: expected a whole number"),
    (problem(times=[{"slots": 1, "start": TEN, "end": NINE}]), f"orders[0].times[0]: Time.end: {NINE} is not after start {TEN}"),
    (problem(places=0), "orders[0]: order 1: places cannot be 0"),
    (problem(places=True), "orders[0].places: expected a whole number"),
    (problem(all_or_none=1), "orders[0].all_or_none: expected true or false"),
    (problem(locked=["x"]), "orders[0].locked[0]: expected a whole number"),
    (problem(known={"x": 1}), "orders[0].known.x: expected a whole number as the key"),
    (problem(known={"1": "often"}), "orders[0].known.1: expected a whole number"),
    (problem(locked=[9]), "volunteer 9: not in ids"),
]


@pytest.mark.parametrize(("content", "message"), BROKEN)
def test_solve_names_the_place_of_wrong_input(content: Any, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(tmp_path, "problem.json", content)
    assert main(["solve", path]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.removeprefix(f"{path}: ")) == ("", message + "\n")


def test_check_names_the_place_of_wrong_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = solution(tmp_path, problem())
    del answer["assignments"][0]["cost"]
    path = saved(tmp_path, "solution.json", answer)
    assert main(["check", str(tmp_path / "problem.json"), path]) == 2
    assert capsys.readouterr().err == f"{path}: assignments[0].cost: missing\n"


def test_solve_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["solve", str(tmp_path / "none.json")]) == 2
    assert capsys.readouterr().err.startswith("[Errno 2] No such file or directory")


def test_the_example_of_the_format_page_is_solved(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "matching-format.md").read_text()
    example = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert example is not None
    assert [one["volunteer"] for one in solution(tmp_path, json.loads(example.group(1)))["assignments"]] == [11]
