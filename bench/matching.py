"""The dispatch engine beside others on the same whole numbers: `make bench-matching` or `python -m bench.matching [--quick] [--write]`.

For each instance: it is made and hashed; candidates of all volunteers are weighed; every engine then solves the same integer arrays in
a fresh process, the least of three, CPU and wall; one referee in plain numpy counts each plan again and works out what its prices prove.
Exact engines that differ by one unit end the run with 1. `floor` is the time to read all feasible pairs once; `x` are multiples of it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.sample import Shape, made
from chunshui.matching import District, Weights, flow, proof, rank, warm
from chunshui.matching.batching import Batch
from chunshui.matching.planning import Planner
from chunshui.matching.shortlist import shortlist
from chunshui.matching.standing import Standing

PAGE = Path(__file__).parents[1] / "docs" / "dispatch-bench.md"
SIZES = (1_000, 10_000, 100_000)
SHARES = (("plenty", 1.0), ("scarce, 20 %", 0.2), ("shortage, 5 %", 0.05))
EXACT = ("paths", "scaling", "highs")
GREEDY = ("nearest, arrival order", "nearest, gravest first", "cheapest, arrival order", "cheapest, gravest first")
HIGHS_MOST = 1_000
EVERY = 1 << 40
Row = list[str]


def least(work: Callable[[], Any], times: int = 3) -> tuple[float, float, Any]:
    """Wall and CPU seconds, the least of each."""
    walls, cpus = [], []
    for _ in range(times):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return min(walls), min(cpus), answer


def arrays_of(batch: Batch) -> dict[str, Any]:
    arcs, limits = batch.arcs, batch.limits
    columns = {name: getattr(arcs, name) for name in ("order", "row", "time", "start", "until", "cost", "group")}
    left = {name: getattr(limits, name) for name in ("day_used", "day_limit", "week_left")}
    return {**columns, **left, "steps": np.array(limits.steps), "places": batch.reachable, "penalties": batch.penalties}


def problem_of(file: str) -> tuple[flow.Arcs, flow.Limits, Any, Any]:
    got = np.load(file)
    arcs = flow.Arcs(*(got[name] for name in ("order", "row", "time", "start", "until", "cost", "group")))
    limits = flow.Limits(got["day_used"], got["day_limit"], got["week_left"], tuple(got["steps"].tolist()))
    return arcs, limits, got["places"], got["penalties"]


def engine(name: str, file: str, out: str) -> None:
    """In a process of its own: solve the arrays of a file, write the plan, print the times."""
    arcs, limits, places, penalties = problem_of(file)
    work: Callable[[], Any]
    if name == "highs":
        work = lambda: by_highs(arcs, limits, places, penalties)  # noqa: E731
    else:
        work = lambda: flow.solve(arcs, limits, places, penalties, engine=name)  # noqa: E731
        warm()
    wall, cpu, found = least(work, 1 if name == "highs" or (name == "scaling" and len(arcs) > 10**6) else 3)
    if name == "highs":
        print(json.dumps({"wall": wall, "cpu": cpu, "objective": found}))
        return
    np.savez(out, chosen=found.chosen, prices=found.prices)
    print(json.dumps({"wall": wall, "cpu": cpu, "objective": found.objective}))


def by_highs(arcs: flow.Arcs, limits: flow.Limits, places: Any, penalties: Any) -> int:
    """The linear programme of the network by HiGHS; it is integral."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    from chunshui.matching.scaling import graph_of, hang_all

    net = flow.network(arcs, limits, penalties)
    hang_all(net)
    graph = graph_of(net, places.astype(np.int64))
    many = graph.tail.size
    signs, at = np.repeat([1.0, -1.0], many), np.concatenate((graph.tail, graph.head))
    matrix = coo_array((signs, (at, np.tile(np.arange(many), 2))), shape=(graph.supply.size, many)).tocsr()
    bounds = np.stack((np.zeros(many), graph.capacity), axis=1)
    return round(linprog(graph.cost, A_eq=matrix, b_eq=graph.supply, bounds=bounds, method="highs").fun)


def fresh(name: str, file: str, folder: Path) -> tuple[dict[str, Any], Any]:
    out = folder / f"{name}.npz"
    ran = subprocess.run([sys.executable, "-m", "bench.matching", "--engine", name, file, str(out)], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout), np.load(out) if out.exists() else None


def greedy(batch: Batch, every: Any, verb: str) -> Any:
    """A hurried person: orders one after the other, each the nearest or cheapest who are left; who stays empty, per order."""
    arcs = flow.Arcs(every.order, every.row, every.time, every.start, every.until, every.cost, every.group)
    sight, table = batch.district.sight.rows, batch.orders.table
    away = np.hypot(sight["x"][arcs.row] - table["x"][arcs.order], sight["y"][arcs.row] - table["y"][arcs.order])
    best = np.lexsort((arcs.row, away if verb.startswith("nearest") else arcs.cost, arcs.order))
    line = [column[best].tolist() for column in (arcs.row, arcs.group, arcs.start // 1440, every.day_limit, every.week_left)]
    turns = np.argsort(-table["priority"], kind="stable") if verb.endswith("gravest first") else np.arange(len(batch))
    taken: set[int] = set()
    days: dict[tuple[int, int], int] = {}
    weeks: dict[tuple[int, int], int] = {}
    empty = batch.places.copy()
    edges = every.offsets.tolist()
    for order in turns.tolist():
        for at in range(edges[order], edges[order + 1]):
            if not empty[order]:
                break
            row, group, day, limit, left = (column[at] for column in line)
            week = (row, (day + 3) // 7)
            if group not in taken and days.get((row, day), 0) < limit and weeks.get(week, 0) < left:
                taken.add(group)
                days[row, day], weeks[week] = days.get((row, day), 0) + 1, weeks.get(week, 0) + 1
                empty[order] -= 1
    return empty


def by_priority(batch: Batch, empty: Any) -> list[int]:
    return [int(empty[batch.orders.table["priority"] == each].sum()) for each in (1, 2, 3, 4)]


def empty_of(batch: Batch, found: flow.Flow) -> Any:
    return batch.places - np.bincount(batch.arcs.order[found.chosen], minlength=len(batch))


def shortage(batch: Batch, district: District) -> tuple[list[Row], list[str]]:
    """The day on which there are too few: who stays alone under each way of choosing."""
    every = shortlist(district, batch.orders, batch.weights, ceiling=EVERY, room=batch.open)
    ours = flow.solve(batch.arcs, batch.limits, batch.reachable, batch.penalties)
    gravest = np.where(batch.orders.table["priority"] == 4, 10**9, 0)
    proven = flow.solve(batch.arcs, batch.limits, batch.reachable, batch.penalties + gravest)
    left = by_priority(batch, empty_of(batch, ours))
    floor = by_priority(batch, empty_of(batch, proven))[3]
    nobody = by_priority(batch, batch.places - batch.reachable)
    rows = [["nobody could reach them", *map(str, nobody), str(sum(nobody))], ["optimum, proven", *map(str, left), str(sum(left))]]
    worst = []
    for verb in GREEDY:
        counts = by_priority(batch, greedy(batch, every, verb))
        rows.append([verb, *map(str, counts), str(sum(counts))])
        worst.append(sum(counts))
    fewer = 1 - sum(left) / min(worst)
    avoidable = 1 - (sum(left) - sum(nobody)) / max(1, min(worst) - sum(nobody))
    said = [
        f"{fewer:.0%} fewer unserved than the best greedy; {avoidable:.0%} fewer of those whom somebody could have reached.",
        f"Priority 4: {left[3]} unserved, the proven minimum is {floor}.",
    ]
    return rows, said


def one_order(district: District, batch: Batch) -> list[Row]:
    """Single events beside a standing optimum."""
    dice = np.random.default_rng(3)
    orders = [batch.order(int(at)) for at in dice.integers(0, len(batch), 300)]
    asked = timed(lambda order: rank(district, order, limit=32), orders)
    standing = Standing.of(batch.arcs, batch.limits, batch.reachable, batch.penalties, int(batch.arcs.row.max()) + 1)
    edges = np.searchsorted(batch.arcs.order, np.arange(len(batch) + 1))
    parts = []
    for at in dice.choice(len(batch), 2_000, replace=False).tolist():
        mine = np.arange(edges[at], edges[at + 1])
        parts.append((at, batch.arcs.keep(mine), batch.limits.keep(mine)))
    removed = timed(lambda part: standing.remove(part[0]), parts)
    inserted = timed(lambda part: standing.insert(part[1], part[2], int(batch.reachable[part[0]]), int(batch.penalties[part[0]])), parts)
    served = [(at, standing.chosen(at)) for at in range(len(batch))]
    declined = timed(lambda one: standing.decline(one[0], one[1][0][0]), [one for one in served if one[1]][:2_000])
    if standing.objective != standing.bound:
        raise SystemExit("the standing optimum is not proven")
    return [["32 candidates with reasons", *asked], ["order inserted", *inserted], ["order removed", *removed], ["volunteer declines", *declined]]


def timed(work: Callable[[Any], Any], items: list[Any]) -> list[str]:
    seconds = []
    for item in items:
        begin = time.perf_counter()
        work(item)
        seconds.append(time.perf_counter() - begin)
    return [f"{np.percentile(seconds, at) * 1e3:.3f}" for at in (50, 95, 99)]


def table(head: Row, rows: list[Row]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


def ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f}"


def instance(name: str, shape: Shape, folder: Path, said: Callable[[str], None]) -> bool:
    district, batch, rows, floor = prepared(name, shape, said)
    file = str(folder / "arrays.npz")
    np.savez(file, **arrays_of(batch))
    good, figures = True, {}
    for each in EXACT if shape.orders <= HIGHS_MOST else EXACT[:2]:
        found, plan = fresh(each, file, folder)
        figures[each] = found
        faults = [] if plan is None else proof.faults(*problem_of(file), plan["chosen"], found["objective"], plan["prices"])
        good &= not faults and found["objective"] == figures["paths"]["objective"]
        word = "; ".join(faults) or ("agrees" if plan is None else "proven")
        ratio = found["cpu"] / figures["paths"]["cpu"]
        times = [ms(found["wall"]), ms(found["cpu"]), f"{found['wall'] / floor:,.0f}"]
        rows.append([f"engine: {each}", *times, f"{found['objective']:,}", f"{word}, CPU {ratio:,.1f} x paths"])
    said(table(["", "wall ms", "CPU ms", "x floor", "objective", ""], rows))
    if shape.orders == 10_000 and shape.reachable in (1.0, 0.05):
        lines, words = shortage(batch, district)
        said("Unserved places by priority:\n\n" + table(["", "1", "2", "3", "4", "all"], lines))
        said("\n".join(words) + "\n")
        said("Single events, ms:\n\n" + table(["", "p50", "p95", "p99"], one_order(district, batch)))
    return good


def prepared(name: str, shape: Shape, said: Callable[[str], None]) -> tuple[District, Batch, list[Row], float]:
    """The instance, made and hashed, and how long the pipeline of the product takes for it."""
    volunteers, orders = made(shape)
    district, weights = District.of(volunteers), Weights()
    del volunteers
    listing = least(lambda: Batch(district, orders, weights))
    batch: Batch = listing[2]
    planner = Planner(batch)
    planner.relax()
    solving = least(planner.relax)
    pairs = np.ones(int(batch.people.sum()), dtype=np.int64)
    floor, _, _ = least(lambda: int(pairs.sum()), 9)
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(column).tobytes() for column in arrays_of(batch).values())).hexdigest()[:12]
    said(f"\n### {shape.orders:,} orders, {name}\n")
    said(f"{len(district):,} volunteers, {int(batch.places.sum()):,} places, {pairs.size:,} feasible pairs weighed, {len(batch.arcs):,} listed.")
    said(f"Hash {digest}; floor {floor * 1e3:.3f} ms.\n")

    def line(what: str, wall: float, cpu: float) -> Row:
        return [what, ms(wall), ms(cpu), f"{wall / floor:,.0f}", "", ""]

    rows = [
        line("candidates and arrays, all cores", *listing[:2]),
        line("optimum over all pairs, proven", *solving[:2]),
        line("**both**", listing[0] + solving[0], listing[1] + solving[1]),
    ]
    return district, batch, rows, floor


def main() -> int:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--quick", action="store_true", help="without the instances of 100,000 orders")
    args.add_argument("--write", action="store_true", help="write docs/dispatch-bench.md")
    args.add_argument("--engine", nargs=3, help=argparse.SUPPRESS)
    given = args.parse_args()
    if given.engine:
        engine(*given.engine)
        return 0
    warm()
    lines: list[str] = []

    def said(text: str) -> None:
        print(text, flush=True)
        lines.append(text)

    good = True
    with tempfile.TemporaryDirectory() as folder:
        for orders in SIZES[:2] if given.quick else SIZES:
            for name, share in SHARES:
                good &= instance(name, Shape(orders, share), Path(folder), said)
    if given.write:
        head = PAGE.read_text(encoding="utf-8").split("<!-- figures -->")[0] if PAGE.exists() else ""
        PAGE.write_text(head + "<!-- figures -->\n" + "\n".join(lines), encoding="utf-8")
    print("every exact engine agrees to the unit" if good else "ENGINES DISAGREE")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
