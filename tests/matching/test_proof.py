"""The referee of flows accepts what the engines find and nothing that is worse, dearer or not allowed."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from chunshui.matching import flow, proof
from tests.matching.test_flow import instance


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6))
def test_the_optimum_is_accepted_and_any_prices_prove_no_more(seed: int) -> None:
    arcs, limits, places, penalties = instance(seed)
    found = flow.solve(arcs, limits, places, penalties)
    assert proof.faults(arcs, limits, places, penalties, found.chosen, found.objective, found.prices) == []
    dice = np.random.default_rng(seed)
    for _ in range(5):
        prices = dice.integers(-2000, 9000, places.size)
        assert proof.lower_bound(arcs, limits, places, penalties, prices) <= found.objective


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_a_plan_made_worse_is_rejected(seed: int) -> None:
    """One choice dropped: still allowed, its cost told right, and not accepted unless it costs the same."""
    arcs, limits, places, penalties = instance(seed)
    found = flow.solve(arcs, limits, places, penalties)
    for at in range(found.chosen.size):
        fewer = np.delete(found.chosen, at)
        cost = proof.cost_of(arcs, limits, places, penalties, fewer)
        said = proof.faults(arcs, limits, places, penalties, fewer, cost, found.prices)
        assert said == ([] if cost == found.objective else [f"bound: the prices prove {found.objective}, the plan costs {cost}"])


def test_what_breaks_a_rule_is_named() -> None:
    zero, start = np.zeros(3, np.int64), np.full(3, 20_780 * 1440)
    arcs = flow.Arcs(np.array([0, 1, 2]), zero, zero, start, start + 60, zero, np.array([1, 1, 2]))
    limits, places = flow.Limits(zero, zero + 2, zero + 1, (0,)), np.ones(3, np.int64)
    assert proof.broken(arcs, limits, places, np.array([2])) == []
    assert proof.broken(arcs, limits, places, np.array([0, 1])) == ["one person in two places at once", "a week over its limit"]
    assert proof.broken(arcs, limits, places, np.array([0, 2])) == ["a week over its limit"]
    assert proof.broken(arcs, replace(limits, day_limit=zero + 1), places, np.array([0, 2])) == ["a day over its limit", "a week over its limit"]
    assert proof.broken(arcs, limits, np.zeros(3, np.int64), np.array([1])) == ["more people than places"]
