"""After any sequence of changes the standing optimum equals a fresh solve, and its prices prove it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chunshui.matching import flow
from chunshui.matching.flow import Arcs, Limits
from chunshui.matching.standing import Standing
from tests.matching.test_flow import STEPS, instance

PEOPLE, WANTED = 9, 14


class Plain:
    """The same changes written down, to be solved afresh each time."""

    def __init__(self, seed: int) -> None:
        self.arcs, self.limits, self.places, self.penalties = instance(seed, WANTED, PEOPLE, 4)
        self.inside: list[int] = []
        self.barred: set[tuple[int, int]] = set()
        self.gone: set[int] = set()
        self.locked: list[int] = []

    def part(self, order: int) -> tuple[Arcs, Limits]:
        return self._keep(self.arcs.order == order)

    def _keep(self, which: np.ndarray) -> tuple[Arcs, Limits]:
        limits = self.limits
        return self.arcs.keep(which), Limits(limits.day_used[which], limits.day_limit[which], limits.week_left[which], limits.steps)

    def objective(self) -> int:
        """Locked visits take their moment, a step of the day and one of the week, and cost nothing."""
        day, week = self.arcs.start // 1440, (self.arcs.start // 1440 + 3) // 7
        used, left, places = self.limits.day_used.copy(), self.limits.week_left.copy(), self.places.copy()
        open_ones = np.isin(self.arcs.order, self.inside) & ~np.isin(self.arcs.row, list(self.gone))
        for at in range(len(self.arcs)):
            open_ones[at] &= (int(self.arcs.order[at]), int(self.arcs.row[at])) not in self.barred
        for at in self.locked:
            mine = self.arcs.row == self.arcs.row[at]
            used[mine & (day == day[at])] += 1
            left[mine & (week == week[at])] -= 1
            open_ones &= ~((self.arcs.group == self.arcs.group[at]) | (mine & (self.arcs.order == self.arcs.order[at])))
            places[self.arcs.order[at]] -= 1
        places[[order for order in range(WANTED) if order not in self.inside]] = 0
        limits = Limits(used[open_ones], self.limits.day_limit[open_ones], left[open_ones], STEPS)
        return flow.solve(self.arcs.keep(open_ones), limits, places, self.penalties, engine="scaling").objective


def change(dice: np.random.Generator, plain: Plain, standing: Standing, numbers: dict[int, int]) -> None:
    """One change at random, made on both sides."""
    order, row, verb = int(dice.integers(WANTED)), int(dice.integers(PEOPLE)), dice.integers(10)
    if order not in numbers:
        arcs, limits = plain.part(order)
        numbers[order] = standing.insert(arcs, limits, int(plain.places[order]), int(plain.penalties[order]))
        plain.inside.append(order)
    elif order not in plain.inside:
        return
    elif verb < 2 and not any(plain.arcs.order[at] == order for at in plain.locked):
        standing.remove(numbers[order])
        plain.inside.remove(order)
    elif verb < 6:
        standing.decline(numbers[order], row)
        plain.barred.add((order, row))
    elif verb < 9:
        mine = np.flatnonzero((plain.arcs.order == order) & (plain.arcs.row == row))
        if mine.size and (order, row) not in plain.barred:
            at = int(dice.choice(mine))
            lock(plain, standing, numbers[order], at)
    else:
        standing.withdraw(row)
        plain.gone.add(row)


def lock(plain: Plain, standing: Standing, number: int, at: int) -> None:
    before = standing.objective
    try:
        standing.lock(number, int(plain.arcs.row[at]), int(plain.arcs.time[at]))
    except ValueError:
        assert standing.objective == before
    else:
        plain.locked.append(at)
        plain.barred.add((int(plain.arcs.order[at]), int(plain.arcs.row[at])))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_standing_equals_a_fresh_solve_after_any_sequence(seed: int) -> None:
    dice, plain, standing, numbers = np.random.default_rng(seed), Plain(seed), Standing(PEOPLE, STEPS), {}
    for _ in range(40):
        change(dice, plain, standing, numbers)
        best = plain.objective()
        assert (standing.objective, standing.bound) == (best, best)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_standing_made_of_a_batch_goes_on_from_its_optimum(seed: int) -> None:
    plain = Plain(seed)
    plain.inside = list(range(WANTED))
    standing = Standing.of(plain.arcs, plain.limits, plain.places, plain.penalties, PEOPLE)
    dice, numbers = np.random.default_rng(seed), {order: order for order in range(WANTED)}
    for _ in range(15):
        change(dice, plain, standing, numbers)
        best = plain.objective()
        assert (standing.objective, standing.bound) == (best, best)


def two_people(costs: list[int]) -> tuple[Arcs, Limits]:
    rows, zero, one = np.arange(len(costs)), np.zeros(len(costs), np.int64), np.ones(len(costs), np.int64)
    start = one * (20_780 * 1440 + 540)
    return Arcs(zero, rows, zero, start, start + 60, np.array(costs), rows), Limits(zero, one, one, (0,))


def test_a_decline_reopens_what_it_touches() -> None:
    standing = Standing(2)
    near, far = (standing.insert(*two_people(costs), 1, 9000) for costs in ([0, 500], [100, 900]))
    assert (standing.chosen(near), standing.chosen(far), standing.objective) == ([(1, 0)], [(0, 0)], 600)
    standing.decline(far, 0)
    assert (standing.chosen(near), standing.chosen(far), standing.objective) == ([(0, 0)], [(1, 0)], 900)
    standing.decline(far, 1)
    assert (standing.chosen(far), standing.empty(far), standing.objective) == ([], 1, 9000)


def test_a_lock_that_cannot_be_kept_is_refused_and_changes_nothing() -> None:
    standing = Standing(2)
    first, second = (standing.insert(*two_people([0, 10]), 1, 9000) for _ in range(2))
    standing.lock(first, 0, 0)
    with pytest.raises(ValueError, match=r"^order 1: volunteer 0 cannot be locked to time 0$"):
        standing.lock(second, 0, 0)
    assert (standing.chosen(second), standing.objective, standing.bound) == ([(1, 0)], 10, 10)
