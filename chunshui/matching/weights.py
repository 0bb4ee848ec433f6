"""What a good assignment is: whole numbers with a meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.orders import MINUTES_A_DAY, Order

WEEK = 7 * MINUTES_A_DAY


@dataclass(frozen=True, slots=True)
class Weights:
    """What a good assignment is, in milli-units; 1000 is "worth three kilometres of way"."""

    distance: int = 1000
    """Per 3 km between home and resident, in proportion."""
    load: int = 600
    """At 20 or more visits in 30 days; in proportion below."""
    acceptance: int = 700
    """For a volunteer who never says yes; in proportion to 1 - acceptance."""
    familiarity: int = 900
    """Saved when the volunteer has visited this resident before; times Order.continuity."""
    messages: int = 900
    """At 6 or more offers in 7 days; in proportion below."""
    skill_surplus: int = 200
    """At 5 or more scarce skills this order does not ask for; in proportion below: keeps certificate holders for certificate work."""
    scarce_skills: int = (1 << 64) - 1
    """Mask of the skills that count as scarce."""
    newcomer: int = 100
    """Saved when the volunteer has never been sent: everybody gets a turn."""
    wish_gender: int = 300
    """When a wished (not required) gender is not met."""
    wish_language: int = 300
    """When a wished (not required) language is not met."""
    day_steps: tuple[int, ...] = (0, 250, 600)
    """On top for the 1st, 2nd, 3rd .. visit of a volunteer's day; the last value holds for all later ones; never falling."""
    unserved: tuple[int, int, int, int] = (5000, 6500, 8500, 11500)
    """For each place left empty, by priority 1..4. Raised together when the dearest pair could cost more: see `penalties`."""
    waiting: int = 500
    """More for each place left empty after a week of waiting; in proportion below."""
    turnaround_minutes: int = 15
    """Least time between the end of one visit and the start of the next."""
    candidates: int = 32
    """Cheapest volunteers compared per order; the known ones come on top."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "day_steps", tuple(self.day_steps))
        object.__setattr__(self, "unserved", tuple(self.unserved))
        for one in fields(self):
            value = getattr(self, one.name)
            for number in value if isinstance(value, tuple) else (value,):
                if not isinstance(number, int) or isinstance(number, bool) or number < 0:
                    raise ValueError(f"Weights.{one.name}: {value!r} is not made of whole numbers from 0 up")
        if not self.day_steps or list(self.day_steps) != sorted(self.day_steps):
            raise ValueError(f"Weights.day_steps: {self.day_steps} may not fall")
        if len(self.unserved) != 4 or list(self.unserved) != sorted(self.unserved):
            raise ValueError(f"Weights.unserved: {self.unserved} must be four penalties that do not fall")
        if self.candidates < 1:
            raise ValueError("Weights.candidates: at least 1")

    def dearest_pair(self, distance_m: int) -> int:
        """More than any pair within this distance can cost, the dearest step of the day included."""
        way = -(-self.distance * distance_m // 3000)
        rest = self.load + self.acceptance + self.messages + self.skill_surplus + self.wish_gender + self.wish_language
        return way + rest + self.day_steps[-1]

    def check_range(self, orders: NDArray[Any]) -> None:
        """Costs are kept in 32 bits; ValueError when one could be larger."""
        far = int(orders["max_distance_m"].max(initial=0))
        saved = self.familiarity * int(orders["continuity"].max(initial=0)) + self.newcomer
        if max(self.dearest_pair(far), saved) >= 1 << 31:
            raise ValueError("Weights: a pair could cost more than 2147483647")

    def penalties(self, orders: Iterable[Order]) -> dict[int, int]:
        """Order id -> penalty of one empty place; the ladder is lifted so that nobody is left out because helping is dear."""
        orders = list(orders)
        asked = np.array([(order.priority, order.waiting_minutes, order.max_distance_m) for order in orders], dtype=np.int64).reshape(-1, 3)
        each = self.penalties_of(asked[:, 0], asked[:, 1], asked[:, 2])
        return {order.id: penalty for order, penalty in zip(orders, each.tolist(), strict=True)}

    def penalties_of(self, priority: NDArray[Any], waiting_minutes: NDArray[Any], max_distance_m: NDArray[Any]) -> NDArray[np.int64]:
        """As `penalties`, from arrays and as an array."""
        floor = self.dearest_pair(int(max_distance_m.max(initial=0))) + 1 if priority.size else 0
        ladder = np.array(self.unserved, dtype=np.int64) + max(0, floor - self.unserved[0])
        waited: NDArray[np.int64] = self.waiting * np.minimum(waiting_minutes.astype(np.int64), WEEK) // WEEK
        penalties: NDArray[np.int64] = ladder[priority - 1] + waited
        return penalties
