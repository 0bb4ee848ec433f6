"""Two carers at one door at one time, or one some time after the other: simulated annealing that cannot leave the rules.

A plan is one order of all visits and a carer for each service. The decoder walks through the order and lets every
service begin as early as its carers can be there, so every order gives a plan that can be walked; only lateness costs.
The search changes the order and the carers. The same seed gives the same plan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.compiled import kernel

STEPS_A_DOOR = 60_000
"""Changes tried for each visit, in each of the runs."""
RUNS = 4
EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Door:
    """A visit of one or two services. `able` names, for each service, the rows of the carers who can give it.

    The second begins between `gap[0]` and `gap[1]` after the first; (0, 0) is together. Both want to begin in opens–closes.
    """

    place: int
    opens: float
    closes: float
    lasts: tuple[float, ...]
    able: tuple[tuple[int, ...], ...]
    gap: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        if not 1 <= len(self.lasts) <= 2 or len(self.able) != len(self.lasts):
            raise ValueError("Door: one or two services, each with those who can give it")
        if not all(self.able) or (len(self.able) == 2 and len(set(self.able[0]) | set(self.able[1])) < 2):
            raise ValueError(f"Door at place {self.place}: nobody can give it")
        if not 0 <= self.gap[0] <= self.gap[1]:
            raise ValueError(f"Door at place {self.place}: gap {self.gap}")


@dataclass(frozen=True, slots=True)
class Carers:
    """Where each begins and ends the day, and from when to when. Coming home after `closes` counts as late."""

    homes: tuple[int, ...]
    opens: tuple[float, ...]
    closes: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """What a unit of walking, of lateness (summed), and of the worst lateness costs."""

    walk: float = 1.0
    late: float = 1.0
    latest: float = 1.0


@dataclass(frozen=True, slots=True)
class Settled:
    """For each door the carers and the beginnings of its services; doors in the order in which they are visited."""

    order: tuple[int, ...]
    carers: tuple[tuple[int, ...], ...]
    starts: tuple[tuple[float, ...], ...]
    walk: float
    late: float
    latest: float
    cost: float


@dataclass(frozen=True, slots=True)
class _Arrays:
    """The problem as the search reads it."""

    far: NDArray[np.float64]
    homes: NDArray[np.int64]
    shifts: NDArray[np.float64]
    place: NDArray[np.int64]
    window: NDArray[np.float64]
    lasts: NDArray[np.float64]
    gap: NDArray[np.float64]
    double: NDArray[np.bool_]
    able: NDArray[np.int64]
    many: NDArray[np.int64]
    price: NDArray[np.float64]


def settle(far: NDArray[np.float64], carers: Carers, doors: Sequence[Door], price: Price, *, seed: int = 1, runs: int = RUNS) -> Settled:
    """The best plan found; `far` are the ways between places, in the unit of all times."""
    arrays = _arrays(far, carers, doors, price)
    best: tuple[float, NDArray[np.int64], NDArray[np.int64]] | None = None
    for run in range(runs if doors else 0):
        order, who = _first(arrays, doors)
        cost = _anneal(*_parts(arrays), order, who, STEPS_A_DOOR * len(doors), np.uint64(1_000_003 * seed + run))  # type: ignore[call-arg]
        if best is None or cost < best[0] - EPSILON:
            best = cost, order, who
    return _described(arrays, best[1], best[2], price) if best else Settled((), (), (), 0.0, 0.0, 0.0, 0.0)


def _arrays(far: NDArray[np.float64], carers: Carers, doors: Sequence[Door], price: Price) -> _Arrays:
    many = np.array([[len(each) for each in door.able] + [0] * (2 - len(door.able)) for door in doors], dtype=np.int64).reshape(-1, 2)
    able = np.zeros((len(doors), 2, max(1, int(many.max(initial=1)))), dtype=np.int64)
    for at, door in enumerate(doors):
        for service, names in enumerate(door.able):
            able[at, service, : len(names)] = names
    return _Arrays(
        far=np.ascontiguousarray(far, dtype=np.float64),
        homes=np.array(carers.homes, dtype=np.int64),
        shifts=np.array([carers.opens, carers.closes], dtype=np.float64),
        place=np.array([door.place for door in doors], dtype=np.int64),
        window=np.array([(door.opens, door.closes) for door in doors], dtype=np.float64).reshape(-1, 2),
        lasts=np.array([(*door.lasts, 0.0)[:2] for door in doors], dtype=np.float64).reshape(-1, 2),
        gap=np.array([door.gap for door in doors], dtype=np.float64).reshape(-1, 2),
        double=np.array([len(door.lasts) == 2 for door in doors], dtype=np.bool_),
        able=able,
        many=many,
        price=np.array([price.walk, price.late, price.latest], dtype=np.float64),
    )


def _parts(arrays: _Arrays) -> tuple[NDArray[np.float64], ...]:
    return tuple(getattr(arrays, name) for name in _Arrays.__slots__)


def _first(arrays: _Arrays, doors: Sequence[Door]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """By the end of the windows, the visits handed round among those who are able."""
    order = np.argsort(arrays.window[:, 1], kind="stable").astype(np.int64)
    who = np.full((len(doors), 2), -1, dtype=np.int64)
    for turn, at in enumerate(order):
        names = doors[at].able
        who[at, 0] = names[0][turn % len(names[0])]
        if len(names) == 2:
            others = [name for name in names[1] if name != who[at, 0]]
            if not others:
                who[at, 0] = next(name for name in names[0] if name != names[1][0])
                others = list(names[1])
            who[at, 1] = others[turn % len(others)]
    return order, who


def _described(arrays: _Arrays, order: NDArray[np.int64], who: NDArray[np.int64], price: Price) -> Settled:
    starts = np.zeros((len(order), 2))
    walk, late, latest = _decode(*_parts(arrays)[:-3], order, who, starts)  # type: ignore[call-arg]
    services = [1 + int(double) for double in arrays.double]
    return Settled(
        order=tuple(int(at) for at in order),
        carers=tuple(tuple(int(one) for one in who[at, : services[at]]) for at in range(len(order))),
        starts=tuple(tuple(float(one) for one in starts[at, : services[at]]) for at in range(len(order))),
        walk=walk,
        late=late,
        latest=latest,
        cost=price.walk * walk + price.late * late + price.latest * latest,
    )


@kernel
def _decode(far, homes, shifts, place, window, lasts, gap, double, order, who, starts):  # type: ignore[no-untyped-def]  # noqa: PLR0915  one hot loop
    """Every service as early as its carers can be there; what was walked, and how late it became."""
    free, here = shifts[0].copy(), homes.copy()
    walk, late, latest = 0.0, 0.0, 0.0
    for turn in range(order.size):
        at = order[turn]
        where, one = place[at], who[at, 0]
        walk += far[here[one], where]
        first = max(free[one] + far[here[one], where], window[at, 0])
        here[one] = where
        if double[at]:
            two = who[at, 1]
            walk += far[here[two], where]
            second = max(max(free[two] + far[here[two], where], window[at, 0]), first + gap[at, 0])
            first = max(first, second - gap[at, 1])
            here[two] = where
            free[two] = second + lasts[at, 1]
            starts[at, 1] = second
            over = second - window[at, 1]
            if over > 0.0:
                late += over
                latest = max(latest, over)
        free[one] = first + lasts[at, 0]
        starts[at, 0] = first
        over = first - window[at, 1]
        if over > 0.0:
            late += over
            latest = max(latest, over)
    for one in range(homes.size):
        back = far[here[one], homes[one]]
        walk += back
        over = free[one] + back - shifts[1, one]
        if over > 0.0 and here[one] != homes[one]:
            late += over
            latest = max(latest, over)
    return walk, late, latest


@kernel
def _anneal(far, homes, shifts, place, window, lasts, gap, double, able, many, price, order, who, steps, seed):  # type: ignore[no-untyped-def]  # noqa: PLR0915  one hot loop
    """Change `order` and `who` in place to the best that was met; its cost."""
    starts = np.zeros((order.size, 2))
    walk, late, latest = _decode(far, homes, shifts, place, window, lasts, gap, double, order, who, starts)
    now = price[0] * walk + price[1] * late + price[2] * latest
    best, best_order, best_who = now, order.copy(), who.copy()
    kept_order, kept_who = order.copy(), who.copy()
    state = np.array([seed ^ np.uint64(0x9E3779B97F4A7C15)], dtype=np.uint64)
    hot = 0.06 * (price[0] * walk + 1.0) * 0.5
    cold = hot / 2000.0
    cooling = (cold / hot) ** (1.0 / steps)
    heat = hot
    for _step in range(steps):
        kept_order[:] = order
        kept_who[:] = who
        _change(order, who, double, able, many, state)
        walk, late, latest = _decode(far, homes, shifts, place, window, lasts, gap, double, order, who, starts)
        cost = price[0] * walk + price[1] * late + price[2] * latest
        if cost <= now or _chance(state) < math.exp((now - cost) / heat):
            now = cost
            if now < best - 1e-9:
                best = now
                best_order[:] = order
                best_who[:] = who
        else:
            order[:] = kept_order
            who[:] = kept_who
        heat *= cooling
    order[:] = best_order
    who[:] = best_who
    return best


@kernel
def _change(order, who, double, able, many, state):  # type: ignore[no-untyped-def]
    """Move one visit in the order, exchange two, give a service to another carer, or move and give at once."""
    kind, size = _chance(state), order.size
    turn = int(_chance(state) * size)
    if kind < 0.35 or kind >= 0.75:
        reach = size if _chance(state) < 0.3 else min(size, 6)
        other = (turn + 1 + int(_chance(state) * (reach - 1 if reach > 1 else 1))) % size
        if reach < size and _chance(state) < 0.5:
            other = (turn - 1 - int(_chance(state) * (reach - 1))) % size
        _move(order, turn, other)
        turn = other
    elif kind < 0.45:
        other = int(_chance(state) * size)
        order[turn], order[other] = order[other], order[turn]
    if kind >= 0.45:
        _hand(who, order[turn], double, able, many, state)


@kernel
def _move(order, turn, other):  # type: ignore[no-untyped-def]
    moved = order[turn]
    if turn < other:
        for at in range(turn, other):
            order[at] = order[at + 1]
    else:
        for at in range(turn, other, -1):
            order[at] = order[at - 1]
    order[other] = moved


@kernel
def _hand(who, at, double, able, many, state):  # type: ignore[no-untyped-def]
    """Another carer for one service of a door; never the same person for both."""
    service = 1 if double[at] and _chance(state) < 0.5 else 0
    name = able[at, service, int(_chance(state) * many[at, service])]
    if double[at] and name == who[at, 1 - service]:
        given = who[at, service]
        for held in range(many[at, 1 - service]):
            if able[at, 1 - service, held] == given:
                who[at, 1 - service], who[at, service] = given, name
        return
    who[at, service] = name


@kernel
def _chance(state):  # type: ignore[no-untyped-def]
    """0 ≤ a number < 1 (xorshift)."""
    one = state[0]
    one ^= one << np.uint64(13)
    one ^= one >> np.uint64(7)
    one ^= one << np.uint64(17)
    state[0] = one
    return float(one >> np.uint64(11)) / 9007199254740992.0


def check(far: NDArray[np.float64], carers: Carers, doors: Sequence[Door], settled: Settled) -> list[str]:
    """What is wrong with a plan, told without the decoder: [] when every carer can walk it and the sums are right."""
    faults: list[str] = []
    days: dict[int, list[tuple[float, float, int]]] = {}
    late: list[float] = []
    for at, (door, who, starts) in enumerate(zip(doors, settled.carers, settled.starts, strict=True)):
        faults += _door_faults(at, door, who, starts)
        for name, start, lasts in zip(who, starts, door.lasts, strict=True):
            days.setdefault(name, []).append((start, start + lasts, door.place))
            late.append(max(0.0, start - door.closes))
    walk = 0.0
    for name, day in sorted(days.items()):
        until, here = carers.opens[name], carers.homes[name]
        for start, end, place in sorted(day):
            walk += float(far[here, place])
            if start < until + far[here, place] - EPSILON:
                faults.append(f"carer {name}: cannot be at place {place} by {start:g}")
            until, here = end, place
        walk += float(far[here, carers.homes[name]])
        late.append(max(0.0, until + float(far[here, carers.homes[name]]) - carers.closes[name]))
    told = (("walk", walk, settled.walk), ("late", sum(late), settled.late), ("latest", max(late, default=0.0), settled.latest))
    return faults + [f"{name}: {said:g} said, {true:g} counted" for name, true, said in told if abs(true - said) > 1e-3]


def _door_faults(at: int, door: Door, who: tuple[int, ...], starts: tuple[float, ...]) -> list[str]:
    faults = [
        f"door {at}: carer {name} cannot give service {n}" for n, (name, able) in enumerate(zip(who, door.able, strict=True)) if name not in able
    ]
    if len(set(who)) < len(who):
        faults.append(f"door {at}: one carer for two services")
    if min(starts) < door.opens - EPSILON:
        faults.append(f"door {at}: begins before it opens")
    if len(starts) == 2 and not door.gap[0] - EPSILON <= starts[1] - starts[0] <= door.gap[1] + EPSILON:
        faults.append(f"door {at}: {starts[1] - starts[0]:g} between its services")
    return faults
