"""An afternoon on foot, measured: `python -m bench routes [--prove]`.

100 orders and 60 volunteers (and 300 and 150) on the same whole numbers for every engine, each in a fresh process on one thread; one referee
for all; home care with two at one door against the best values that others stored. `--prove` also proves the optimum of the smallest.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from pathlib import Path
from typing import Any

import numpy as np

from chunshui.matching.paired import Carers, Door, Price, check, settle
from chunshui.matching.referee import check_routes
from chunshui.matching.routes import Plan, Visit, Walker, able, plan, walked
from chunshui.matching.ways import Ways, straight

HOUR = 3600
UNSERVED = 2000
"""Seconds of walking that an unserved order is worth, times its priority."""
STORED = Path(__file__).resolve().parent.parent / "tests" / "matching" / "data" / "homecare.json"
BEST = {"10_1": 218.199, "10_3": 305.858, "25_1": 428.097}
THIRD = 1 / 3


def afternoon(visits: int, walkers: int, seed: int = 1, doubles: int = 0) -> tuple[list[Walker], list[Visit], Ways]:
    """Homes and orders within three kilometres, windows of one or two hours, 20–60 minutes at the door, six skills, two to four visits each."""
    chance = np.random.default_rng(seed)
    x, y = chance.uniform(0, 3000, visits + walkers), chance.uniform(0, 3000, visits + walkers)
    asked = []
    for at in range(visits):
        opens = 13 * HOUR + int(chance.integers(0, 10)) * 1800
        window = (opens, opens + int(chance.choice([HOUR, 2 * HOUR])))
        skill, priority, lasts = 1 << int(chance.integers(0, 6)), int(chance.integers(1, 5)), int(chance.integers(4, 13)) * 300
        asked.append(Visit(at, at, lasts, (window,), skills=skill, priority=priority, people=1 + (at < doubles)))
    people = []
    for at in range(walkers):
        skills = sum(1 << int(bit) for bit in chance.choice(6, 3, replace=False))
        people.append(Walker(1000 + at, visits + at, 13 * HOUR, 19 * HOUR, skills, int(chance.integers(2, 5))))
    return people, asked, straight(x, y)


def cost(visits: list[Visit], found: Plan) -> int:
    return found.walk + sum(UNSERVED * visit.priority for visit in visits if visit.id in found.left)


def by_vroom(question: Any, level: int) -> Plan:
    return plan(*question, level=level)


def by_one_each(question: Any, _budget: int) -> Plan:
    """Every volunteer one visit: the assignment that an optimum without routes would make."""
    from scipy.optimize import linear_sum_assignment

    walkers, visits, ways = question
    matrix = np.full((len(visits), len(walkers)), 10.0**7)
    for row, visit in enumerate(visits):
        for column, walker in enumerate(walkers):
            if able(walker, visit):
                matrix[row, column] = 2 * int(ways.seconds[walker.home, visit.place]) - UNSERVED * visit.priority
    pairs = [(row, column) for row, column in zip(*linear_sum_assignment(matrix), strict=True) if matrix[row, column] < 10.0**6]
    return _plan(question, {column: [row] for row, column in pairs})


def by_ortools(question: Any, seconds: int) -> Plan:
    """OR-Tools' routing library, guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2

    walkers, visits, ways = question
    far, lasts = ways.seconds.tolist(), [visit.seconds for visit in visits] + [0] * len(walkers)
    manager = pywrapcp.RoutingIndexManager(len(lasts), len(walkers), [walker.home for walker in walkers], [walker.home for walker in walkers])
    routing = pywrapcp.RoutingModel(manager)
    walk = routing.RegisterTransitCallback(lambda one, two: far[manager.IndexToNode(one)][manager.IndexToNode(two)])
    busy = routing.RegisterTransitCallback(lambda one, two: far[manager.IndexToNode(one)][manager.IndexToNode(two)] + lasts[manager.IndexToNode(one)])
    count = routing.RegisterUnaryTransitCallback(lambda one: int(manager.IndexToNode(one) < len(visits)))
    routing.SetArcCostEvaluatorOfAllVehicles(walk)
    routing.AddDimension(busy, 24 * HOUR, 24 * HOUR, False, "time")
    routing.AddDimensionWithVehicleCapacity(count, 0, [walker.most for walker in walkers], True, "count")
    clock = routing.GetDimensionOrDie("time")
    for visit in visits:
        index = manager.NodeToIndex(visit.place)
        clock.CumulVar(index).SetRange(*visit.windows[0])
        routing.VehicleVar(index).SetValues([-1, *(row for row, walker in enumerate(walkers) if able(walker, visit))])
        routing.AddDisjunction([index], UNSERVED * visit.priority)
    for row, walker in enumerate(walkers):
        clock.CumulVar(routing.Start(row)).SetRange(walker.opens, walker.closes)
        clock.CumulVar(routing.End(row)).SetRange(walker.opens, walker.closes)
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    how.time_limit.FromSeconds(seconds)
    answer = routing.SolveWithParameters(how)
    days: dict[int, list[int]] = {}
    for row in range(len(walkers)):
        index = answer.Value(routing.NextVar(routing.Start(row)))
        while not routing.IsEnd(index):
            days.setdefault(row, []).append(manager.IndexToNode(index))
            index = answer.Value(routing.NextVar(index))
    return _plan(question, days)


def _plan(question: Any, days: dict[int, list[int]]) -> Plan:
    from chunshui.matching.routes import Why

    walkers, visits, ways = question
    routes = tuple(walked(walkers[row], [visits[at] for at in day], ways) for row, day in sorted(days.items()))
    served = {stop.visit_id for route in routes for stop in route.stops}
    return Plan(routes, {visit.id: Why.TAKEN for visit in visits if visit.id not in served})


ENGINES = {"one visit each": by_one_each, "VROOM": by_vroom, "OR-Tools": by_ortools}


def _run(engine: str, budget: int, size: tuple[int, int, int], out: Any) -> None:
    question = afternoon(size[0], size[1], doubles=size[2])
    if engine == "VROOM":
        plan(*afternoon(4, 3, doubles=1), level=0)  # loads the libraries, compiles nothing that is kept on disk
    wall, cpu = time.perf_counter(), time.process_time()
    found = ENGINES[engine](question, budget)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    visits = question[1]
    faults = check_routes(*question, found)
    out.put((len(visits) - len(found.left), len(found.routes), cost(visits, found), wall, cpu, faults[:1]))


def measured(engine: str, budget: int, size: tuple[int, int, int]) -> tuple[Any, ...]:
    fresh = multiprocessing.get_context("spawn")
    out = fresh.Queue()
    process = fresh.Process(target=_run, args=(engine, budget, size, out))
    process.start()
    found = out.get(timeout=300)
    process.join()
    return tuple(found)


def routes_table(size: tuple[int, int, int], runs: list[tuple[str, int, str]]) -> None:
    print(f"\n{size[0]} orders, {size[1]} volunteers, {size[2]} for two people; cost = seconds walked + {UNSERVED} × priority of who is left")
    print("| engine | budget | served | people | cost | to the best | wall s | CPU s | referee |")
    print("|" + " --- |" * 9)
    found = [(name, words, measured(name, budget, size)) for name, budget, words in runs]
    best = min(row[2][2] for row in found)
    for name, words, (served, people, price, wall, cpu, faults) in found:
        ratio = f"{price / best:.3f}"
        print(f"| {name} | {words} | {served} | {people} | {price:,} | {ratio} | {wall:.2f} | {cpu:.2f} | {faults[0] if faults else 'right'} |")


def homecare(name: str) -> tuple[Any, Carers, list[Door]]:
    told = json.loads(STORED.read_text(encoding="utf-8"))["instances"][name]
    points = np.array([told["depot"], *(patient[:2] for patient in told["patients"])], dtype=float)
    far = np.round(np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1)), 3)
    doors = []
    for place, (_x, _y, opens, closes, services, *gap) in enumerate(told["patients"], 1):
        can = tuple(tuple(row for row, skills in enumerate(told["carers"]) if service in skills) for service in services)
        doors.append(Door(place, opens, closes, (float(told["lasts"]),) * len(services), can, tuple(gap) or (0.0, 0.0)))
    many = len(told["carers"])
    return far, Carers((0,) * many, (0.0,) * many, (1e9,) * many), doors


def homecare_table(prove: bool) -> None:
    print("\nhome care with two at one door; cost = (way + lateness + worst lateness) / 3")
    print(
        "| instance | best known | ours, seeds 1–3 | worst gap | CPU s a run | referee | proven here |\n| --- | --- | --- | --- | --- | --- | --- |"
    )
    settle(*homecare("10_1"), Price(THIRD, THIRD, THIRD), runs=1)
    for name, best in BEST.items():
        question = homecare(name)
        begun = time.process_time()
        found = [settle(*question, Price(THIRD, THIRD, THIRD), seed=seed) for seed in (1, 2, 3)]
        took = (time.process_time() - begun) / 3
        worst = max(each.cost for each in found)
        faults = [fault for each in found for fault in check(*question, each)]
        proof = proven(question) if prove and name.startswith("10_") else ""
        said = " ".join(f"{each.cost:.3f}" for each in found)
        print(f"| {name} | {best:.3f} | {said} | {100 * (worst / best - 1):.2f} % | {took:.1f} | {faults[0] if faults else 'right'} | {proof} |")


def proven(question: Any, seconds: int = 120) -> str:
    """The optimum by CP-SAT on thousandths, or the bound reached: circuits of optional visits with times."""
    from ortools.sat.python import cp_model

    far, carers, doors = question
    scale, horizon = 1000, 2_000_000
    model = cp_model.CpModel()
    ways = np.rint(far * scale).astype(int).tolist()
    tasks = [(at, service) for at, door in enumerate(doors) for service in range(len(door.lasts))]
    start = {task: model.new_int_var(int(doors[task[0]].opens * scale), horizon, f"s{task}") for task in tasks}
    late = {task: model.new_int_var(0, horizon, f"l{task}") for task in tasks}
    worst, walk = model.new_int_var(0, horizon, "worst"), []
    takes: dict[tuple[tuple[int, int], int], Any] = {}
    for row in range(len(carers.homes)):
        mine = [task for task in tasks if row in doors[task[0]].able[task[1]]]
        arcs = [(0, 0, model.new_bool_var(f"idle{row}"))]
        for number, task in enumerate(mine, 1):
            takes[task, row] = model.new_bool_var(f"t{task}{row}")
            arcs.append((number, number, ~takes[task, row]))
            place, lasts = doors[task[0]].place, int(doors[task[0]].lasts[task[1]] * scale)
            out, home = model.new_bool_var(""), model.new_bool_var("")
            arcs += [(0, number, out), (number, 0, home)]
            walk += [ways[0][place] * out, ways[place][0] * home]
            model.add(start[task] >= ways[0][place]).only_enforce_if(out)
            for other_number, other in enumerate(mine, 1):
                if other[0] != task[0]:
                    arc, there = model.new_bool_var(""), doors[other[0]].place
                    arcs.append((number, other_number, arc))
                    walk.append(ways[place][there] * arc)
                    model.add(start[other] >= start[task] + lasts + ways[place][there]).only_enforce_if(arc)
        model.add_circuit(arcs)
    for task in tasks:
        model.add_exactly_one(takes[task, row] for row in range(len(carers.homes)) if (task, row) in takes)
        model.add(late[task] >= start[task] - int(doors[task[0]].closes * scale))
        model.add(worst >= late[task])
    for at, door in enumerate(doors):
        if len(door.lasts) == 2:
            apart = start[at, 1] - start[at, 0]
            model.add(apart >= int(door.gap[0] * scale))
            model.add(apart <= int(door.gap[1] * scale))
    model.minimize(sum(walk) + sum(late.values()) + worst)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    found = solver.objective_value / scale / 3
    return f"optimum {found:.3f}" if status == cp_model.OPTIMAL else f"{found:.3f}, at least {solver.best_objective_bound / scale / 3:.3f}"


def run(prove: bool, long: bool) -> int:
    vroom = [("VROOM", level, f"level {level}") for level in (0, 1, 3, 5)]
    ortools = [("OR-Tools", seconds, f"{seconds} s") for seconds in ((1, 10, 60) if long else (1, 10))]
    routes_table((100, 60, 0), [("one visit each", 0, ""), *vroom, *ortools])
    routes_table((100, 60, 6), vroom[:3])
    routes_table((300, 150, 0), vroom if long else vroom[:3])
    homecare_table(prove)
    return 0
