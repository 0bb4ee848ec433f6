"""An afternoon on foot: every route is held up by the referee, and the referee is shown to see."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chunshui.matching.referee import check_routes
from chunshui.matching.routes import Plan, Visit, Walker, Why, plan, walked, warm
from chunshui.matching.ways import Ways, straight

HOUR = 3600
TWO, SIX = 14 * HOUR, 18 * HOUR


def visit(id: int, place: int, start: int = TWO, end: int = SIX, **more: object) -> Visit:
    return Visit(**{"id": id, "place": place, "seconds": 1800, "windows": ((start, end),), **more})


def walker(id: int, home: int, **more: object) -> Walker:
    return Walker(**{"id": id, "home": home, "opens": 13 * HOUR, "closes": 19 * HOUR, **more})


def afternoon(visits: int, walkers: int, seed: int = 1, doubles: int = 0) -> tuple[list[Walker], list[Visit], Ways]:
    """Homes within three kilometres, windows of one or two hours, six skills."""
    chance = np.random.default_rng(seed)
    x, y = chance.uniform(0, 3000, visits + walkers), chance.uniform(0, 3000, visits + walkers)
    asked = []
    for at in range(visits):
        opens = 13 * HOUR + int(chance.integers(0, 10)) * 1800
        window = (opens, opens + int(chance.choice([HOUR, 2 * HOUR])))
        asked.append(Visit(at, at, int(chance.integers(4, 13)) * 300, (window,), skills=1 << int(chance.integers(0, 6)),
                           priority=int(chance.integers(1, 5)), people=1 + (at < doubles)))  # fmt: skip
    people = [
        Walker(
            1000 + at, visits + at, 13 * HOUR, 19 * HOUR, sum(1 << int(bit) for bit in chance.choice(6, 3, replace=False)), int(chance.integers(2, 5))
        )
        for at in range(walkers)
    ]
    return people, asked, straight(x, y)


def line(*metres: float) -> Ways:
    return straight(metres, [0.0] * len(metres), factor=1.0, speed=1.0)


def test_plan_goes_out_and_back_along_a_street_instead_of_zigzag():
    found = plan([walker(9, 0)], [visit(1, 1), visit(2, 2), visit(3, 3)], line(0, 300, 100, 200))
    assert [[stop.visit_id for stop in route.stops] for route in found.routes] in ([[2, 3, 1]], [[1, 3, 2]])
    assert found.metres == 600


def test_plan_keeps_the_windows_even_when_the_way_is_longer():
    visits = [visit(1, 1, TWO, TWO + 600), visit(2, 2, TWO + 2 * HOUR, SIX), visit(3, 3, TWO + HOUR, TWO + HOUR + 600)]
    found = plan([walker(9, 0)], visits, line(0, 100, 200, 300))
    assert [stop.visit_id for stop in found.routes[0].stops] == [1, 3, 2]
    assert check_routes([walker(9, 0)], visits, line(0, 100, 200, 300), found) == []


def test_plan_leaves_a_visit_with_its_reason():
    visits = [visit(1, 1, skills=2), visit(2, 1, 9 * HOUR, 10 * HOUR), visit(3, 1), visit(4, 1, priority=4)]
    found = plan([walker(9, 0, most=1)], visits, line(0, 100))
    assert dict(found.left) == {1: Why.NOBODY, 2: Why.NO_TIME, 3: Why.TAKEN}
    assert found.who(4) == (9,)


def test_plan_gives_an_agreed_visit_to_nobody_else():
    near, far = walker(1, 1, skills=1), walker(2, 2)
    found = plan([near, far], [visit(5, 0, skills=1, agreed=(2,))], line(0, 10, 900))
    assert found.who(5) == (2,)


def test_plan_drops_three_urgent_wishes_rather_than_one_promise():
    promised = visit(1, 1, TWO, TWO, seconds=4 * HOUR + 600, agreed=(9,), priority=1)
    found = plan([walker(9, 0)], [promised, *(visit(n, 1, priority=4) for n in (2, 3, 4))], line(0, 100))
    assert found.who(1) == (9,)
    assert set(found.left) == {2, 3, 4}


def test_plan_brings_two_to_one_door_at_one_time():
    walkers = [walker(1, 0), walker(2, 1), walker(3, 2)]
    visits = [visit(5, 3, TWO, TWO + HOUR, people=2), visit(6, 4, TWO, SIX), visit(7, 4, TWO, SIX)]
    ways = line(0, 50, 2000, 25, 1000)
    found = plan(walkers, visits, ways)
    assert check_routes(walkers, visits, ways, found) == []
    assert found.who(5) == (1, 2)


def test_plan_keeps_who_agreed_to_a_visit_of_two():
    walkers = [walker(1, 0), walker(2, 1), walker(3, 2)]
    found = plan(walkers, [visit(5, 0, people=2, agreed=(3,))], line(0, 50, 2000))
    assert found.who(5) == (1, 3)


def test_plan_leaves_a_visit_of_two_that_only_one_can_reach():
    walkers = [walker(1, 0), walker(2, 1, opens=17 * HOUR)]
    found = plan(walkers, [visit(5, 0, TWO, TWO + HOUR, people=2), visit(6, 0, TWO, SIX)], line(0, 50))
    assert dict(found.left) == {5: Why.NO_TIME}
    assert check_routes(walkers, [visit(5, 0, TWO, TWO + HOUR, people=2), visit(6, 0, TWO, SIX)], line(0, 50), found) == []


def test_plan_of_nothing_is_empty():
    assert plan([], [], line()) == Plan(())
    assert dict(plan([], [visit(1, 0)], line(0)).left) == {1: Why.NOBODY}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 14), st.integers(0, 7), st.integers(0, 4))
def test_plan_of_any_afternoon_passes_the_referee_and_comes_out_the_same_again(seed, visits, walkers, doubles):
    question = afternoon(visits, walkers, seed, doubles)
    found = plan(*question)
    assert check_routes(*question, found) == []
    assert plan(*question) == found


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 14), st.integers(1, 7), st.integers(0, 3))
def test_plan_on_a_grid_begins_at_hours_that_can_be_said(seed, visits, walkers, doubles):
    question = afternoon(visits, walkers, seed, doubles)
    found = plan(*question, grid=300)
    assert check_routes(*question, found) == []
    assert {stop.start % 300 for route in found.routes for stop in route.stops} <= {0}


def test_hundred_visits_and_sixty_people_take_a_second_at_most():
    question = afternoon(100, 60)
    plan(*question)
    begun = perf_counter()
    found = plan(*question)
    took = perf_counter() - begun
    assert check_routes(*question, found) == []
    assert len(found.left) <= 2
    assert took < 3, took  # a second on an idle machine; bench/routes.py measures


@pytest.mark.parametrize("fault", ["late", "teleport", "stranger", "twice", "forgotten", "skill", "most"])
def test_referee_sees(fault):
    walkers, visits, ways = (
        [walker(9, 0), walker(8, 0, skills=0)],
        [visit(1, 1, TWO, TWO + 600), visit(2, 2, skills=4, agreed=(9,))],
        line(0, 100, 200),
    )
    right = plan(walkers, visits, ways)
    assert check_routes(walkers, visits, ways, right) == []
    route = right.routes[0]
    first, *rest = route.stops
    wrong = {
        "late": replace(route, stops=(replace(first, start=first.start + HOUR, leave=first.leave + HOUR), *rest)),
        "teleport": replace(route, stops=(replace(first, walk=1, metres=1), *rest)),
        "stranger": replace(route, walker_id=77),
        "twice": replace(route, stops=(first, first)),
        "forgotten": replace(route, stops=(first,)),
        "skill": replace(route, walker_id=8),
        "most": route,
    }[fault]
    people = [replace(one, most=1) for one in walkers] if fault == "most" else walkers
    assert check_routes(people, visits, ways, Plan((wrong,))) != []


def test_walked_shows_what_becomes_of_a_bad_order():
    ways = line(0, 100, 200)
    route = walked(walker(9, 0), [visit(2, 2), visit(1, 1, TWO, TWO + 600)], ways)
    assert [(stop.visit_id, stop.start) for stop in route.stops] == [(2, TWO), (1, TWO + 1800 + 100)]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"windows": ()}, "windows"), ({"people": 3}, "people"), ({"priority": 5}, "priority"), ({"agreed": (1, 2)}, "agreed")],
)
def test_visit_that_makes_no_sense_is_named(wrong, words):
    with pytest.raises(ValueError, match=words):
        visit(1, 0, **wrong)


def test_question_with_a_place_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="place 3"):
        plan([walker(1, 0)], [visit(1, 3)], line(0, 1))


def test_plan_with_a_pause_leaves_time_between_two_doors_but_not_on_the_way_there():
    visits = [visit(1, 1), visit(2, 1)]
    found = plan([walker(9, 0)], visits, line(0, 100), pause=900)
    first, second = found.routes[0].stops
    assert (first.start, second.start - first.leave) == (TWO, 900)
    assert check_routes([walker(9, 0)], visits, line(0, 100), found) == []


def test_warm_leaves_nothing_to_compile():
    from chunshui.matching import paired, ways

    warm()
    assert all(loop.nopython_signatures for loop in (paired._anneal, paired._decode, ways._nearest, ways._between))
    compiled = len(paired._anneal.nopython_signatures)
    plan([walker(1, 0), walker(2, 0)], [visit(1, 1, people=2)], line(0, 10))
    assert len(paired._anneal.nopython_signatures) == compiled
