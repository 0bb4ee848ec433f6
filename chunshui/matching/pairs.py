"""Bare pairs with whole costs: the assignment problem, its sparse kin, and orders of several places with people of several visits.

No rules, no words: who may go where at what cost, how many an order needs, how many a volunteer takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chunshui.matching import flow, proof

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    orders: Ints
    """Ids."""
    places: Ints
    penalties: Ints
    """Of one empty place, per order."""
    volunteers: Ints
    """Ids."""
    limits: Ints
    """Orders a volunteer takes."""
    order: Ints
    """Per pair: index of the order, index of the volunteer, cost. Sorted so, each pair once."""
    volunteer: Ints
    cost: Ints

    def arcs(self) -> tuple[flow.Arcs, flow.Limits]:
        """Every pair a moment of its own: only the limit holds a volunteer back."""
        zero, limit = np.zeros_like(self.order), np.minimum(self.limits, np.iinfo(np.int16).max)[self.volunteer]
        arcs = flow.Arcs(self.order, self.volunteer, zero, zero, zero + 1, self.cost, np.arange(self.order.size))
        return arcs, flow.Limits(zero, limit, limit, (0,))


@dataclass(frozen=True, slots=True)
class PairsPlan:
    pairs: Ints
    """Indexes of the chosen pairs."""
    empty: Ints
    """Places left empty, per order."""
    objective: int
    bound: int
    prices: Ints


def serve_first(places: Ints, cost: Ints) -> int:
    """A penalty no cost outweighs: as many places as can be filled are filled."""
    return 1 + 2 * int(places.sum()) * int(np.abs(cost).max(initial=0))


def solve_pairs(given: Pairs) -> PairsPlan:
    arcs, limits = given.arcs()
    found = flow.solve(arcs, limits, given.places, given.penalties)
    empty = given.places - np.bincount(given.order[found.chosen], minlength=given.places.size)
    return PairsPlan(found.chosen, empty, found.objective, found.bound, found.prices)


def check_pairs(given: Pairs, plan: PairsPlan) -> list[str]:
    """What is wrong with this plan; an empty list when it is right and proven the best."""
    arcs, limits = given.arcs()
    said = proof.faults(arcs, limits, given.places, given.penalties, plan.pairs, plan.objective, plan.prices)
    empty = given.places - np.bincount(given.order[plan.pairs], minlength=given.places.size)
    said += [f"order {given.orders[at]}: {plan.empty[at]} empty places are claimed, {empty[at]} are" for at in np.flatnonzero(plan.empty != empty)]
    if plan.bound != plan.objective:
        said.append(f"bound: {plan.bound} is claimed, the plan costs {plan.objective}")
    return said
