"""The engine on files: `python -m chunshui.matching solve PROBLEM.json --out SOLUTION.json`, `... check PROBLEM.json SOLUTION.json`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from chunshui.matching.certificate import check
from chunshui.matching.files import Problem, parsed, problem_of, read_solution, write_solution
from chunshui.matching.pair_files import is_pairs, read_pairs, read_plan, write_plan
from chunshui.matching.pairs import Pairs, check_pairs, solve_pairs
from chunshui.matching.rounds import solve
from chunshui.matching.simulate import command as simulation

Read = TypeVar("Read")


def main(words: list[str] | None = None) -> int:
    """0: solved, or right; 1: the solution is wrong; 2: a file cannot be read."""
    given = _arguments().parse_args(words)
    try:
        return VERBS[given.verb](given)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2


def _solve(given: argparse.Namespace) -> int:
    problem = _read(given.problem, _problem)
    answer = write_plan(problem, solve_pairs(problem)) if isinstance(problem, Pairs) else write_solution(solve(*problem, thorough=given.thorough))
    if given.out:
        given.out.write_text(answer, encoding="utf-8")
    else:
        print(answer, end="")
    return 0


def _check(given: argparse.Namespace) -> int:
    problem = _read(given.problem, _problem)
    if isinstance(problem, Pairs):
        faults = check_pairs(problem, _read(given.solution, lambda text: read_plan(problem, parsed(text))))
    else:
        faults = check(*problem, _read(given.solution, read_solution))
    print("\n".join(faults) or "right")
    return 1 if faults else 0


def _problem(text: str) -> Pairs | Problem:
    """Attributes to price, or pairs with their costs."""
    given = parsed(text)
    return read_pairs(given) if is_pairs(given) else problem_of(given)


def _read(path: Path, read: Callable[[str], Read]) -> Read:
    try:
        return read(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


VERBS = {"solve": _solve, "check": _check, "simulate": simulation.simulate}


def _arguments() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="python -m chunshui.matching", description="The dispatch engine on files; docs/matching-format.md says how they look."
    )
    verbs = whole.add_subparsers(dest="verb", required=True)
    solving = verbs.add_parser("solve", help="find the best plan")
    solving.add_argument("problem", type=Path)
    solving.add_argument("--out", type=Path, help="where to write the solution; otherwise it is printed")
    solving.add_argument("--thorough", action="store_true", help="take as long as it needs to prove the plan")
    checking = verbs.add_parser("check", help="hold a solution against the rules")
    checking.add_argument("problem", type=Path)
    checking.add_argument("solution", type=Path)
    simulation.add_arguments(verbs.add_parser("simulate", help="play days of a made-up district under several policies"))
    return whole


if __name__ == "__main__":
    sys.exit(main())
