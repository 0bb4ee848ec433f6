"""Who may go where: every feasible pair of the made-up district, nearest first, and who knows whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.compiled import kernel
from chunshui.matching.simulate.world import DAY_SLOTS, Floats, Ints, Orders, People, World

REACH_M = 3000.0
CELL_M = 1000.0
WEEK_SLOTS = 7 * DAY_SLOTS
KNOWN_SHARE, MOST_KNOWN = 0.35, 3


@dataclass(frozen=True, slots=True)
class Pairs:
    """Those of order r are `offsets[r]:offsets[r + 1]`, nearest first."""

    offsets: Ints
    order: Ints
    person: Ints
    metres: Floats
    known: NDArray[np.bool_]
    """Knows the resident from before."""


@dataclass(frozen=True, slots=True)
class Grid:
    side: int
    origin: float
    starts: Ints
    people: Ints


def find(world: World) -> Pairs:
    grid = _grid(world.people, world.shape.side_m)
    offsets, person, metres = _search(world.people, world.orders, grid)
    order = np.repeat(np.arange(world.orders.slot.size), np.diff(offsets))
    by_distance = np.lexsort((person, metres, order))
    person, metres = person[by_distance], metres[by_distance]
    return Pairs(offsets, order, person, metres, _known(world, order, person))


def _grid(people: People, side_m: float) -> Grid:
    """People by square kilometre; those outside the map are counted at its edge."""
    origin = -2 * CELL_M
    side = int((side_m + 4 * CELL_M) // CELL_M) + 1
    cell = _cells(people.x, people.y, origin, side)
    return Grid(side, origin, np.searchsorted(np.sort(cell), np.arange(side * side + 1)).astype(np.int64), np.argsort(cell, kind="stable"))


def _cells(x: Floats, y: Floats, origin: float, side: int) -> Ints:
    across = np.clip((x - origin) // CELL_M, 0, side - 1).astype(np.int64)
    up = np.clip((y - origin) // CELL_M, 0, side - 1).astype(np.int64)
    return up * side + across


def _search(people: People, orders: Orders, grid: Grid) -> tuple[Ints, Ints, Floats]:
    cell = _cells(orders.x, orders.y, grid.origin, grid.side)
    hour = np.uint64(1) << (orders.slot % WEEK_SLOTS).astype(np.uint64)
    given = (people.x, people.y, people.word, people.hours, people.reach, orders.x, orders.y, orders.word, hour, cell)
    nothing = (np.zeros(0, dtype=np.int64), np.zeros(0))
    count = _scan(*given, grid.side, grid.starts, grid.people, np.zeros(1, dtype=np.int64), *nothing)
    offsets = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(count)))
    person, metres = np.empty(offsets[-1], dtype=np.int64), np.empty(offsets[-1])
    _scan(*given, grid.side, grid.starts, grid.people, offsets, person, metres)
    return offsets, person, metres


@kernel
def _scan(
    px: Floats, py: Floats, have: NDArray[np.uint64], hours: NDArray[np.uint64], reach: Floats,
    ox: Floats, oy: Floats, need: NDArray[np.uint64], hour: NDArray[np.uint64], cell: Ints,
    side: int, starts: Ints, people: Ints, offsets: Ints, person: Ints, metres: Floats,
) -> Ints:  # fmt: skip
    """Count the feasible people of each order; write them too when there is room for them."""
    count = np.zeros(ox.size, dtype=np.int64)
    for r in range(ox.size):
        up, across = divmod(cell[r], side)
        for row in range(max(0, up - 3), min(side, up + 4)):
            for at in range(starts[row * side + max(0, across - 3)], starts[row * side + min(side - 1, across + 3) + 1]):
                p = people[at]
                if (have[p] & need[r]) != need[r] or (hours[p] & hour[r]) == 0:
                    continue
                away = np.hypot(px[p] - ox[r], py[p] - oy[r])
                if away <= min(reach[p], REACH_M):
                    if person.size > 0:
                        person[offsets[r] + count[r]] = p
                        metres[offsets[r] + count[r]] = away
                    count[r] += 1
    return count


def _known(world: World, order: Ints, person: Ints) -> NDArray[np.bool_]:
    """Something over a third of the residents know one to three people who could have come to one of their orders."""
    dice = np.random.default_rng(world.seed + 1_000_003)
    resident = world.orders.resident[order]
    residents = int(world.orders.resident.max(initial=-1)) + 1
    has = dice.random(residents) < KNOWN_SHARE
    wish = dice.integers(1, MOST_KNOWN + 1, residents)
    luck = dice.random(order.size)
    by_luck = np.lexsort((luck, resident))
    first = np.searchsorted(resident[by_luck], np.arange(residents))
    rank = np.empty(order.size, dtype=np.int64)
    rank[by_luck] = np.arange(order.size) - first[resident[by_luck]]
    friend = has[resident] & (rank < wish[resident])
    people = int(person.max(initial=0)) + 1
    key = resident * people + person
    known: NDArray[np.bool_] = np.isin(key, np.unique(key[friend]))
    return known
