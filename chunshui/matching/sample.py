"""A made-up district for benchmarks and tests: clustered homes, rare certificates, few free slots. Same seed, same district."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chunshui.matching.orders import FEMALE, MALE, MINUTES_A_DAY, UNKNOWN, Order, Time, slot_bit
from chunshui.matching.volunteers import Volunteers

MONDAY = 20_780
"""The day 2026-11-23."""
SKILLS = 12
KINDS = 8
_PARTS = ((8 * 60, 12 * 60), (13 * 60, 17 * 60), (18 * 60, 21 * 60))


@dataclass(frozen=True, slots=True)
class Shape:
    """How large and how hard."""

    people: int = 20_000
    orders: int = 400
    across_m: float = 12_000
    """Side of the square in which people live; small ones make every order compete for the same few."""
    open_share: float = 0.3
    """Share of the slots in which a volunteer is free."""
    days: int = 7
    most_places: int = 3
    most_times: int = 2


def district(seed: int, shape: Shape | None = None) -> tuple[Volunteers, list[Order]]:
    shape = shape or Shape()
    dice = np.random.default_rng(seed)
    centres = dice.uniform(0, shape.across_m, (max(1, shape.people // 400), 2))
    homes = centres[dice.integers(0, len(centres), shape.people)] + dice.normal(0, 330, (shape.people, 2))
    people = _people(dice, shape, homes)
    return people, [_order(dice, shape, number + 1, people, centres) for number in range(shape.orders)]


def _people(dice: np.random.Generator, shape: Shape, homes: np.ndarray) -> Volunteers:
    count = shape.people
    ids = np.cumsum(dice.integers(1, 4, count))
    holders = dice.random((count, SKILLS)) < np.linspace(0.5, 0.02, SKILLS)
    open_slots = dice.random((count, 24)) < shape.open_share
    day = MONDAY + dice.integers(0, shape.days, count)
    begin = day * MINUTES_A_DAY + dice.integers(16, 38, count) * 30
    busy = dice.random(count) < 0.3
    age = dice.integers(14, 80, count)
    return Volunteers.of(
        ids,
        x=homes[:, 0],
        y=homes[:, 1],
        skills=(holders * (1 << np.arange(SKILLS))).sum(axis=1),
        slots=(open_slots * (1 << np.arange(24))).sum(axis=1),
        languages=1 + 2 * (dice.random(count) < 0.2),
        gender=dice.choice([UNKNOWN, MALE, FEMALE], count, p=[0.1, 0.4, 0.5]),
        age=age,
        minor=age < 18,
        newcomer=dice.random(count) < 0.2,
        reach_m=dice.choice([1500, 3000, 6000], count),
        day_limit=dice.integers(1, 4, count),
        week_limit=dice.integers(1, 6, count),
        week_minutes=dice.integers(0, 300, count),
        load30=np.minimum(dice.geometric(0.25, count) - 1, 40),
        messages7=dice.integers(0, 8, count),
        acceptance=dice.beta(2.2, 4.5, count),
        refuses=(dice.random(count) < 0.1).astype(np.uint64) << dice.integers(0, KINDS, count).astype(np.uint64),
        asked_out=dice.random(count) < 0.05,
        busy=list(zip(ids[busy].tolist(), begin[busy].tolist(), (begin + 60)[busy].tolist(), strict=True)),
    )


def _order(dice: np.random.Generator, shape: Shape, number: int, people: Volunteers, centres: np.ndarray) -> Order:
    place = centres[dice.integers(0, len(centres))] + dice.normal(0, 330, 2)
    knows = 2 if dice.random() < 0.35 else 0
    known = dice.choice(people.ids, min(knows, len(people)), replace=False).tolist()
    return Order(
        id=number,
        x=float(place[0]),
        y=float(place[1]),
        times=tuple(_time(dice, shape) for _ in range(dice.integers(1, shape.most_times + 1))),
        places=int(min(dice.geometric(0.75), shape.most_places)),
        skills=0 if dice.random() < 0.3 else 1 << int(dice.integers(0, SKILLS)),
        kind=1 << int(dice.integers(0, KINDS)),
        languages=int(dice.choice([0, 0, 0, 2])),
        language_must=bool(dice.random() < 0.3),
        gender=int(dice.choice([UNKNOWN, UNKNOWN, UNKNOWN, FEMALE])),
        gender_must=bool(dice.random() < 0.5),
        min_age=int(dice.choice([0, 0, 18, 30])),
        minors_welcome=bool(dice.random() < 0.5),
        priority=int(dice.integers(1, 5)),
        waiting_minutes=int(dice.integers(0, 10_000)),
        known={one: int(dice.integers(1, 6)) for one in known},
        continuity=int(dice.choice([1, 1, 2])),
        all_or_none=bool(dice.random() < 0.2),
    )


def _time(dice: np.random.Generator, shape: Shape) -> Time:
    day, part = int(dice.integers(0, shape.days)), int(dice.integers(0, 3))
    opens, closes = _PARTS[part]
    start = (MONDAY + day) * MINUTES_A_DAY + opens + 30 * int(dice.integers(0, (closes - opens) // 30 - 1))
    return Time(slot_bit(day % 7, part), start, start + int(dice.choice([30, 60, 90])))
