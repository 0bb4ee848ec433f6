"""Both engines find the optimum that others find, to the unit, and the prices that prove it."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import coo_array

from chunshui.matching import flow, paths, scaling

STEPS = (0, 250, 600)


def instance(seed: int, orders: int = 12, people: int = 8, each: int = 4) -> tuple[flow.Arcs, flow.Limits, np.ndarray, np.ndarray]:
    """Orders with one to three moments over ten days, and people with what is left of their days and weeks."""
    dice = np.random.default_rng(seed)
    pairs = np.unique(dice.integers(0, [orders, people], (orders * each, 2)), axis=0)
    moments = dice.integers(0, 10, (orders, 3))
    order, row = np.repeat(pairs, dice.integers(1, 4, len(pairs)), axis=0).T
    time = np.zeros_like(order)
    for at in range(1, order.size):
        time[at] = time[at - 1] + 1 if order[at] == order[at - 1] and row[at] == row[at - 1] else 0
    moment = moments[order, time]
    start = (20_780 + moment // 2) * 1440 + 480 + moment % 2 * 240
    arcs = flow.Arcs(order, row, time, start, start + 60, dice.integers(-900, 2500, order.size), moment * (1 << 32) + row)
    used, week = dice.integers(0, 3, (people, 5)), dice.integers(0, 4, people)
    limits = flow.Limits(used[row, moment // 2], dice.integers(0, 4, people)[row], week[row], STEPS)
    places, penalties = dice.integers(0, 4, orders), dice.choice([3500, 4500, 6000, 9000], orders)
    return arcs, limits, places, penalties


def rows_of(keys: np.ndarray) -> Iterator[np.ndarray]:
    for key in np.unique(keys):
        yield np.flatnonzero(keys == key)


def by_highs(arcs: flow.Arcs, limits: flow.Limits, places: np.ndarray, penalties: np.ndarray) -> int:
    """The optimum as an integer programme in the words of the model, built without the network."""
    many, orders = len(arcs), places.size
    cost, most = [*arcs.cost, *penalties], [1] * many + list(places)
    rows: list[tuple[dict[int, int], float, float]] = []
    for order in range(orders):
        rows.append(({**dict.fromkeys(np.flatnonzero(arcs.order == order), 1), many + order: 1}, places[order], places[order]))
    for mine in rows_of(arcs.group):
        rows.append((dict.fromkeys(mine, 1), 0, 1))
    for mine in rows_of(arcs.row * 100_000 + arcs.start // 1440):
        used, limit = limits.day_used[mine[0]], limits.day_limit[mine[0]]
        visits = [STEPS[min(nth, 2)] for nth in range(used, limit)]
        rows.append(({**dict.fromkeys(mine, 1), **dict.fromkeys(range(len(cost), len(cost) + len(visits)), -1)}, -np.inf, 0))
        cost, most = [*cost, *visits], most + [1] * len(visits)
    for mine in rows_of(arcs.row * 100_000 + (arcs.start // 1440 + 3) // 7):
        rows.append((dict.fromkeys(mine, 1), 0, limits.week_left[mine[0]]))
    entries = [(at, column, value) for at, (row, _, _) in enumerate(rows) for column, value in row.items()]
    at, column, value = (np.array(part) for part in zip(*entries, strict=True))
    matrix = coo_array((value, (at, column)), shape=(len(rows), len(cost)))
    limits_of_rows = LinearConstraint(matrix.tocsr(), [row[1] for row in rows], [row[2] for row in rows])
    found = milp(np.array(cost), constraints=limits_of_rows, bounds=(0, np.array(most)), integrality=np.ones(len(cost)), options={"mip_rel_gap": 0})
    return round(found.fun)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 15), st.integers(1, 10), st.integers(1, 6))
def test_solve_equals_highs_to_the_unit_with_both_engines(seed: int, orders: int, people: int, each: int) -> None:
    given_ones = instance(seed, orders, people, each)
    best = by_highs(*given_ones)
    found = {engine: flow.solve(*given_ones, engine=engine) for engine in ("paths", "scaling")}
    assert {engine: (one.objective, one.bound) for engine, one in found.items()} == dict.fromkeys(found, (best, best))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_both_engines_name_the_same_prices(seed: int) -> None:
    given_ones = instance(seed, 40, 25, 6)
    one, other = (flow.solve(*given_ones, engine=engine) for engine in ("paths", "scaling"))
    asked = given_ones[2] > 0
    assert one.prices[asked].tolist() == other.prices[asked].tolist()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_prices_are_what_one_place_less_would_save(seed: int) -> None:
    arcs, limits, places, penalties = instance(seed)
    found = flow.solve(arcs, limits, places, penalties)
    for order in np.flatnonzero(places):
        fewer = places - (np.arange(places.size) == order)
        assert flow.solve(arcs, limits, fewer, penalties).objective == found.objective - found.prices[order]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_reduced_costs_never_promise_too_much(seed: int) -> None:
    """Forcing a choice costs at least its reduced cost, and choices that were made cost nothing more."""
    arcs, limits, places, penalties = instance(seed)
    found = flow.solve(arcs, limits, places, penalties)
    reduced = found.reduced()
    assert (reduced[found.chosen] <= 0).all()
    for at in np.flatnonzero(reduced < 10**6)[:10]:
        if places[arcs.order[at]] == 0 or at in found.chosen:
            continue
        cheap = arcs.cost.copy()
        cheap[at] -= 10**6
        forced = flow.solve(replace(arcs, cost=cheap), limits, places, penalties)
        assert forced.objective + 10**6 >= found.objective + reduced[at]


def test_solve_hands_over_to_cost_scaling_when_the_chains_get_long(monkeypatch: pytest.MonkeyPatch) -> None:
    given_ones = instance(3, 40, 25, 6)
    used = []
    real = scaling.serve_all
    monkeypatch.setattr(scaling, "serve_all", lambda net, places: (used.append(1), real(net, places)))
    best = flow.solve(*given_ones).objective
    assert used == []
    monkeypatch.setattr(flow, "PATIENCE", 0)
    monkeypatch.setattr(flow, "PATIENCE_AT_LEAST", 3)
    assert flow.solve(*given_ones).objective == best
    assert used == [1]


def test_ties_go_to_the_lower_row_and_the_sooner_time() -> None:
    start = np.array([480, 720] * 3) + 20_780 * 1440
    moment = np.array([0, 1] * 3)
    row = np.array([0, 0, 1, 1, 2, 2])
    arcs = flow.Arcs(np.zeros(6, np.int64), row, moment, start, start + 60, np.full(6, 7), moment * (1 << 32) + row)
    limits = flow.Limits(np.zeros(6, np.int64), np.ones(6, np.int64), np.ones(6, np.int64), (0,))
    assert flow.solve(arcs, limits, np.array([2]), np.array([100])).chosen.tolist() == [0, 2]


def test_nothing_asked_costs_nothing() -> None:
    empty = np.zeros(0, np.int64)
    found = flow.solve(flow.Arcs(*[empty] * 7), flow.Limits(empty, empty, empty, (0,)), empty, empty)
    assert (found.chosen.tolist(), found.objective, found.bound) == ([], 0, 0)


@pytest.mark.parametrize("engine", ["paths", "scaling"])
def test_solve_raises_when_the_engine_errs(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow that its prices do not prove is never handed on."""
    given_ones = instance(5)
    real, amounts = paths.serve_all, scaling.amounts
    monkeypatch.setattr(paths, "serve_all", lambda net, sequence, places, patience: real(net, sequence[1:], places, patience))
    monkeypatch.setattr(scaling, "amounts", lambda graph: amounts(graph._replace(cost=-graph.cost)))
    with pytest.raises(RuntimeError, match=r"not proven by its prices|saves something"):
        flow.solve(*given_ones, engine=engine)
