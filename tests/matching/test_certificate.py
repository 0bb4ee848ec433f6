"""Every kind of tampering is caught, and nothing else is said."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from chunshui.matching import Order, Round, Volunteers, Weights, check, solve
from chunshui.matching.sample import Shape, district
from tests.matching.worlds import NINE, TEN, at, order, people, plain

Tamper = Callable[[Round], Round]


@pytest.fixture
def town() -> tuple[Volunteers, list[Order], Weights, Round]:
    who = people(1, 2, 3, x=[0, 100, 200], skills=[1, 1, 0], day_limit=[1, 2, 2])
    orders = [order(1, skills=1), order(2, times=(at(TEN),)), order(3, places=2, times=(at(NINE + 120),), all_or_none=True)]
    weights = plain(day_steps=(0, 250))
    return who, orders, weights, solve(who, orders, weights)


def send(found: Round, order_id: int, volunteer_id: int, cost: int) -> Round:
    changed = [replace(one, volunteer_id=volunteer_id, cost=cost) if one.order_id == order_id else one for one in found.assignments]
    return replace(found, assignments=tuple(changed))


def test_check_passes_the_round_of_the_solver(town: tuple[Volunteers, list[Order], Weights, Round]) -> None:
    assert check(*town) == []


@pytest.mark.parametrize(
    ("tamper", "faults"),
    [
        (
            lambda found: replace(found, objective=found.objective - 1),
            ["objective: {less} is claimed, the assignments cost {value}", "bound: {value} lies above the objective {less}"],
        ),
        (lambda found: replace(found, bound=found.bound - 1), ["bound: {less} is claimed, the prices prove {value}"]),
        (lambda found: send(found, 1, 3, 200), ["order 1, volunteer 3: lacks_skill"]),
        (lambda found: send(found, 1, 9, 0), ["order 1, volunteer 9: no such pair or time"]),
        (lambda found: replace(found, assignments=found.assignments[1:]), ["order 1: 0 people and 0 empty places of 1"]),
        (lambda found: replace(found, assignments=(*found.assignments, found.assignments[0])), ["order 1, volunteer {first}: twice"]),
    ],
)
def test_check_catches_a_tampered_round(town: tuple[Volunteers, list[Order], Weights, Round], tamper: Tamper, faults: list[str]) -> None:
    who, orders, weights, found = town
    words = {"value": found.objective, "less": found.objective - 1, "first": found.assignments[0].volunteer_id}
    said = check(who, orders, weights, tamper(found))
    assert said[: len(faults)] == [fault.format(**words) for fault in faults]


def test_check_catches_prices_that_prove_less(town: tuple[Volunteers, list[Order], Weights, Round]) -> None:
    who, orders, weights, found = town
    cheap = replace(found, prices=dict.fromkeys(found.prices, 0))
    assert check(who, orders, weights, cheap) == [f"bound: {found.bound} is claimed, the prices prove 0"]


def test_check_catches_a_person_in_two_places_and_over_the_limit() -> None:
    who, orders = people(1, 2, x=[0, 100], day_limit=[1, 1]), [order(1), order(2)]
    both = send(solve(who, orders, plain()), 2, 1, 0)
    both = send(both, 1, 1, 0)
    assert check(who, orders, plain(), both) == [
        "volunteer 1: two places at once",
        "volunteer 1: over the limit of a day",
        "objective: 100 is claimed, the assignments cost 0",
    ]


def test_check_catches_a_week_over_its_limit() -> None:
    who = people(1, 2, x=[0, 100], week_limit=[1, 1])
    orders = [order(1, times=(at(NINE, slots=0),)), order(2, times=(at(NINE + 1440, slots=0),))]
    both = send(send(solve(who, orders, plain()), 2, 1, 0), 1, 1, 0)
    assert check(who, orders, plain(), both)[0] == "volunteer 1: over the limit of a week"


def test_check_catches_a_lock_that_is_not_kept() -> None:
    who, orders = people(1, 2), [order(1, locked={2})]
    found = solve(who, orders, plain())
    assert check(who, orders, plain(), found) == []
    freed = replace(found, assignments=tuple(replace(one, locked=False) for one in found.assignments))
    assert check(who, orders, plain(), freed)[1] == "order 1, volunteer 2: locked pair is not kept"


def test_check_catches_all_or_none_served_in_part() -> None:
    who, orders = people(1, 2), [order(1, places=2)]
    found = solve(who, orders, plain())
    half = replace(solve(who, [replace(orders[0], places=1)], plain()), bound=0, objective=4000)
    half = replace(half, unserved=(replace(_empty(who), order_id=1, places=1),))
    said = check(who, [replace(orders[0], all_or_none=True)], plain(), half)
    assert found.objective == 0
    assert "order 1: served in part, but wants all or none" in said


def _empty(who: Volunteers):
    return solve(who, [order(1, skills=1)], plain()).unserved[0]


def test_dual_bound_never_exceeds_the_optimum_whatever_the_prices() -> None:
    volunteers, orders = district(5, Shape(people=50, orders=20, across_m=1500, days=1))
    best = solve(volunteers, orders).bound
    dice = np.random.default_rng(5)
    found = solve(volunteers, orders)
    for _ in range(20):
        prices = {one: int(dice.integers(0, 9000)) for one in found.prices}
        faults = check(volunteers, orders, Weights(), replace(found, prices=prices, bound=-(10**9)))
        proven = int(faults[-1].rsplit(" ", 1)[1])
        assert proven <= best
