from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chunshui.matching import Code, Load, Order, Reason, Round, Volunteers, Weights, binding, check, rank, solve
from chunshui.matching.sample import Shape, district
from tests.matching.worlds import AFTERNOON, DAY, MORNING, NINE, TEN, at, best_by_hand, order, people, plain


def pairs(found: Round) -> list[tuple[int, int]]:
    return [(one.order_id, one.volunteer_id) for one in found.assignments]


def solved(volunteers: Volunteers, orders: list[Order], weights: Weights) -> Round:
    """A round that the referee has passed."""
    found = solve(volunteers, orders, weights)
    assert check(volunteers, orders, weights, found) == []
    return found


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 4))
def test_solve_finds_the_optimum_that_trying_everything_finds(seed: int, crowd: int, wishes: int) -> None:
    shape = Shape(people=crowd, orders=wishes, across_m=600, days=1, open_share=0.8, most_places=2)
    volunteers, orders = district(seed, shape)
    orders = [replace(one, skills=0, min_age=0, minors_welcome=True) for one in orders]
    best = best_by_hand(volunteers, orders, Weights())
    found = solved(volunteers, orders, Weights())
    assert (found.objective, found.is_proven) == (best, True)
    assert found.bound + found.lift <= best


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 4))
def test_solve_aligned_times_leave_no_gap(seed: int, crowd: int, wishes: int) -> None:
    shape = Shape(people=crowd, orders=wishes, across_m=600, days=1, open_share=0.8, most_times=1)
    volunteers, orders = district(seed, shape)
    orders = [replace(one, skills=0, all_or_none=False, times=(at(NINE + 120 * (one.id % 2)),)) for one in orders]
    found = solved(volunteers, orders, Weights())
    assert (found.gap, found.objective) == (0, best_by_hand(volunteers, orders, Weights()))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_solve_passes_the_referee_when_everything_is_scarce(seed: int) -> None:
    volunteers, orders = district(seed, Shape(people=60, orders=40, across_m=1500, days=2))
    found = solved(volunteers, orders, Weights(candidates=3))
    assert [(one.order_id, one.places) for one in found.short] == [(one.order_id, one.places) for one in found.unserved]
    places = {one.id: one.places - len(one.locked) for one in orders}
    for short, one in zip(found.short, found.unserved, strict=True):
        assert one.reason == (short.reason or binding(one.funnel, places[one.order_id]))


def test_solve_comparing_few_candidates_costs_nothing() -> None:
    volunteers, orders = district(7, Shape(people=300, orders=60, across_m=1500, days=2))
    few, all_of_them = solved(volunteers, orders, Weights(candidates=1)), solved(volunteers, orders, Weights(candidates=10_000))
    assert few.bound == all_of_them.bound


def test_solve_sends_the_specialist_where_nobody_else_can_go() -> None:
    """Greedy gives the nurse to the first order, and the second gets nobody."""
    who = people(1, 2, x=[100, 900], skills=[1, 0])
    orders = [order(1), order(2, skills=1)]
    assert rank(who, orders[0], plain())[0].volunteer_id == 1
    found = solved(who, orders, plain())
    assert pairs(found) == [(1, 2), (2, 1)]
    assert (found.objective, found.bound) == (1000, 1000)
    assert found.volunteer_prices == {1: 800}
    assert found.prices == {1: 900, 2: 900}


def test_solve_shares_the_day_when_a_second_visit_is_dear() -> None:
    who = people(1, 2, x=[0, 200])
    orders = [order(1), order(2, times=(at(TEN),))]
    assert pairs(solved(who, orders, plain())) == [(1, 1), (2, 1)]
    shared = solved(who, orders, plain(day_steps=(0, 250)))
    assert sorted(person for _, person in pairs(shared)) == [1, 2]
    assert shared.objective == 200


def test_solve_counts_visits_already_agreed_as_steps_of_the_day() -> None:
    who = people(1, 2, x=[0, 200], busy=[(1, DAY + 900, DAY + 960)])
    assert pairs(solved(who, [order(1)], plain(day_steps=(0, 250)))) == [(1, 2)]
    assert pairs(solved(who, [order(1)], plain(day_steps=(0, 150)))) == [(1, 1)]


def test_solve_keeps_the_limit_of_the_day() -> None:
    who = people(1, day_limit=[2])
    orders = [order(number, times=(at(NINE + 60 * number, slots=0),), priority=number) for number in (1, 2, 3)]
    found = solved(who, orders, plain())
    assert pairs(found) == [(2, 1), (3, 1)]
    assert [(one.order_id, one.places, one.reason) for one in found.unserved] == [(1, 1, Reason(Code.NEEDED_ELSEWHERE, 1))]


def test_solve_keeps_the_limit_of_the_week_over_several_days() -> None:
    who = people(1, day_limit=[1], week_limit=[2])
    orders = [order(number, times=(at(NINE + 1440 * (number - 1), slots=0),), priority=number) for number in (1, 2, 3)]
    assert pairs(solved(who, orders, plain())) == [(2, 1), (3, 1)]
    next_week = [*orders, order(4, times=(at(NINE + 7 * 1440, slots=0),))]
    assert pairs(solved(who, next_week, plain())) == [(2, 1), (3, 1), (4, 1)]


def test_solve_never_sends_anyone_to_two_places_at_once() -> None:
    who = people(1)
    orders = [order(1), order(2, times=(at(TEN - 1),), priority=2)]
    assert pairs(solved(who, orders, plain())) == [(2, 1)]
    assert pairs(solved(who, [orders[0], order(2, times=(at(TEN),))], plain())) == [(1, 1), (2, 1)]
    assert len(pairs(solved(who, [orders[0], order(2, times=(at(TEN),))], plain(turnaround_minutes=1)))) == 1


def test_solve_a_long_visit_excludes_two_short_ones_but_they_not_each_other() -> None:
    who = people(1)
    chain = [order(1, times=(at(NINE),)), order(2, times=(at(NINE + 30, 60),)), order(3, times=(at(TEN, 60),))]
    assert pairs(solved(who, chain, plain())) == [(1, 1), (3, 1)]


def test_solve_across_midnight_keeps_apart_what_touches() -> None:
    who = people(1)
    late = order(1, times=(at(DAY + 1380, 90, 0),))
    early = order(2, times=(at(DAY + 1440, 60, 0),), priority=2)
    assert len(pairs(solved(who, [late, early], plain()))) == 1


def test_solve_picks_among_the_times_of_a_wish_window() -> None:
    who = people(1, slots=[MORNING | AFTERNOON])
    afternoon = DAY + 840
    orders = [order(1, times=(at(NINE), at(afternoon, slots=AFTERNOON))), order(2)]
    found = solved(who, orders, plain())
    assert [(one.order_id, one.time) for one in found.assignments] == [(1, 1), (2, 0)]


def test_solve_several_people_come_at_one_time() -> None:
    who = people(1, 2, 3, slots=[MORNING, AFTERNOON, AFTERNOON], x=[0, 50, 60])
    both = order(1, places=2, times=(at(NINE), at(DAY + 840, slots=AFTERNOON)))
    found = solved(who, [both], plain())
    assert [(one.volunteer_id, one.time) for one in found.assignments] == [(2, 1), (3, 1)]


def test_solve_people_who_are_never_free_together_leave_no_gap() -> None:
    who = people(1, 2, slots=[MORNING, AFTERNOON])
    both = order(1, places=2, times=(at(NINE), at(DAY + 840, slots=AFTERNOON)))
    found = solved(who, [both], plain())
    assert (found.objective, found.gap, found.is_proven) == (4000, 0, True)


def test_solve_all_or_none_gets_all() -> None:
    found = solved(people(1, 2, 3), [order(1, places=3, all_or_none=True)], plain())
    assert (pairs(found), len(found.unserved)) == ([(1, 1), (1, 2), (1, 3)], 0)


def test_solve_all_or_none_short_of_people_gets_none_and_frees_them() -> None:
    who = people(1, 2)
    orders = [order(1, places=3, all_or_none=True, priority=4), order(2)]
    found = solved(who, orders, plain())
    assert pairs(found) == [(2, 1)]
    assert [(one.order_id, one.places, one.reason) for one in found.unserved] == [(1, 3, Reason(Code.NOBODY, 2))]
    assert found.gap == 0


def test_solve_all_or_none_outbid_by_others_reports_the_gap() -> None:
    who, weights = people(1, 2), plain(unserved=(4000, 5000, 6000, 9000))
    orders = [order(1, places=2, all_or_none=True), order(2, priority=4)]
    found = solved(who, orders, weights)
    assert pairs(found) == [(2, 1)]
    assert [(one.places, one.reason) for one in found.unserved] == [(2, Reason(Code.NOT_ENOUGH_TOGETHER, 2))]
    assert (found.objective, found.bound, found.gap, found.is_proven) == (8000, 4000, 4000, True)


def test_solve_all_or_none_wins_when_two_empty_places_weigh_more_than_one() -> None:
    orders = [order(1, places=2, all_or_none=True), order(2, priority=4)]
    found = solved(people(1, 2), orders, plain())
    assert pairs(found) == [(1, 1), (1, 2)]
    assert (found.objective, found.is_proven) == (7000, True)


def test_solve_locked_pair_is_kept_and_takes_place_time_and_limit() -> None:
    who = people(1, 2, x=[0, 2000], day_limit=[1, 1])
    orders = [order(1, locked={2}), order(2, times=(at(TEN),), priority=2), order(3, times=(at(TEN),))]
    found = solved(who, orders, plain())
    assert pairs(found) == [(1, 2), (2, 1)]
    assert [one.locked for one in found.assignments] == [True, False]
    assert found.assignments[0].reasons[0] == Reason(Code.LOCKED)
    assert [(one.order_id, one.reason) for one in found.unserved] == [(3, Reason(Code.NEEDED_ELSEWHERE, 1))]


def test_solve_locked_pair_stands_above_the_rules_and_the_rest_is_filled() -> None:
    who = people(1, 2, skills=[0, 1])
    found = solved(who, [order(1, skills=1, places=2, locked={1})], plain())
    assert pairs(found) == [(1, 1), (1, 2)]


def test_solve_locked_twice_at_one_time_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^orders 1 and 2: both lock volunteer 1 at one time$"):
        solve(people(1), [order(1, locked={1}), order(2, locked={1})], plain())


def test_solve_locked_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^volunteer 9: not in ids$"):
        solve(people(1), [order(1, locked={9})], plain())


def test_solve_same_order_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^order 3: given twice$"):
        solve(people(1), [order(3), order(3)], plain())


def test_solve_declined_pair_is_left_out() -> None:
    assert pairs(solved(people(1, 2, x=[0, 500]), [order(1, declined={1})], plain())) == [(1, 2)]


def test_solve_prefers_who_knows_the_resident() -> None:
    who = people(1, 2, x=[100, 800])
    assert pairs(solved(who, [order(1, known={2: 5})], plain(familiarity=900))) == [(1, 2)]


def test_solve_compares_who_knows_the_resident_however_dear() -> None:
    who = people(*range(1, 7), x=[0, 0, 0, 0, 0, 2900])
    found = solved(who, [order(1, known={6: 1}), order(2, known={6: 1})], plain(candidates=1, familiarity=0))
    assert pairs(found) == [(1, 1), (2, 2)]


def test_solve_equal_people_go_by_lower_id_whatever_the_order_of_the_list() -> None:
    who = people(4, 6, 9)
    orders = [order(2, places=1), order(1, places=1)]
    first = solved(who, orders, plain())
    assert sorted(person for _, person in pairs(first)) == [4, 6]
    assert solve(who, orders[::-1], plain()) == first


def test_solve_twice_gives_the_same_round() -> None:
    volunteers, orders = district(3, Shape(people=200, orders=80, across_m=2000))
    assert solve(volunteers, orders) == solve(volunteers, orders[::-1])


def test_solve_nothing_is_nothing() -> None:
    found = solved(people(1), [], plain())
    assert (len(found.assignments), len(found.unserved), found.objective, found.bound) == (0, 0, 0, 0)


def test_solve_without_volunteers_leaves_everything_open() -> None:
    found = solved(people(), [order(1, places=2)], plain())
    assert [(one.places, one.reason) for one in found.unserved] == [(2, Reason(Code.NOBODY, 0))]
    assert (found.objective, found.bound) == (8000, 8000)


@pytest.mark.parametrize(
    ("who", "wish", "reason"),
    [
        (people(1, 2, skills=[1, 0]), {"skills": 1}, Reason(Code.LACKS_SKILL, 1)),
        (people(1, 2, slots=[MORNING, 0]), {}, Reason(Code.NOT_FREE, 1)),
        (people(1, 2, x=[0, 9000]), {}, Reason(Code.TOO_FAR, 1)),
        (people(1, 2, languages=[2, 1]), {"languages": 2, "language_must": True}, Reason(Code.LANGUAGE, 1)),
        (people(1, 2, gender=[2, 1]), {"gender": 2, "gender_must": True}, Reason(Code.GENDER, 1)),
        (people(1, 2, age=[40, 17]), {"min_age": 18}, Reason(Code.TOO_YOUNG, 1)),
        (people(1, 2), {"declined": {2}}, Reason(Code.ASKED_ALL, 1)),
        (people(1, 2, day_limit=[1, 0]), {}, Reason(Code.FULL, 1)),
        (people(1, 2, slots=[MORNING, AFTERNOON]), {"times": (at(NINE), at(DAY + 840, slots=AFTERNOON))}, Reason(Code.NO_COMMON_TIME, 1)),
    ],
)
def test_unserved_names_the_rule_that_left_too_few(who: Volunteers, wish: dict[str, object], reason: Reason) -> None:
    found = solved(who, [order(1, places=2, **wish)], plain())
    assert len(found.assignments) == 1
    assert [(one.places, one.reason) for one in found.unserved] == [(1, reason)]


def test_load_is_counted_before_and_after() -> None:
    who = people(1, 2, 3, load30=[4, 0, 0], x=[0, 5, 2900])
    found = solved(who, [order(1, places=2)], plain())
    assert found.load_before == Load(visits=4, people=1, most=4, top_tenth=1.0)
    assert found.load_after == Load(visits=6, people=2, most=5, top_tenth=5 / 6)


def test_no_justified_envy_at_the_prices() -> None:
    """Whoever serves an order is the cheapest for it once the worth of everybody's time is added."""
    volunteers, orders = district(11, Shape(people=200, orders=60, across_m=1500, days=1, most_times=1))
    orders = [replace(one, times=(at(NINE),), all_or_none=False, places=1) for one in orders]
    found = solved(volunteers, orders, Weights())
    assert found.gap == 0
    by_id = {one.id: one for one in orders}
    for given_pair in found.assignments:
        everyone = rank(volunteers, by_id[given_pair.order_id], limit=None)
        worth = {one.volunteer_id: one.cost + found.volunteer_prices.get(one.volunteer_id, 0) for one in everyone}
        dearest_step = 600
        assert worth[given_pair.volunteer_id] <= min(worth.values()) + dearest_step


def test_solve_raises_the_bound_where_two_can_only_come_together_at_a_dear_time() -> None:
    """Each alone would come at a cheap time of their own; together they pay for the far one."""
    who = people(1, 2, 3, slots=[MORNING, AFTERNOON, AFTERNOON], x=[0, 30, 2400])
    both = order(1, places=2, times=(at(NINE), at(DAY + 840, slots=AFTERNOON)))
    found = solved(who, [both], plain())
    assert pairs(found) == [(1, 2), (1, 3)]
    assert (found.bound, found.bound + found.lift, found.objective) == (30, 2400, 2430)
    assert (found.left, found.is_proven) == (0, True)


def test_solve_leaves_time_to_walk_from_one_choice_to_the_next() -> None:
    """Fifteen minutes are enough for nine hundred metres, not for a thousand."""
    who = people(1, slots=[MORNING])
    near, far = order(2, x=900, times=(at(TEN + 15),)), order(2, x=1000, times=(at(TEN + 15),))
    assert pairs(solved(who, [order(1), near], plain())) == [(1, 1), (2, 1)]
    found = solved(who, [order(1), far], plain())
    assert (pairs(found), found.is_proven) == ([(1, 1)], True)


def test_solve_keeps_to_the_visits_of_one_morning_that_somebody_agreed_to() -> None:
    who = people(1, slots=[MORNING], slot_limit=[2])
    orders = [order(number, times=(at(NINE + 65 * (number - 1), 60),), priority=number) for number in (1, 2, 3)]
    found = solved(who, orders, plain())
    assert (pairs(found), found.is_proven) == ([(2, 1), (3, 1)], True)


def test_solve_leaves_time_to_walk_from_a_locked_visit() -> None:
    who = people(1, slots=[MORNING])
    orders = [order(1, locked={1}), order(2, x=1000, times=(at(TEN + 15),))]
    assert pairs(solved(who, orders, plain())) == [(1, 1)]


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_solve_with_ways_and_mornings_finds_the_optimum_that_trying_everything_finds(seed: int) -> None:
    volunteers, orders = district(seed, Shape(people=3, orders=4, across_m=2500, days=1, open_share=0.9, most_places=2))
    volunteers = replace(volunteers, slot_limit=np.full(len(volunteers), 1 + seed % 2, dtype=np.int16))
    orders = [replace(one, skills=0, min_age=0, minors_welcome=True, max_distance_m=5000) for one in orders]
    found = solved(volunteers, orders, Weights())
    assert (found.objective, found.is_proven) == (best_by_hand(volunteers, orders, Weights()), True)
