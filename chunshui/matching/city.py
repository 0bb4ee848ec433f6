"""A made-up district of full size, for benchmarks: clustered homes, rare certificates, few free slots. Same seed, same district.

The shape is that of the published spike: 731,700 people around 620 communities in 14 sub-centres of 860 square kilometres, 24 skills
(8 common, 16 certificates of which the rarest has 0.4 % holders), every slot open to 8.1 %, days of one to three visits.
Plenty: everybody can be reached. Shortage: five in a hundred can; the others are registered and dormant.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.batch import Ints, Orders
from chunshui.matching.orders import MINUTES_A_DAY, SLOTS
from chunshui.matching.sample import MONDAY
from chunshui.matching.volunteers import Volunteers

PEOPLE, COMMUNITIES, CENTRES, ACROSS_M = 731_700, 620, 14, 29_326.0
COMMON, CERTIFICATES, LANGUAGES = 8, 16, 6
OPEN_SHARE, REACHABLE = 0.081, 0.05
_PART_STARTS = np.array((8 * 60, 13 * 60, 18 * 60))


def city(seed: int, people: int = PEOPLE, *, reachable: float = 1.0) -> tuple[Volunteers, NDArray[np.float64]]:
    """The volunteers, and the centres of the communities for `calls`; only the share `reachable` of them may be asked."""
    dice = np.random.default_rng(seed)
    middles = dice.uniform(0, ACROSS_M, (CENTRES, 2))
    centres = np.clip(middles[dice.integers(0, CENTRES, COMMUNITIES)] + dice.normal(0, 2600, (COMMUNITIES, 2)), 0, ACROSS_M)
    sizes = dice.lognormal(0, 0.6, COMMUNITIES)
    homes = centres[dice.choice(COMMUNITIES, people, p=sizes / sizes.sum())] + dice.normal(0, 330, (people, 2))
    held = np.concatenate((np.linspace(0.35, 0.12, COMMON), np.geomspace(0.07, 0.004, CERTIFICATES)))
    return Volunteers.of(
        np.cumsum(dice.integers(1, 4, people)),
        x=homes[:, 0],
        y=homes[:, 1],
        skills=_mask(dice, people, held),
        slots=_mask(dice, people, np.full(SLOTS, OPEN_SHARE)),
        languages=1 | _mask(dice, people, np.linspace(0.25, 0.02, LANGUAGES - 1)) << 1,
        gender=dice.choice([1, 2], people, p=[0.4, 0.6]),
        age=(age := dice.integers(14, 80, people)),
        minor=age < 18,
        newcomer=dice.random(people) < 0.3,
        reach_m=dice.integers(15, 61, people) * 100,
        day_limit=dice.integers(1, 4, people),
        load30=np.minimum(dice.pareto(1.6, people), 40).astype(np.int64),
        messages7=np.minimum(dice.geometric(0.5, people) - 1, 12),
        acceptance=dice.beta(2.2, 4.5, people),
        asked_out=dice.random(people) >= reachable,
    ), centres


def calls(seed: int, many: int, volunteers: Volunteers, centres: NDArray[np.float64]) -> Orders:
    """A batch of one week: one skill, one time each; a third of the residents know one to three volunteers."""
    dice = np.random.default_rng(seed)
    place = centres[dice.integers(0, len(centres), many)] + dice.normal(0, 330, (many, 2))
    day, part = dice.integers(0, 7, many), dice.integers(0, 3, many)
    start = (MONDAY + day) * MINUTES_A_DAY + _PART_STARTS[part] + 30 * dice.integers(0, 4, many)
    skill = dice.choice(COMMON + CERTIFICATES, many, p=_wanted())
    gender = dice.random(many) < 0.12
    return Orders.from_arrays(
        np.arange(1, many + 1),
        x=place[:, 0],
        y=place[:, 1],
        slots=np.uint64(1) << (day * 3 + part).astype(np.uint64),
        start=start,
        end=start + 60,
        skills=np.uint64(1) << skill.astype(np.uint64),
        places=dice.choice([1, 2, 3, 5], many, p=[0.82, 0.13, 0.035, 0.015]),
        languages=1 << dice.choice(LANGUAGES, many, p=[0.9, 0.04, 0.02, 0.02, 0.01, 0.01]),
        language_must=True,
        gender=np.where(gender, dice.integers(1, 3, many), 0),
        gender_must=gender,
        minors_welcome=dice.random(many) < 0.5,
        priority=dice.choice([1, 2, 3, 4], many, p=[0.5, 0.28, 0.16, 0.06]),
        waiting_minutes=dice.integers(0, 10_000, many),
        known=_known(dice, many, volunteers.ids),
    )


def _wanted() -> NDArray[np.float64]:
    """Half of the orders want something common, half a certificate."""
    share = np.concatenate((np.full(COMMON, 0.65 / COMMON), np.full(CERTIFICATES, 0.35 / CERTIFICATES)))
    return np.asarray(share / share.sum(), dtype=np.float64)


def _mask(dice: np.random.Generator, many: int, shares: NDArray[np.float64]) -> NDArray[Any]:
    mask = np.zeros(many, dtype=np.uint64)
    for bit, share in enumerate(shares.tolist()):
        mask |= (dice.random(many) < share).astype(np.uint64) << np.uint64(bit)
    return mask


def _known(dice: np.random.Generator, many: int, ids: Ints) -> tuple[Ints, Ints]:
    count = np.where(dice.random(many) < 0.35, dice.integers(1, 4, many), 0)
    return np.concatenate(([0], np.cumsum(count))).astype(np.int64), dice.choice(ids, int(count.sum()))
