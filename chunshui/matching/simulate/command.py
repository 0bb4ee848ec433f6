"""The command line of the simulation."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from chunshui.matching.simulate import report, run
from chunshui.matching.simulate.policies import Policy, Rules, policies
from chunshui.matching.simulate.world import Shape

USUAL = Shape()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, default=5, help="how many districts; each is played under every policy")
    parser.add_argument("--first-seed", type=int, default=1, help="the first of them; the default weights were chosen on 101 and 102")
    parser.add_argument("--days", type=int, default=USUAL.days)
    parser.add_argument("--people", type=int, default=USUAL.people, help="volunteers who can be reached")
    parser.add_argument("--orders", type=int, default=0, help="orders in all; by default as many a day as in the study")
    parser.add_argument("--policies", default="", help="names, separated by commas; by default all of them")
    parser.add_argument("--out", type=Path, required=True, help="folder for the report and its pictures")


def simulate(given: argparse.Namespace) -> int:
    """Play, show the table, write the report. Wrong input is a ValueError that names the place."""
    rules, chosen = Rules(), _chosen(given.policies, policies(Rules()))
    for name in ("seeds", "days", "people"):
        if getattr(given, name) < 1:
            raise ValueError(f"--{name}: {getattr(given, name)} is less than 1")
    if given.orders < 0 or given.first_seed < 0:
        raise ValueError("--orders and --first-seed: not less than 0")
    shape = Shape(given.people, given.orders or max(1, USUAL.orders * given.days // USUAL.days), given.days)
    results = run.compare(range(given.first_seed, given.first_seed + given.seeds), shape, chosen, _bar)
    written = report.write(given.out, results, chosen, shape, rules)
    sys.stdout.write("\n".join([report.table(results, chosen), *(str(path) for path in written)]) + "\n")
    return 0


def _bar(turns: Iterable[Any]) -> Iterable[Any]:
    return tqdm(turns, desc="simulate", unit="run")


def _chosen(names: str, known: list[Policy]) -> list[Policy]:
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    by_name = {policy.name: policy for policy in known}
    strange = [name for name in wanted if name not in by_name]
    if strange:
        raise ValueError(f"--policies: no policy {strange[0]}; there are {', '.join(by_name)}")
    return [by_name[name] for name in wanted] if wanted else known
