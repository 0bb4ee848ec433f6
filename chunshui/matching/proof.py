"""The referee of a flow, in plain numpy and without the network: is the plan allowed, what does it cost, what do its prices prove?

The bound is Lagrange's: every place pays its price or its penalty, and every volunteer, taken alone, makes of the prices
what can be made: one visit a moment, the steps of the day, the limits of day and week. No plan can cost less.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.flow import Arcs, Limits, Whole
from chunshui.matching.orders import MINUTES_A_DAY

Ints = NDArray[np.int64]


def faults(arcs: Arcs, limits: Limits, places: Ints, penalties: Ints, chosen: Ints, objective: int, prices: Ints) -> list[str]:
    """What is wrong with this plan, one line each; an empty list when it is allowed, costs what it claims and nothing can be cheaper."""
    said = broken(arcs, limits, places, chosen)
    cost = cost_of(arcs, limits, places, penalties, chosen)
    if cost != objective:
        said.append(f"objective: {objective} is claimed, the plan costs {cost}")
    bound = lower_bound(arcs, limits, places, penalties, prices)
    if bound != cost:
        said.append(f"bound: the prices prove {bound}, the plan costs {cost}")
    return said


def broken(arcs: Arcs, limits: Limits, places: Ints, chosen: Ints) -> list[str]:
    """Rules of the flow that a plan breaks."""
    made, left = arcs.keep(chosen), limits.keep(chosen)
    day, week = _days(made), _weeks(made)
    checks = {
        "a choice twice": np.unique(chosen).size != chosen.size,
        "more people than places": np.any(np.bincount(made.order, minlength=places.size) > places),
        "one person in two places at once": np.unique(made.group).size != chosen.size,
        "a day over its limit": np.any(left.day_used + _counts(day) > left.day_limit),
        "a week over its limit": np.any(_counts(week) > left.week_left),
    }
    return [fault for fault, found in checks.items() if found]


def cost_of(arcs: Arcs, limits: Limits, places: Ints, penalties: Ints, chosen: Ints) -> int:
    """Pairs, steps of the days and empty places, counted again."""
    made = arcs.keep(chosen)
    nth = limits.day_used[chosen] + _nth(_days(made), np.zeros(chosen.size))
    empty = places - np.bincount(made.order, minlength=places.size)
    return int(made.cost.sum() + _steps(limits, nth).sum() + empty @ penalties)


def lower_bound(arcs: Arcs, limits: Limits, places: Ints, penalties: Ints, prices: Ints) -> int:
    """No plan costs less, whatever the prices are."""
    paid = np.minimum(prices, penalties)
    gain = arcs.cost.astype(np.int64) - paid[arcs.order]
    some = np.flatnonzero((gain < 0) & (limits.day_used < limits.day_limit) & (limits.week_left > 0))
    some = _first(arcs.group[some], gain[some], some)
    nth = _nth(_days(arcs.keep(some)), gain[some])
    used = limits.day_used[some] + nth
    value = gain[some] + _steps(limits, used)
    good = (value < 0) & (used < limits.day_limit[some])
    some, value = some[good], value[good]
    kept = _nth(_weeks(arcs.keep(some)), value) < limits.week_left[some]
    return int(places @ paid) + int(value[kept].sum())


def _days(arcs: Arcs) -> Ints:
    """A number for each day of each volunteer."""
    return arcs.row.astype(np.int64) * 1_000_000 + arcs.start // MINUTES_A_DAY


def _weeks(arcs: Arcs) -> Ints:
    """Monday to Sunday; day 0 was a Thursday."""
    return arcs.row.astype(np.int64) * 1_000_000 + (arcs.start // MINUTES_A_DAY + 3) // 7


def _counts(keys: Ints) -> Ints:
    """How often each key stands in the list."""
    _, place, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return np.asarray(counts[place], dtype=np.int64)


def _nth(keys: Whole, values: NDArray[np.generic]) -> Ints:
    """The place of each among those of its key, by value, from 0."""
    by_value = np.lexsort((values, keys))
    ordered = keys[by_value]
    begins = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if keys.size else np.zeros(0, np.int64)
    nth = np.empty(keys.size, dtype=np.int64)
    nth[by_value] = np.arange(keys.size) - np.repeat(begins, np.diff(np.append(begins, keys.size)))
    return nth


def _first(keys: Whole, values: Ints, items: Ints) -> Ints:
    """Of each key the item of least value."""
    least: Ints = items[_nth(keys, values) == 0]
    return least


def _steps(limits: Limits, nth: Ints) -> Ints:
    steps = np.array(limits.steps, dtype=np.int64)
    paid: Ints = steps[np.minimum(nth, steps.size - 1)]
    return paid
