"""A whole round: the plan that is best together, proven by its prices, with what it leaves open and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.answers import Assignment, Load, Pairs, Round, Short, Unserved
from chunshui.matching.batch import Orders
from chunshui.matching.batching import Batch
from chunshui.matching.candidates import distances, terms
from chunshui.matching.columns import TOTAL
from chunshui.matching.desk import reasons_for
from chunshui.matching.district import District
from chunshui.matching.lazily import Lazily, LazyMapping
from chunshui.matching.orders import Order
from chunshui.matching.planning import Plan, Planner
from chunshui.matching.reasons import Code, Funnel, Reason, Stage
from chunshui.matching.shortlist import funnels
from chunshui.matching.volunteers import Volunteers
from chunshui.matching.weights import Weights
from chunshui.matching.worth import Evidence

Ints = NDArray[np.int64]
Naming = Callable[[int], Order]
"""Index of an order in its batch -> the order with everything that is known of it."""

_EMPTIED_BY = {
    Stage.REGISTERED: Code.NOBODY,
    Stage.SKILL: Code.LACKS_SKILL,
    Stage.FREE: Code.NOT_FREE,
    Stage.REACH: Code.TOO_FAR,
    Stage.LANGUAGE: Code.LANGUAGE,
    Stage.GENDER: Code.GENDER,
    Stage.AGE: Code.TOO_YOUNG,
    Stage.OPEN: Code.ASKED_ALL,
    Stage.CAPACITY: Code.FULL,
}


def solve(
    volunteers: Volunteers | District,
    orders: Sequence[Order] | Orders,
    weights: Weights | None = None,
    *,
    thorough: bool = False,
    naming: Naming | None = None,
) -> Round:
    """The best plan for all orders together; `thorough` takes minutes where needed to prove that it is.

    With `Orders` as arrays, `naming` gives an order as an object when its reasons are asked for; without it they say
    that somebody is known, but not from how many visits.
    """
    district = volunteers if isinstance(volunteers, District) else District.of(volunteers)
    if not isinstance(orders, Orders):
        by_id = sorted(orders, key=lambda order: order.id)
        naming = naming or by_id.__getitem__
        _refuse_twins(by_id)
        orders = Orders.of(by_id)
    batch = Batch(district, orders, weights or Weights())
    planner = Planner(batch)
    free = planner.relax()
    return _report(batch, planner.repair(free, thorough=thorough), free, naming or batch.order)


def _refuse_twins(by_id: Sequence[Order]) -> None:
    for one, other in pairwise(by_id):
        if one.id == other.id:
            raise ValueError(f"order {one.id}: given twice")


def _report(batch: Batch, plan: Plan, free: Plan, naming: Naming) -> Round:
    pairs = _pairs(batch, plan)
    empty = batch.places - plan.served(len(batch))
    ids = batch.orders.table["id"].tolist()
    before, after = _loads(batch, pairs)
    return Round(
        assignments=Lazily(pairs.order.size, _Described(batch, pairs, naming).assignment),
        unserved=Lazily(int(np.count_nonzero(empty)), _Unserved(batch, empty).at),
        objective=plan.objective,
        bound=free.objective,
        is_proven=plan.proven,
        prices=LazyMapping(lambda: dict(zip(ids, free.flow.prices.tolist(), strict=True))),
        volunteer_prices=LazyMapping(lambda: _worth(batch, free)),
        penalties=LazyMapping(lambda: dict(zip(ids, batch.penalties.tolist(), strict=True))),
        load_before=before,
        load_after=after,
        lift=plan.lift,
        pairs=_plain(batch, pairs),
        short=tuple(_short(batch, empty)),
        evidence=Evidence(batch, free.arcs, free.flow, _visits(plan)),
    )


def _visits(plan: Plan) -> tuple[Ints, Ints, Ints, Ints]:
    arcs = plan.arcs.keep(plan.chosen)
    return tuple(column.astype(np.int64) for column in (arcs.order, arcs.row, arcs.start, arcs.until))  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Who goes where, by order and volunteer id."""

    order: Ints
    row: Ints
    person: Ints
    time: Ints
    cost: Ints
    """-1 where locked: to be priced when asked."""
    locked: NDArray[np.bool_]


def _pairs(batch: Batch, plan: Plan) -> _Pairs:
    arcs, pins = plan.arcs.keep(plan.chosen), batch.pins
    at = np.searchsorted(batch.orders.table["id"], [pin.order.id for pin in pins]).astype(np.int64)
    order = np.concatenate((arcs.order, at)).astype(np.int64)
    row = np.concatenate((arcs.row, np.array([pin.row for pin in pins], dtype=np.int64))).astype(np.int64)
    time = np.concatenate((arcs.time, np.array([pin.time for pin in pins], dtype=np.int64))).astype(np.int64)
    cost = np.concatenate((arcs.cost, np.full(len(pins), -1))).astype(np.int64)
    locked = np.arange(order.size) >= len(arcs)
    person = batch.district.sight.rows["id"][row]
    by_id = np.lexsort((person, order))
    return _Pairs(order[by_id], row[by_id], person[by_id], time[by_id], cost[by_id], locked[by_id])


def _plain(batch: Batch, pairs: _Pairs) -> Pairs:
    orders = batch.orders
    starts = orders.time_start[orders.time_offsets[pairs.order] + pairs.time]
    return Pairs(orders.table["id"][pairs.order], pairs.person, starts, np.where(pairs.locked, 0, pairs.cost))


@dataclass(slots=True)
class _Described:
    """Puts pairs into reasons when somebody asks."""

    batch: Batch
    pairs: _Pairs
    naming: Naming
    _people: Volunteers | None = field(init=False, default=None)
    _named: dict[int, Order] = field(init=False, default_factory=dict)

    def assignment(self, at: int) -> Assignment:
        pairs, number = self.pairs, int(self.pairs.order[at])
        if number not in self._named:
            self._named[number] = self.naming(number)
        order, people = self._named[number], self._volunteers()
        row, time, locked = people.row(int(pairs.person[at])), int(pairs.time[at]), bool(pairs.locked[at])
        away = distances(people, order, np.array([row]))
        cost = (
            int(pairs.cost[at])
            if not locked
            else sum(int(part[0]) for part in terms(people, order, self.batch.weights, np.array([row]), away).values())
        )
        reasons = (*((Reason(Code.LOCKED),) if locked else ()), *reasons_for(people, order, row, time))
        return Assignment(order.id, int(pairs.person[at]), time, cost, int(away[0]), reasons, locked)

    def _volunteers(self) -> Volunteers:
        if self._people is None:
            self._people = self.batch.district.take(np.unique(self.pairs.row))
        return self._people


@dataclass(slots=True)
class _Unserved:
    """Finds the binding rule of orders with empty places when somebody asks."""

    batch: Batch
    empty: Ints
    _which: Ints = field(init=False)
    _funnels: Ints | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._which = np.flatnonzero(self.empty)

    def at(self, place: int) -> Unserved:
        batch, order = self.batch, int(self._which[place])
        if self._funnels is None:
            self._funnels = funnels(batch.district, batch.orders, batch.weights, asked=batch.asked, which=self._which)
        counts = Funnel(dict(zip(Stage, self._funnels[place].tolist(), strict=True)))
        return Unserved(int(batch.orders.table["id"][order]), int(self.empty[order]), self._reason(order, counts), counts)

    def _reason(self, order: int, counts: Funnel) -> Reason:
        return binding(counts, int(self.batch.places[order])) or _others(self.batch, order, int(self.empty[order]))


def binding(counts: Funnel, places: int) -> Reason | None:
    """The first rule that left fewer people than there are places, with how many; None when there are enough."""
    short = next((stage for stage, left in counts.counts.items() if left < places), None)
    return None if short is None else Reason(_EMPTIED_BY[short], counts.counts[short])


def _others(batch: Batch, order: int, empty: int) -> Reason:
    """Why places stay empty though enough people may go."""
    if batch.together[order] < batch.places[order]:
        return Reason(Code.NO_COMMON_TIME, int(batch.together[order]))
    if batch.all_or_none[order] and empty > 1:
        return Reason(Code.NOT_ENOUGH_TOGETHER, int(batch.people[order]))
    return Reason(Code.NEEDED_ELSEWHERE, int(batch.people[order]))


def _short(batch: Batch, empty: Ints) -> Iterator[Short]:
    for order in np.flatnonzero(empty).tolist():
        left, enough = int(empty[order]), batch.people[order] >= batch.places[order]
        yield Short(int(batch.orders.table["id"][order]), left, _others(batch, order, left) if enough else None)


def _worth(batch: Batch, plan: Plan) -> dict[int, int]:
    worth = plan.flow.worth()
    some = np.flatnonzero(worth > 0)
    rows, place = np.unique(plan.arcs.row[some], return_inverse=True)
    most = np.zeros(rows.size, dtype=np.int64)
    np.maximum.at(most, place, worth[some])
    by_id = dict(zip(batch.district.sight.rows["id"][rows].tolist(), most.tolist(), strict=True))
    return dict(sorted(by_id.items()))


def _loads(batch: Batch, pairs: _Pairs) -> tuple[Load, Load]:
    """How the visits of 30 days lie on everybody, now and with these."""
    sight = batch.district.sight
    load = sight.rows["load30"][: sight.counts[TOTAL]]
    before = np.bincount(np.maximum(load, 0), minlength=1)
    rows, more = np.unique(pairs.row, return_counts=True)
    had = load[rows].astype(np.int64)
    size = max(before.size, int((had + more).max(initial=0)) + 1)
    after = np.bincount(had + more, minlength=size) + np.pad(before, (0, size - before.size)) - np.bincount(had, minlength=size)
    return load_of(before), load_of(after)


def load_of(histogram: Ints) -> Load:
    """From the number of people by visits."""
    visits = np.arange(histogram.size)
    total, busy = int(visits @ histogram), int(histogram[1:].sum())
    most = int(visits[histogram > 0].max(initial=0))
    top, left = 0, -(-busy // 10)
    for each in range(most, 0, -1):
        taken = min(left, int(histogram[each]))
        top, left = top + taken * each, left - taken
    return Load(total, busy, most, top / total if total else 0.0)
