"""An afternoon on foot: who visits whom, in what order, from home to home.

    plan(walkers, visits, ways)   the routes, what is left over, and why

Routes are found by VROOM; visits that need two people at the door at the same time are settled first, by annealing
(see `paired`), and stand as fixed hours in the rest. `referee` tells what is wrong with a plan, without the solver.
All times are whole seconds on one clock, places are rows of `ways`. The same question gets the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from chunshui.matching import paired
from chunshui.matching.afternoon import Pace, Plan, Route, Stop, Visit, Walker, Why, Window, able, late, walked
from chunshui.matching.ways import Roads, Ways

__all__ = ["Pace", "Plan", "Route", "Stop", "Visit", "Walker", "Why", "able", "plan", "walked", "warm"]

QUICK, THOROUGH = 1, 3
"""VROOM's levels for an answer on a page, and for one that may take seconds."""
AGREED = 100
PRIORITIES = (5, 10, 20, 40)
"""What a visit of priority 1..4 weighs against others when not all can be made; one that was agreed weighs `AGREED`."""
LATE_PRICE = 1000.0
FEW = 5
"""Stops of a day of which every order is tried."""


def plan(walkers: Sequence[Walker], visits: Sequence[Visit], ways: Ways, *, level: int = QUICK, grid: int = 1, pause: int = 0, seed: int = 1) -> Plan:
    """Serve by priority, then walk as little as possible. What was agreed stays with those who agreed, if it can be kept at all.

    Every way is given whole multiples of `grid` seconds, so that visits begin at hours that can be said, and from door to door
    at least `pause` seconds.
    """
    _check_question(walkers, visits, ways)
    pace = Pace(grid, pause)
    slow = pace.slow(ways, [visit.place for visit in visits])
    jobs, lost = _jobs(walkers, visits, slow, seed)
    made = _solved(walkers, jobs, slow, ways, level)
    broken = {job.visit.id for job in jobs if len(made.get(job.visit.id, ())) not in (0, job.visit.people)}
    if broken:
        jobs = [job for job in jobs if job.visit.id not in broken]
        made = _solved(walkers, jobs, slow, ways, level)
    routes = _routes(walkers, jobs, ways, made, pace)
    served = {stop.visit_id for route in routes for stop in route.stops}
    return Plan(routes, {visit.id: lost.get(visit.id) or _why(walkers, visit, slow) for visit in visits if visit.id not in served})


def _check_question(walkers: Sequence[Walker], visits: Sequence[Visit], ways: Ways) -> None:
    for name, ids in (("walkers", [one.id for one in walkers]), ("visits", [one.id for one in visits])):
        if len(set(ids)) < len(ids):
            raise ValueError(f"{name}: an id stands there twice")
    places = [one.home for one in walkers] + [one.place for one in visits]
    if places and not 0 <= min(places) <= max(places) < len(ways):
        raise ValueError(f"place {max(places)}: there are ways between {len(ways)} places")


@dataclass(frozen=True, slots=True)
class _Job:
    """One person's part of a visit: who may make it, and when it may begin."""

    visit: Visit
    rows: tuple[int, ...]
    windows: tuple[Window, ...]
    priority: int


def _jobs(walkers: Sequence[Walker], visits: Sequence[Visit], ways: Ways, seed: int) -> tuple[list[_Job], dict[int, Why]]:
    """A job for each single visit, two of the same hour for each visit of two; the others with the reason."""
    jobs, lost = [], {}
    for visit in visits:
        if visit.people == 1:
            rows = tuple(row for row, walker in enumerate(walkers) if able(walker, visit))
            if rows:
                jobs.append(_Job(visit, rows, visit.windows, AGREED if visit.agreed else PRIORITIES[visit.priority - 1]))
    doubles = [visit for visit in visits if visit.people == 2]
    for visit, (rows, start) in _settled(walkers, doubles, ways, seed).items():
        jobs += [_Job(visit, (row,), ((start, start),), AGREED) for row in rows]
    settled = {job.visit.id for job in jobs}
    for visit in doubles:
        if visit.id not in settled:
            lost[visit.id] = _why(walkers, visit, ways)
    return jobs, lost


def _settled(walkers: Sequence[Walker], doubles: Sequence[Visit], ways: Ways, seed: int) -> dict[Visit, tuple[tuple[int, ...], int]]:
    """For the visits of two: the two rows and the second at which both begin. What would be late is left out, the least urgent first."""
    carers = paired.Carers(*(tuple(getattr(one, name) for one in walkers) for name in ("home", "opens", "closes")))
    doors = {visit: door for visit in doubles if (door := _door(walkers, visit)) is not None}
    while doors:
        names = list(doors)
        found = paired.settle(ways.seconds.astype(float), carers, list(doors.values()), paired.Price(1.0, LATE_PRICE, LATE_PRICE), seed=seed, runs=1)
        late = [visit for visit, starts in zip(names, found.starts, strict=True) if starts[0] > visit.windows[0][1]]
        wrong = late or (names if found.late > 0 else _crowded(walkers, names, found))
        if not wrong:
            return {visit: (found.carers[at], round(found.starts[at][0])) for at, visit in enumerate(names)}
        del doors[min(wrong, key=lambda visit: (bool(visit.agreed), visit.priority, -visit.id))]
    return {}


def _crowded(walkers: Sequence[Walker], names: Sequence[Visit], found: paired.Settled) -> list[Visit]:
    """Visits of somebody who would make more than they wish."""
    made: dict[int, list[Visit]] = {}
    for visit, rows in zip(names, found.carers, strict=True):
        for row in rows:
            made.setdefault(row, []).append(visit)
    return [visit for row, mine in made.items() if len(mine) > walkers[row].most for visit in mine]


def _door(walkers: Sequence[Walker], visit: Visit) -> paired.Door | None:
    """The visit for the search of pairs: its first window; whoever agreed is one of the two."""
    rows = [row for row, walker in enumerate(walkers) if able(walker, visit)]
    agreed = [row for row in rows if walkers[row].id in visit.agreed]
    first = agreed[:1] or rows
    second = agreed[1:] or [row for row in rows if row not in agreed]
    if not first or not second or len(set(first) | set(second)) < 2:
        return None
    opens, closes = visit.windows[0]
    return paired.Door(visit.place, opens, closes, (visit.seconds, visit.seconds), (tuple(first), tuple(second)))


def _solved(walkers: Sequence[Walker], jobs: Sequence[_Job], slow: Ways, ways: Ways, level: int) -> dict[int, dict[int, list[int]]]:
    """Visit id → row → its place in that row's day, as VROOM answers."""
    import vroom  # a quarter of a second and 40 MB, for nobody but who plans a route

    if not jobs or not walkers:
        return {}
    question = vroom.Input()
    question.set_durations_matrix("foot", slow.seconds)
    question.set_costs_matrix("foot", ways.seconds)
    may: dict[int, set[int]] = {row: set() for row in range(len(walkers))}
    for number, job in enumerate(jobs):
        for row in job.rows:
            may[row].add(number)
        windows = [vroom.TimeWindow(*window) for window in job.windows]
        question.add_job(
            vroom.Job(number, job.visit.place, default_service=job.visit.seconds, skills={number}, priority=job.priority, time_windows=windows)
        )
    for row, walker in enumerate(walkers):
        if may[row] and walker.most > 0:
            day = vroom.TimeWindow(walker.opens, walker.closes)
            home = {"start": walker.home, "end": walker.home, "profile": "foot"}
            question.add_vehicle(vroom.Vehicle(row, skills=may[row], time_window=day, max_tasks=walker.most, **home))
    if not any(may[row] and walker.most > 0 for row, walker in enumerate(walkers)):
        return {}
    answer = question.solve(exploration_level=level, nb_threads=1).routes
    steps = answer[answer["type"] == "job"]
    made: dict[int, dict[int, list[int]]] = {}
    for at, (row, number) in enumerate(zip(steps["vehicle_id"], steps["id"], strict=True)):
        made.setdefault(jobs[int(number)].visit.id, {}).setdefault(int(row), []).append(at)
    return made


def _routes(walkers: Sequence[Walker], jobs: Sequence[_Job], ways: Ways, made: dict[int, dict[int, list[int]]], pace: Pace) -> tuple[Route, ...]:
    """Each walker's day from the order of their visits."""
    windows = {job.visit.id: job.windows for job in jobs}
    visits = {job.visit.id: job.visit for job in jobs}
    days: dict[int, list[tuple[int, int]]] = {}
    for visit_id, rows in made.items():
        for row, places in rows.items():
            days.setdefault(row, []).append((places[0], visit_id))
    return tuple(
        _first_of_equals(walkers[row], [replace(visits[visit_id], windows=windows[visit_id]) for _, visit_id in sorted(day)], ways, pace)
        for row, day in sorted(days.items())
    )


def _first_of_equals(walker: Walker, day: list[Visit], ways: Ways, pace: Pace) -> Route:
    """Of a day there and the same day backwards VROOM finds now this, now that: of all orders that can be kept, the shortest, then the first."""
    orders: Iterable[Sequence[Visit]] = permutations(day) if len(day) <= FEW else (day, day[::-1])
    found = [walked(walker, order, ways, pace) for order in orders]
    kept = [route for route in found if _can_be_kept(walker, route, day)]
    return min(kept or [walked(walker, day, ways, pace)], key=lambda route: (route.walk, [stop.visit_id for stop in route.stops]))


def _can_be_kept(walker: Walker, route: Route, day: Sequence[Visit]) -> bool:
    by_id = {visit.id: visit for visit in day}
    return route.stops[-1].leave + route.home_walk <= walker.closes and not any(late(by_id[stop.visit_id], stop.start) for stop in route.stops)


def _why(walkers: Sequence[Walker], visit: Visit, ways: Ways) -> Why:
    """Why a visit is left over: the mildest thing that could be said of the best placed."""
    fit = [walker for walker in walkers if able(walker, visit)]
    if len(fit) < visit.people:
        return Why.NOBODY
    free = [walker for walker in fit if _alone(walker, visit, ways)]
    return Why.TAKEN if len(free) >= visit.people else Why.NO_TIME


def _alone(walker: Walker, visit: Visit, ways: Ways) -> bool:
    """Could this walker make it if there were nothing else to do?"""
    if walker.most < 1:
        return False
    route = walked(walker, [visit], ways)
    stop = route.stops[0]
    return not late(visit, stop.start) and stop.leave + route.home_walk <= walker.closes


def warm() -> None:
    """Compile or load the loops that a route may need, before somebody waits for them."""
    ground = Roads.of([[(0.0, 0.0), (100.0, 0.0)]], 0.0).ways([0.0, 100.0], [0.0, 0.0])
    carers, door = paired.Carers((0, 0), (0.0, 0.0), (1e6, 1e6)), paired.Door(1, 0.0, 1e5, (1.0, 1.0), ((0,), (1,)))
    paired.settle(ground.seconds.astype(float), carers, [door], paired.Price(), runs=1)
