"""The synthetic district of the dispatch benchmarks: 731,700 volunteers around 620 communities in 14 sub-centres.

One day of seven two-hour slots (the bits of the slot masks), each open with 8.1 %; 24 skills (8 common, 16 rare as certificates are);
reach 1.5 to 6 km, one to three visits a day, a heavy tail of load. Orders ask one skill in one slot, rare ones less often, 82 % for one person;
35 % know somebody of their community. Same seed, same district.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from chunshui.matching import FEMALE, MALE, UNKNOWN, Volunteers
from chunshui.matching.batch import Orders

MONDAY = 20_780
PEOPLE = 731_700
SLOTS = 7


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
    lives = dice.choice(620, int(shape.people * shape.reachable), p=size / size.sum())
    return _people(dice, homes, lives), _orders(dice, shape, homes, size / size.sum(), lives)


def _people(dice: np.random.Generator, homes: Any, lives: Any) -> Volunteers:
    many = lives.size
    place = homes[lives] + dice.normal(0, 330, (many, 2))
    held = np.concatenate((dice.uniform(0.1, 0.5, 8), np.geomspace(0.07, 0.004, 16)))
    skills, slots = np.zeros(many, np.uint64), np.zeros(many, np.uint32)
    for bit in range(24):
        skills |= (dice.random(many) < held[bit]).astype(np.uint64) << np.uint64(bit)
    for bit in range(SLOTS):
        slots |= (dice.random(many) < 0.081).astype(np.uint32) << np.uint32(bit)
    return Volunteers.of(
        np.arange(1, many + 1),
        x=place[:, 0],
        y=place[:, 1],
        skills=skills,
        slots=slots,
        languages=1 + 2 * (dice.random(many) < 0.2),
        gender=dice.choice([UNKNOWN, MALE, FEMALE], many, p=[0.02, 0.38, 0.6]),
        reach_m=dice.integers(1500, 6001, many),
        day_limit=dice.integers(1, 4, many),
        week_limit=dice.integers(2, 6, many),
        load30=np.minimum(dice.geometric(0.25, many) - 1, 40),
        messages7=np.minimum(dice.geometric(0.5, many) - 1, 7),
        acceptance=dice.beta(2.2, 4.5, many),
        newcomer=dice.random(many) < 0.2,
    )


def _orders(dice: np.random.Generator, shape: Shape, homes: Any, share: Any, lives: Any) -> Orders:
    many = shape.orders
    community = dice.choice(620, many, p=share)
    place = homes[community] + dice.normal(0, 330, (many, 2))
    asked = np.concatenate((np.full(8, 0.075), np.geomspace(0.045, 0.012, 16)))
    slot = dice.integers(0, SLOTS, many)
    start = MONDAY * 1440 + 420 + 120 * slot
    known = np.where(dice.random(many) < 0.35, dice.integers(1, 4, many), 0)
    wish = dice.random(many) < 0.12
    return Orders.from_arrays(
        np.arange(1, many + 1),
        x=place[:, 0],
        y=place[:, 1],
        slots=np.uint64(1) << slot.astype(np.uint64),
        start=start,
        end=start + 90,
        skills=np.uint64(1) << dice.choice(24, many, p=asked / asked.sum()).astype(np.uint64),
        places=dice.choice([1, 2, 3, 5], many, p=[0.82, 0.13, 0.035, 0.015]),
        priority=dice.choice([1, 2, 3, 4], many, p=[0.5, 0.25, 0.17, 0.08]),
        waiting_minutes=dice.integers(0, 10_000, many),
        gender=np.where(wish, FEMALE, UNKNOWN),
        gender_must=wish,
        minors_welcome=True,
        known=(np.concatenate(([0], np.cumsum(known))), _neighbours(dice, np.repeat(community, known), lives)),
    )


def _neighbours(dice: np.random.Generator, communities: Any, lives: Any) -> Any:
    """Somebody of each of these communities, by id."""
    by_community = np.argsort(lives, kind="stable")
    edges = np.searchsorted(lives[by_community], np.arange(621))
    sizes = np.maximum(np.diff(edges)[communities], 1)
    return by_community[np.minimum(edges[communities] + (dice.random(communities.size) * sizes).astype(np.int64), lives.size - 1)] + 1
