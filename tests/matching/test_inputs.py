from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from chunshui.matching import Order, Time, Volunteers, Weights, project, slot_bit
from tests.matching.worlds import at, order, people, plain


def test_volunteers_left_out_arrays_are_neutral() -> None:
    two = people(3, 8, skills=[1, 2])
    assert (len(two), two.skills.tolist(), two.day_limit.tolist(), two.busy_offsets.tolist()) == (2, [1, 2], [3, 3], [0, 0, 0])


def test_volunteers_busy_triples_become_rows_in_order() -> None:
    three = people(3, 8, 9, busy=[(9, 50, 60), (3, 30, 40), (3, 10, 20)])
    assert three.busy_offsets.tolist() == [0, 2, 2, 3]
    assert three.busy_start.tolist() == [10, 30, 50]
    assert three.busy_end.tolist() == [20, 40, 60]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": [1.0]}, "x: 1 values for 2 volunteers"),
        ({"ids": [2, 1]}, "ids: must increase strictly"),
        ({"ids": [1, 1]}, "ids: must increase strictly"),
        ({"skills": [[1], [2]]}, "skills: 2 dimensions instead of one"),
        ({"load30": [1, 70_000]}, "load30: values do not fit int16"),
        ({"skills": [1, -1]}, "skills: values do not fit uint64"),
        ({"load30": [1, float("nan")]}, "load30: values do not fit int16"),
        ({"ids": [1, "two"]}, "ids: invalid literal"),
        ({"y": [0.0, float("nan")]}, "y: not a finite number"),
        ({"acceptance": [0.5, 1.5]}, "acceptance: outside 0..1"),
        ({"gender": [0, 3]}, "gender: outside 0..2"),
        ({"reach_m": [0, -1]}, "reach_m: outside 0.."),
        ({"slot_limit": [0, 4]}, "slot_limit: outside 0..3"),
        ({"height": [1, 2]}, "height: no such array of Volunteers"),
        ({"busy": [(7, 1, 2)]}, "busy: volunteer 7 is not in ids"),
        ({"busy": [(1, 2, 2)]}, "busy_end: not after busy_start"),
    ],
)
def test_volunteers_wrong_array_is_named(arrays: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        Volunteers.of(**{"ids": [1, 2], **arrays})
    assert str(refusal.value).startswith(message)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"busy_offsets": [0, 1]}, "busy_offsets: 2 values, needs 3"),
        ({"busy_offsets": [0, 2, 1]}, "busy_offsets: must rise from 0 to the number of busy intervals"),
        ({"busy_end": [5, 6]}, "busy_end: 2 values for 1 starts"),
    ],
)
def test_volunteers_wrong_busy_rows_are_named(arrays: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        replace(people(1, 2, busy=[(2, 3, 4)]), **arrays)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"places": 0}, "order 4: places cannot be 0"),
        ({"times": ()}, "order 4: times cannot be ()"),
        ({"x": float("inf")}, "order 4: x cannot be inf"),
        ({"gender": 3}, "order 4: gender cannot be 3"),
        ({"priority": 5}, "order 4: priority cannot be 5"),
        ({"max_distance_m": 0}, "order 4: max_distance_m cannot be 0"),
        ({"locked": {1, 2}}, "order 4: locked cannot be frozenset({1, 2})"),
    ],
)
def test_order_wrong_value_is_named(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        order(4, **more)
    assert str(refusal.value) == message


def test_order_cannot_be_changed_through_what_it_was_made_of() -> None:
    known = {1: 2}
    one = order(known=known)
    known[1] = 9
    assert dict(one.known) == {1: 2}


def test_time_must_end_after_it_starts() -> None:
    with pytest.raises(ValueError, match=r"^Time\.end: 5 is not after start 5$"):
        Time(0, 5, 5)


def test_slot_bit_numbers_the_national_slots() -> None:
    assert [slot_bit(0, 0), slot_bit(0, 2), slot_bit(7, 2)] == [1, 4, 1 << 23]
    with pytest.raises(ValueError, match=r"^slot_bit: no slot for day 8, part 0$"):
        slot_bit(8, 0)


def test_project_is_true_to_a_tenth_of_a_percent() -> None:
    x, y = project(np.array([29.7, 29.8]), np.array([106.5, 106.6]), 29.7)
    # great-circle distance between these two points, from the haversine formula
    assert float(np.hypot(x[1] - x[0], y[1] - y[0])) == pytest.approx(14_719, rel=1e-3)


def test_penalties_are_lifted_together_above_the_dearest_pair() -> None:
    weights = plain(day_steps=(0, 250))
    far = [order(1, max_distance_m=9000, priority=1), order(2, priority=4)]
    assert weights.dearest_pair(9000) == 9250
    assert weights.penalties(far) == {1: 9251, 2: 12_251}
    assert weights.penalties([order(1, priority=3)]) == {1: 6000}


def test_penalties_of_default_weights_hold_without_a_lift() -> None:
    assert Weights().dearest_pair(3000) < Weights().unserved[0]


def test_penalties_grow_with_a_week_of_waiting() -> None:
    weights = plain(waiting=500)
    waits = [order(1), order(2, waiting_minutes=5040), order(3, waiting_minutes=99_999)]
    assert weights.penalties(waits) == {1: 4000, 2: 4250, 3: 4500}


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"day_steps": (0, 600, 250)}, "Weights.day_steps: (0, 600, 250) may not fall"),
        ({"day_steps": ()}, "Weights.day_steps: () may not fall"),
        ({"unserved": (4, 3, 2, 1)}, "Weights.unserved: (4, 3, 2, 1) must be four penalties that do not fall"),
        ({"load": -1}, "Weights.load: -1 is not made of whole numbers from 0 up"),
        ({"distance": 1.5}, "Weights.distance: 1.5 is not made of whole numbers from 0 up"),
        ({"candidates": 0}, "Weights.candidates: at least 1"),
    ],
)
def test_weights_wrong_value_is_named(more: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError) as refusal:
        Weights(**more)
    assert str(refusal.value) == message


def test_order_is_usable_with_ordinary_values() -> None:
    one = Order(id=1, x=0, y=0, times=(at(0),))
    assert (one.places, one.locked, one.max_distance_m) == (1, frozenset(), 3000)
