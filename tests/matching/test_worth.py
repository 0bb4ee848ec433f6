"""What the prices of a round promise is what happens."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chunshui.matching import Order, Prices, Volunteers, Weights, rank, solve
from chunshui.matching.sample import Shape, district
from tests.matching.worlds import NINE, at, order, people, plain


def scarce(seed: int) -> tuple[Volunteers, list[Order]]:
    volunteers, orders = district(seed, Shape(people=60, orders=40, across_m=2000, days=1, most_times=1, open_share=0.4))
    return volunteers, [replace(one, all_or_none=False, languages=0, gender=0, min_age=0, minors_welcome=True) for one in orders]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_one_more_volunteer_saves_what_was_promised(seed: int) -> None:
    """Somebody who takes one visit, at the best squares of several skills."""
    volunteers, orders = scarce(seed)
    weights = Weights(newcomer=0, skill_surplus=0)
    orders = [replace(one, times=(at(NINE + 120 * (one.id % 3), slots=0),)) for one in orders]
    found = solve(volunteers, orders, weights)
    assert found.evidence is not None
    wanted = found.evidence.wanted()
    assert [one.saves for one in wanted] == sorted((one.saves for one in wanted), reverse=True)
    for best in wanted[:: max(1, len(wanted) // 4)]:
        more = one_more(volunteers, skills=best.skills, x=best.x, y=best.y)
        saved = found.objective - solve(more, orders, weights).objective
        assert saved >= best.saves


def one_more(volunteers: Volunteers, **given_ones: Any) -> Volunteers:
    new = people(int(volunteers.ids[-1]) + 1, **{name: [value] for name, value in given_ones.items()}, day_limit=[1])
    columns = {
        name: np.concatenate((getattr(volunteers, name), getattr(new, name)))
        for name in volunteers.__slots__
        if name not in ("busy_offsets", "busy_start", "busy_end", "busy_x", "busy_y")
    }
    offsets = np.append(volunteers.busy_offsets, volunteers.busy_offsets[-1])
    return replace(volunteers, **columns, busy_offsets=offsets)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
@example(923288)  # her time touches a moment without holding it
def test_sending_her_after_all_costs_at_least_the_regret(seed: int) -> None:
    volunteers, orders = scarce(seed)
    found = solve(volunteers, orders)
    assert found.evidence is not None
    sent = {(one.order_id, one.volunteer_id) for one in found.assignments}
    kept = Prices.from_bytes(found.evidence.kept().to_bytes())
    assert kept.regret(10**9, 1, orders[0].times[0], 0) is None
    for one in orders[:6]:
        for candidate in rank(volunteers, one, limit=4):
            if (one.id, candidate.volunteer_id) in sent:
                continue
            regret = found.evidence.regret(one, candidate.volunteer_id, candidate.times[0])
            assert kept.regret(one.id, candidate.volunteer_id, one.times[candidate.times[0]], candidate.cost) == replace(regret, needed_by=None)
            forced = solve(volunteers, [replace(each, locked=frozenset({candidate.volunteer_id})) if each.id == one.id else each for each in orders])
            assert forced.objective + candidate.cost + 600 >= found.bound + regret.at_least


def test_regret_names_the_order_that_needs_her_more() -> None:
    who = people(1, 2, x=[100, 900], skills=[1, 0])
    orders = [order(1), order(2, skills=1)]
    found = solve(who, orders, plain())
    assert found.evidence is not None
    regret = found.evidence.regret(orders[0], 1, 0)
    assert (regret.cost, regret.price, regret.needed_by) == (100, 900, 2)
    assert (regret.worth, regret.at_least) == (800, 0)
    alone = found.evidence.regret(orders[0], 2, 0)
    assert (alone.needed_by, alone.at_least) == (None, 0)
