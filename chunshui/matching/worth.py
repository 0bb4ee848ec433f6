"""What the prices of a round say: why not her, and where one more volunteer would help most."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.batching import Batch
from chunshui.matching.candidates import distances, terms
from chunshui.matching.flow import Arcs, Flow
from chunshui.matching.keeping import Prices, Regret
from chunshui.matching.orders import Order

Ints = NDArray[np.int64]
MIDDLING = 500
"""A volunteer nobody knows yet says yes every other time, in thousandths."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One more volunteer with these skills who lives here would save so much."""

    skills: int
    x: float
    y: float
    """The middle of the square."""
    saves: int
    orders: int
    """Orders that such a person could serve with gain."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The prices of a round with what they were found from."""

    batch: Batch
    arcs: Arcs
    flow: Flow
    """Over these arcs."""
    chosen: tuple[Ints, Ints, Ints, Ints] = field(repr=False)
    """Of the plan: order index, row, start, end with turnaround."""

    def regret(self, order: Order, volunteer_id: int, time: int) -> Regret:
        batch = self.batch
        people = batch.district.take([batch.district.row(volunteer_id)])
        row, only = batch.district.row(volunteer_id), np.array([0])
        cost = sum(int(part[0]) for part in terms(people, order, batch.weights, only, distances(people, order, only)).values())
        index = int(np.searchsorted(batch.orders.table["id"], order.id))
        start, until = order.times[time].start, order.times[time].end + batch.weights.turnaround_minutes
        return Regret(cost, self._worth(row, start, until), int(self.flow.prices[index]), self._needed_by(row, start, until, index))

    def kept(self) -> Prices:
        """What has to be kept so that the question can be answered later."""
        return Prices.of(self)

    def wanted(self, cell_m: int = 1000, reach_m: int = 3000) -> list[Wanted]:
        """By skills and square, the greatest saving first: the volunteer is free then, takes one visit, goes so far, and is new."""
        batch, table = self.batch, self.batch.orders.table
        reach = np.minimum(table["max_distance_m"], reach_m)
        newcomer = np.rint(batch.weights.acceptance * (1000 - MIDDLING) / 1000) + batch.weights.day_steps[0]
        gain = self.flow.prices - int(newcomer)
        found: dict[tuple[int, int, int], list[int]] = {}
        some = np.flatnonzero((gain > 0) & (batch.places > 0))
        around = int(reach_m // cell_m) + 1
        for across in range(-around, around + 1):
            for up in range(-around, around + 1):
                self._visit_squares(some, gain, reach, (across, up), cell_m, found)
        squares = [Wanted(skills, (cx + 0.5) * cell_m, (cy + 0.5) * cell_m, max(saves), len(saves)) for (skills, cx, cy), saves in found.items()]
        return sorted(squares, key=lambda one: (-one.saves, one.skills, one.x, one.y))

    def _visit_squares(
        self, some: Ints, gain: Ints, reach: Ints, shift: tuple[int, int], cell_m: int, found: dict[tuple[int, int, int], list[int]]
    ) -> None:
        table = self.batch.orders.table[some]
        cx, cy = (np.floor(table[axis] / cell_m).astype(np.int64) + move for axis, move in zip("xy", shift, strict=True))
        away = np.rint(np.hypot((cx + 0.5) * cell_m - table["x"], (cy + 0.5) * cell_m - table["y"])).astype(np.int64)
        saves = gain[some] - self.batch.weights.distance * away // 3000
        good = (saves > 0) & (away <= reach[some])
        for skills, x, y, save in zip(table["skills"][good].tolist(), cx[good].tolist(), cy[good].tolist(), saves[good].tolist(), strict=True):
            found.setdefault((skills, x, y), []).append(save)

    def _worth(self, row: int, start: int, until: int) -> int:
        """The price of her time then: of the moments that it holds the dearest; where nobody asked for it, a first visit.

        A moment that it merely touches may still be served, so it proves nothing.
        """
        mine = np.flatnonzero(self.arcs.row == row)
        points = self.batch.points(self.arcs.keep(mine))
        held = mine[(points > start) & (points <= until)]
        return int(self.flow.worth()[held].max()) if held.size else self.batch.weights.day_steps[0]

    def _needed_by(self, row: int, start: int, until: int, index: int) -> int | None:
        order, rows, starts, ends = self.chosen
        there = np.flatnonzero((rows == row) & (starts < until) & (ends > start) & (order != index))
        return int(self.batch.orders.table["id"][order[there[0]]]) if there.size else None
