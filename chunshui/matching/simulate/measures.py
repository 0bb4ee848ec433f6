"""What came of it, in numbers; and how sure they are over several seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from chunshui.matching.simulate.life import State
from chunshui.matching.simulate.pairs import Pairs
from chunshui.matching.simulate.world import TICKS_A_DAY, Floats, Ints, World

#: two-sided 95 % of Student's t by degrees of freedom 1..30
STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip
GROUPS = ("fewest people", "middling", "most people")


@dataclass(frozen=True, slots=True)
class Measures:
    served: float
    """Share of the places that somebody took."""
    gravest: float
    """The same for priority 4."""
    groups: tuple[float, ...]
    """The same by community: fewest, middling, most volunteers for each order."""
    messages: float
    """Questions sent for each place taken."""
    sorry: float
    """Yeses for each place taken that came too late."""
    waited_hours: float
    """Awake hours from the order to the yes, on average over the places taken."""
    waited_long: float
    """The same for the slowest tenth (90th percentile)."""
    continuity: float
    """Where somebody who could come knows the resident: how often such a person came."""
    kilometres: float
    top_tenth: float
    """Share of the visits that the busiest tenth of all volunteers made."""
    gini: float
    helpers: float
    """Share of all volunteers who made a visit."""
    silenced: float
    """Share of all volunteers who have stopped reading by the end."""
    kept_promise: float
    """Waves to one place: places taken, over the chance that was promised (1: exactly as promised; only for coverage waves)."""


def measure(world: World, pairs: Pairs, state: State, promises: tuple[float, float]) -> Measures:
    service = np.concatenate(state.services) if state.services else np.zeros(0, dtype=np.int64)
    order, orders = pairs.order[service], world.orders
    places = orders.places
    visits = np.bincount(pairs.person[service], minlength=world.shape.people)
    taken = max(1, service.size)
    waited = np.concatenate(state.waited) / TICKS_A_DAY * 13 if service.size else np.zeros(1)
    has_friend = np.zeros(places.size, dtype=np.bool_)
    has_friend[pairs.order[state.knows]] = True
    with_friend = has_friend[order]
    end = (int(orders.arrival.max(initial=0)) // TICKS_A_DAY + 1) * TICKS_A_DAY
    return Measures(
        served=_share(state.filled, places, np.ones(places.size, dtype=np.bool_)),
        gravest=_share(state.filled, places, orders.priority == 4),
        groups=tuple(_share(state.filled, places, orders.group == group) for group in range(len(GROUPS))),
        messages=state.sent / taken,
        sorry=state.sorry / taken,
        waited_hours=float(waited.mean()),
        waited_long=float(np.quantile(waited, 0.9)),
        continuity=float(state.knows[service][with_friend].mean()) if with_friend.any() else 0.0,
        kilometres=float(pairs.metres[service].mean()) / 1000 if service.size else 0.0,
        top_tenth=top_tenth(visits),
        gini=gini(visits),
        helpers=float((visits > 0).mean()),
        silenced=float((state.silent_until > end).mean()),
        kept_promise=promises[0] / promises[1] if promises[1] else 0.0,
    )


def _share(filled: Ints, places: Ints, which: np.ndarray) -> float:
    return float(filled[which].sum() / max(1, places[which].sum()))


def top_tenth(visits: Ints) -> float:
    busiest = np.sort(visits)[::-1]
    return float(busiest[: max(1, visits.size // 10)].sum() / max(1, visits.sum()))


def gini(visits: Ints) -> float:
    """0: everyone the same; 1: one does it all."""
    ranked = np.sort(visits).astype(np.float64)
    total = ranked.sum()
    if total == 0:
        return 0.0
    return float((2 * np.arange(1, ranked.size + 1) - ranked.size - 1) @ ranked / (ranked.size * total))


@dataclass(frozen=True, slots=True)
class Interval:
    mean: float
    half: float
    """Half the width of the 95 % confidence interval over the seeds."""

    @property
    def low(self) -> float:
        return self.mean - self.half

    @property
    def high(self) -> float:
        return self.mean + self.half


def interval(values: Sequence[float] | Floats) -> Interval:
    given = np.asarray(values, dtype=np.float64)
    if given.size < 2:
        return Interval(float(given.mean()), float("nan"))
    student = STUDENT[min(given.size - 2, len(STUDENT) - 1)]
    return Interval(float(given.mean()), float(student * given.std(ddof=1) / np.sqrt(given.size)))
