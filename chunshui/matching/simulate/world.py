"""A district made up for the simulation: people, homes, orders, and what nobody can see. All from one seed.

The marginals are those of the dispatch study: communities around sub-centres, skills of which most people have a few and certificates
which hardly anybody has, some hours a week, a reach, a heavy tail of load. `Hidden` is the truth that no policy may look at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Dice = np.random.Generator

SIDE_M, CENTRES, SPREAD_M, PEOPLE_A_COMMUNITY, SCATTER_M = 29_300.0, 14, 2600.0, 1180, 330.0
"""860 km²; of 731,700 registered people the study takes 12 in 100 as reachable."""
REGISTERED_SHARE = 8.295
DAY_SLOTS = 7
"""Two hours each, from 8 to 22; a week has 49."""
COMMON, RARE = 8, 16
HOLDERS = np.concatenate((np.linspace(0.30, 0.12, COMMON), np.geomspace(0.07, 0.004, RARE)))
TICKS_A_DAY, TICKS_A_SLOT = 26, 4
"""Half hours from 8 to 21; nobody is disturbed at night."""
SLOT_ENDS = 2
"""Ticks before a visit at which the last wave must have been answered."""
MOST_WAVES = 6


@dataclass(frozen=True, slots=True)
class Shape:
    """`people` are those who can be reached at all; `orders` come in over `days`; `side_m` is as if the district were square."""

    people: int = 88_210
    orders: int = 41_500
    days: int = 14
    side_m: float = SIDE_M


@dataclass(frozen=True, slots=True)
class People:
    x: Floats
    y: Floats
    community: Ints
    word: NDArray[np.uint64]
    """Skills, languages, gender, as bits; whoever has all bits of an order may go."""
    hours: NDArray[np.uint64]
    """Which of the 49 slots of a week are free."""
    reach: Floats
    day_limit: Ints
    week_limit: Ints
    week_messages: Ints
    """How many questions a week somebody put up with when asked."""
    load: Ints
    """Visits in the 30 days before."""


@dataclass(frozen=True, slots=True)
class Orders:
    """By time of arrival. Ticks count from the first morning."""

    x: Floats
    y: Floats
    resident: Ints
    group: Ints
    """0, 1, 2: communities with few, middling and many people for each order."""
    word: NDArray[np.uint64]
    slot: Ints
    """The slot, counted from the first day."""
    places: Ints
    priority: Ints
    arrival: Ints
    wave_ticks: Ints
    waves: Ints
    """How many waves fit before the visit."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """The truth: how gladly somebody says yes (log odds), and how often a no is said aloud."""

    willing: Floats
    polite: Floats


@dataclass(frozen=True, slots=True)
class World:
    seed: int
    shape: Shape
    people: People
    orders: Orders
    hidden: Hidden
    communities: int


def make(seed: int, shape: Shape) -> World:
    dice = np.random.default_rng(seed)
    count = max(8, round(shape.people * REGISTERED_SHARE / PEOPLE_A_COMMUNITY))
    scale = shape.side_m / SIDE_M
    centres = dice.uniform(0.12 * shape.side_m, 0.88 * shape.side_m, (max(1, round(CENTRES * scale**2)), 2))
    at = centres[dice.integers(0, len(centres), count)] + dice.normal(0, SPREAD_M * min(1.0, 2 * scale), (count, 2))
    size = dice.lognormal(0, 0.7, count)
    people = _people(dice, shape, at, size)
    return World(seed, shape, people, _orders(dice, shape, at, size, people), _hidden(dice, shape.people), count)


def _people(dice: Dice, shape: Shape, at: Floats, size: Floats) -> People:
    count = shape.people
    community = np.sort(dice.choice(size.size, count, p=size / size.sum()))
    home = at[community] + dice.normal(0, SCATTER_M, (count, 2))
    return People(
        x=home[:, 0].copy(),
        y=home[:, 1].copy(),
        community=community.astype(np.int64),
        word=_skills(dice, count) | _languages(dice, count) | _gender(dice, count),
        hours=_hours(dice, count),
        reach=dice.uniform(1500, 6000, count),
        day_limit=dice.choice([1, 2, 3], count, p=[0.5, 0.35, 0.15]),
        week_limit=dice.choice([2, 3, 5, 7], count, p=[0.3, 0.3, 0.3, 0.1]),
        week_messages=dice.choice([3, 5, 8], count, p=[0.3, 0.5, 0.2]),
        load=np.minimum(np.floor(dice.pareto(1.6, count) * 0.9), 40).astype(np.int64),
    )


def _skills(dice: Dice, count: int) -> NDArray[np.uint64]:
    word = np.zeros(count, dtype=np.uint64)
    for bit, share in enumerate(HOLDERS):
        word |= (dice.random(count) < share).astype(np.uint64) << np.uint64(bit)
    return word


def _languages(dice: Dice, count: int) -> NDArray[np.uint64]:
    """Everyone speaks the first; five more are rarer and rarer."""
    word = np.full(count, 1 << 24, dtype=np.uint64)
    for bit, share in enumerate((0.55, 0.06, 0.04, 0.02, 0.01)):
        word |= (dice.random(count) < share).astype(np.uint64) << np.uint64(25 + bit)
    return word


def _gender(dice: Dice, count: int) -> NDArray[np.uint64]:
    return np.where(dice.random(count) < 0.6, np.uint64(1 << 30), np.uint64(1 << 31))


def _hours(dice: Dice, count: int) -> NDArray[np.uint64]:
    """About four slots of the week, mornings and week-ends more than evenings."""
    free = np.zeros(count, dtype=np.uint64)
    for slot in range(7 * DAY_SLOTS):
        day, hour = divmod(slot, DAY_SLOTS)
        share = 0.081 * (1.25 if hour < 4 else 0.67) * (1.3 if day >= 5 else 0.88)
        free |= (dice.random(count) < share).astype(np.uint64) << np.uint64(slot)
    return free


def _hidden(dice: Dice, count: int) -> Hidden:
    yes = np.clip(dice.beta(2.2, 4.5, count), 0.01, 0.99)
    return Hidden(np.log(yes / (1 - yes)), dice.beta(4, 2, count))


def _orders(dice: Dice, shape: Shape, at: Floats, size: Floats, people: People) -> Orders:
    count, residents = shape.orders, max(1, shape.orders // 3)
    community = dice.choice(size.size, residents, p=size / size.sum())
    home = at[community] + dice.normal(0, SCATTER_M, (residents, 2))
    who = dice.integers(0, residents, count)
    arrival, slot = _times(dice, shape, who, residents)
    asked = np.bincount(community[who], minlength=size.size)
    crowd = np.bincount(people.community, minlength=size.size) / np.maximum(asked, 1)
    group = np.searchsorted(np.quantile(crowd[community[who]], [1 / 3, 2 / 3]), crowd[community[who]])
    length, waves = _waves(arrival, slot)
    by_arrival = np.lexsort((np.arange(count), arrival))
    columns = {
        "x": home[who, 0],
        "y": home[who, 1],
        "resident": who,
        "group": group.astype(np.int64),
        "word": _asked_word(dice, count, who, residents),
        "slot": slot,
        "places": dice.choice([1, 2, 3, 5], count, p=[0.82, 0.13, 0.035, 0.015]),
        "priority": dice.choice([1, 2, 3, 4], count, p=[0.55, 0.25, 0.14, 0.06]),
        "arrival": arrival,
        "wave_ticks": length,
        "waves": waves,
    }
    return Orders(**{name: column[by_arrival].copy() for name, column in columns.items()})


def _times(dice: Dice, shape: Shape, who: Ints, residents: int) -> tuple[Ints, Ints]:
    """Most people ask for tomorrow, some for later, some for today; seven in ten for their usual hour."""
    count = who.size
    arrival = dice.integers(0, shape.days, count) * TICKS_A_DAY + dice.integers(0, TICKS_A_DAY, count)
    usual = dice.choice(DAY_SLOTS, residents, p=[0.2, 0.22, 0.1, 0.16, 0.16, 0.1, 0.06])[who]
    hour = np.where(dice.random(count) < 0.7, usual, dice.integers(0, DAY_SLOTS, count))
    slot = (arrival // TICKS_A_DAY + dice.choice([0, 1, 2, 3], count, p=[0.15, 0.45, 0.25, 0.15])) * DAY_SLOTS + hour
    too_late = _deadline(slot) - arrival < 2
    return arrival, slot + DAY_SLOTS * too_late


def _deadline(slot: Ints) -> Ints:
    day, hour = np.divmod(slot, DAY_SLOTS)
    return np.asarray(day * TICKS_A_DAY + hour * TICKS_A_SLOT - SLOT_ENDS)


def _waves(arrival: Ints, slot: Ints) -> tuple[Ints, Ints]:
    """The time left is cut into waves of half an hour to three hours."""
    left = _deadline(slot) - arrival
    length = np.clip(left // MOST_WAVES, 1, 6)
    return length, np.clip(left // length, 1, MOST_WAVES)


def _asked_word(dice: Dice, count: int, who: Ints, residents: int) -> NDArray[np.uint64]:
    """One skill, for seven in ten the usual one; a language or a gender now and then."""
    demand = np.concatenate((np.full(COMMON, 0.105), np.full(RARE, 0.01)))
    usual = dice.choice(COMMON + RARE, residents, p=demand / demand.sum())[who]
    skill = np.where(dice.random(count) < 0.7, usual, dice.choice(COMMON + RARE, count, p=demand / demand.sum()))
    language = np.where(dice.random(residents) < 0.06, dice.integers(25, 27, residents), 24)[who]
    gender = np.where(dice.random(count) < 0.12, np.uint64(1 << 30), np.uint64(0))
    one = np.ones(count, dtype=np.uint64)
    return np.asarray((one << skill.astype(np.uint64)) | (one << language.astype(np.uint64)) | gender)
