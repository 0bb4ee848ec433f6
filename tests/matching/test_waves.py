"""How many to ask, and what is remembered of answers."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chunshui.matching import acceptance, waves
from chunshui.matching.acceptance import Chance, Counts

CHANCES = some.lists(some.floats(0.01, 0.99), max_size=7)
AROUND = Chance(0.55, 0.5, 0.6)


def by_hand(chances, places):
    """Every way in which they can answer, added up."""
    ways = product((True, False), repeat=len(chances))
    return sum(np.prod([yes if said else 1 - yes for yes, said in zip(chances, way, strict=True)]) for way in ways if sum(way) >= places)


@given(CHANCES, some.integers(0, 4))
def test_enough_is_the_chance_that_so_many_say_yes(chances, places):
    assert waves.enough(chances, places) == pytest.approx(by_hand(chances, places))


def test_choose_asks_as_many_as_the_wish_takes_and_no_more():
    found = waves.choose([0.4] * 10, 1, 0.75)
    assert (found.chosen, found.chance) == ((0, 1, 2), pytest.approx(1 - 0.6**3))


def test_choose_asks_for_every_place_even_when_one_yes_is_likely():
    assert waves.choose([0.9] * 5, 3, 0.1).chosen == (0, 1, 2)


def test_choose_says_honestly_when_there_are_too_few_people():
    found = waves.choose([0.3, 0.3], 1, 0.9)
    assert (found.chosen, found.chance) == ((0, 1), pytest.approx(0.51))


def test_choose_nobody_when_there_is_nobody():
    assert waves.choose([], 2, 0.9) == waves.Wave((), 0.0)


def test_choose_stops_at_the_most():
    assert waves.choose([0.01] * 30, 1, 0.99, most=6).chosen == tuple(range(6))


def test_choose_passes_over_whom_a_message_costs_more_than_their_yes_would_bring():
    found = waves.choose([0.5, 0.5, 0.5], 1, 0.9, worth=1000, prices=[0, 300, 100])
    assert found.chosen == (0, 2)


@settings(deadline=None)  # the first call compiles
@given(some.lists(some.floats(0.01, 0.99), min_size=1, max_size=12), some.integers(1, 4), some.floats(0.1, 0.99), some.integers(0, 600))
def test_spread_over_one_order_is_its_wave(chances, places, wished, price):
    prices = [float(price)] * len(chances)
    alone = waves.choose(chances, places, wished, worth=1000.0, prices=prices)
    assert waves.spread(orders([chances], [range(len(chances))], places, wished, price), 20).tolist() == list(alone.chosen)


def orders(chances, people, places=1, wished=0.6, price=0):
    ends = np.cumsum([0, *map(len, chances)])
    return waves.Orders(
        offsets=ends,
        person=np.array([one for row in people for one in row], dtype=np.int64),
        yes=np.array([one for row in chances for one in row], dtype=np.float64),
        price=np.full(ends[-1], float(price)),
        places=np.full(len(chances), places),
        wished=np.full(len(chances), wished),
        worth=np.full(len(chances), 1000.0),
    )


def test_spread_asks_nobody_for_two_orders_and_sends_them_where_they_help_most():
    found = waves.spread(orders([[0.2, 0.5], [0.7]], [[3, 4], [3]]), 5)
    assert found.tolist() == [1, 2]


@settings(deadline=None)  # the first call compiles
@given(some.lists(CHANCES, min_size=1, max_size=5))
def test_spread_never_asks_one_person_twice(chances):
    people = [list(range(len(row))) for row in chances]
    ask = orders(chances, people)
    chosen = ask.person[waves.spread(ask, 10)]
    assert len(set(chosen.tolist())) == chosen.size


def test_aim_rises_wave_by_wave_and_is_highest_in_the_last_that_fits():
    assert [waves.aim(wave, 6 - wave + 1) for wave in range(1, 7)] == list(waves.LADDER)
    assert waves.aim(1, 1) == waves.LADDER[-1]
    assert waves.aim(9, 0) == waves.LADDER[-1]


def test_price_of_a_message_rises_with_the_messages_of_the_week():
    assert [waves.price(many, 100) for many in (0, 1, 4)] == [100, 150, 300]


counts = some.builds(Counts, some.integers(0, 40), some.integers(0, 40), some.integers(0, 40), some.floats(0, 40))


def more(own, **steps):
    return Counts(*(getattr(own, name) + steps.get(name, 0) for name in ("yes", "no", "silent", "faded")))


@given(counts)
def test_a_yes_raises_everything(own):
    before, after = acceptance.chance(own, AROUND), acceptance.chance(more(own, yes=1), AROUND)
    assert after.first >= before.first
    assert after.yes >= before.yes


@given(counts)
def test_a_no_never_moves_anybody_down_the_list(own):
    before, after = acceptance.chance(own, AROUND), acceptance.chance(more(own, no=1), AROUND)
    assert after.first >= before.first
    assert acceptance.chance(more(own, yes=1), AROUND).first == after.first


@given(counts)
def test_a_silence_lowers_and_fades(own):
    before, silent, later = (acceptance.chance(more(own, silent=many, faded=faded), AROUND) for many, faded in ((0, 0), (1, 1), (1, 0.1)))
    assert silent.yes <= before.yes
    assert silent.first <= later.first <= before.first


def test_drawn_is_the_sum_one_can_do_in_the_head():
    assert acceptance.drawn(7, 12, 0.5, 6) == pytest.approx(10 / 18)
    assert acceptance.drawn(0, 0, 0.55, 6) == pytest.approx(0.55)


def test_fading_halves_after_the_half_life():
    assert [acceptance.fading(days, 14) for days in (0, 14, 28)] == [1, 0.5, 0.25]


def test_habit_of_a_small_community_stays_near_the_district():
    district = acceptance.habit_of_district(Counts(600.0, 200.0, 200.0, 100.0))
    small = acceptance.habit(Counts(0.0, 0.0, 3.0, 3.0), district)
    large = acceptance.habit(Counts(0.0, 0.0, 600.0, 600.0), district)
    assert district.answering == pytest.approx((800 + 60 * 0.55) / 1060)
    assert large.answering < 0.1 < 0.7 < small.answering < district.answering


def test_chance_of_many_at_once_equals_one_by_one():
    rows = [(3, 1, 2, 0.7), (0, 0, 0, 0.0), (0, 5, 9, 4.0)]
    together = acceptance.chance(Counts(*np.array(rows, dtype=float).T), AROUND)
    assert together.yes.tolist() == pytest.approx([acceptance.chance(Counts(*row), AROUND).yes for row in rows])
