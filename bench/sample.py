"""The synthetic district of the dispatch benchmarks: 731,700 volunteers around 620 communities in 14 sub-centres.

24 skills (8 common, 16 rare as certificates are), each free-time slot open with 8.1 %, reach 1.5 to 6 km, a heavy tail of load.
Orders ask one skill at one two-hour visit, 82 % for one person, 35 % know somebody. Same seed, same district.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from chunshui.matching import FEMALE, MALE, UNKNOWN, Volunteers
from chunshui.matching.batch import Orders

MONDAY = 20_780
PEOPLE = 731_700
WINDOWS = ((480, 600), (780, 900), (1080, 1140))
"""Begin of the visits of morning, afternoon and evening."""


@dataclass(frozen=True)
class Shape:
    orders: int
    reachable: float = 1.0
    """Share of the registered who can be reached at all: the others are dormant."""
    people: int = PEOPLE
    seed: int = 1


def made(shape: Shape) -> tuple[Volunteers, Orders]:
    dice = np.random.default_rng(shape.seed)
    size = dice.lognormal(0, 0.7, 620)
    homes = dice.uniform(0, 29_300, (14, 2))[dice.integers(0, 14, 620)] + dice.normal(0, 2_500, (620, 2))
    return _people(dice, shape, homes, size / size.sum()), _orders(dice, shape, homes, size / size.sum())


def _people(dice: np.random.Generator, shape: Shape, homes: Any, share: Any) -> Volunteers:
    many = int(shape.people * shape.reachable)
    place = homes[dice.choice(620, many, p=share)] + dice.normal(0, 330, (many, 2))
    held = np.concatenate((dice.uniform(0.1, 0.5, 8), np.geomspace(0.07, 0.004, 16)))
    skills, slots = np.zeros(many, np.uint64), np.zeros(many, np.uint32)
    for bit in range(24):
        skills |= (dice.random(many) < held[bit]).astype(np.uint64) << np.uint64(bit)
        slots |= (dice.random(many) < 0.081).astype(np.uint32) << np.uint32(bit)
    return Volunteers.of(
        np.arange(1, many + 1),
        x=place[:, 0],
        y=place[:, 1],
        skills=skills,
        slots=slots,
        languages=1 + 2 * (dice.random(many) < 0.2),
        gender=dice.choice([UNKNOWN, MALE, FEMALE], many, p=[0.02, 0.38, 0.6]),
        reach_m=dice.choice([1500, 3000, 6000], many),
        day_limit=dice.integers(1, 4, many),
        week_limit=dice.integers(2, 6, many),
        load30=np.minimum(dice.geometric(0.25, many) - 1, 40),
        messages7=np.minimum(dice.geometric(0.5, many) - 1, 7),
        acceptance=dice.beta(2.2, 4.5, many),
        newcomer=dice.random(many) < 0.2,
    )


def _orders(dice: np.random.Generator, shape: Shape, homes: Any, share: Any) -> Orders:
    many = shape.orders
    place = homes[dice.choice(620, many, p=share)] + dice.normal(0, 330, (many, 2))
    asked = np.concatenate((np.full(8, 0.06), np.full(16, 0.0325)))
    day, part = dice.integers(0, 7, many), dice.integers(0, 3, many)
    start = (MONDAY + day) * 1440 + np.array(WINDOWS)[part, dice.integers(0, 2, many)]
    known = np.where(dice.random(many) < 0.35, dice.integers(1, 4, many), 0)
    wish = dice.random(many) < 0.12
    return Orders.from_arrays(
        np.arange(1, many + 1),
        x=place[:, 0],
        y=place[:, 1],
        slots=np.uint64(1) << (day * 3 + part).astype(np.uint64),
        start=start,
        end=start + 90,
        skills=np.uint64(1) << dice.choice(24, many, p=asked / asked.sum()).astype(np.uint64),
        places=dice.choice([1, 2, 3, 5], many, p=[0.82, 0.13, 0.035, 0.015]),
        priority=dice.choice([1, 2, 3, 4], many, p=[0.5, 0.25, 0.17, 0.08]),
        waiting_minutes=dice.integers(0, 10_000, many),
        gender=np.where(wish, FEMALE, UNKNOWN),
        gender_must=wish,
        minors_welcome=True,
        known=(np.concatenate(([0], np.cumsum(known))), dice.integers(1, int(shape.people * shape.reachable) + 1, int(known.sum()))),
    )
