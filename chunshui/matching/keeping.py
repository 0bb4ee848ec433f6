"""The prices of a round as they are kept: what a place of each order saves, and whose time saves anything when, as a few compressed arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.orders import Time

if TYPE_CHECKING:
    from chunshui.matching.worth import Evidence

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Regret:
    """What it would mean for the whole to send this volunteer to this order after all."""

    cost: int
    """Of the pair."""
    worth: int
    """What her time then saves elsewhere."""
    price: int
    """What the order saves by being served by somebody else."""
    needed_by: int | None = None
    """The order that has her at that time."""

    @property
    def at_least(self) -> int:
        """The whole would be dearer by at least so much; 0: just as good, as far as the prices say."""
        return max(0, self.cost + self.worth - self.price)


@dataclass(frozen=True, slots=True)
class Prices:
    order_ids: Ints
    saves: Ints
    """Per order: what one place less would save."""
    volunteer_ids: Ints
    """Rising; a volunteer occurs once for each moment at which somebody else wanted them."""
    points: Ints
    """The minute that all times of the moment hold."""
    worths: Ints
    first_visit: Ints
    """One number: what the first visit of a day costs anybody."""
    turnaround: Ints
    """One number: minutes after a visit."""

    @classmethod
    def of(cls, evidence: Evidence) -> Prices:
        batch, arcs = evidence.batch, evidence.arcs
        worth = evidence.flow.worth()
        some = np.flatnonzero(worth > 0)
        people = batch.district.sight.rows["id"][arcs.row[some]].astype(np.int64)
        rows = np.unique(np.stack((people, batch.points(arcs.keep(some)), worth[some]), axis=1).astype(np.int64), axis=0)
        steps, turnaround = batch.weights.day_steps[0], batch.weights.turnaround_minutes
        who, points, worths = rows.T
        return cls(batch.orders.table["id"], evidence.flow.prices, who, points, worths, np.array([steps]), np.array([turnaround]))

    def regret(self, order_id: int, volunteer_id: int, time: Time, cost: int) -> Regret | None:
        """None for an order of another round."""
        at = int(np.searchsorted(self.order_ids, order_id))
        if at == self.order_ids.size or self.order_ids[at] != order_id:
            return None
        first, last = (int(np.searchsorted(self.volunteer_ids, volunteer_id, side=side)) for side in ("left", "right"))
        until = time.end + int(self.turnaround[0])
        then = (self.points[first:last] > time.start) & (self.points[first:last] <= until)
        worth = int(self.worths[first:last][then].max(initial=int(self.first_visit[0])))
        return Regret(cost, worth, int(self.saves[at]))

    def to_bytes(self) -> bytes:
        out = BytesIO()
        np.savez_compressed(out, **{one.name: getattr(self, one.name) for one in fields(self)})
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Prices:
        with np.load(BytesIO(data), allow_pickle=False) as found:
            return cls(**{one.name: found[one.name] for one in fields(cls)})
