"""A batch of orders ready to be solved: locked pairs settled, the shortlists of a district, and what may be listed still."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chunshui.matching import flow
from chunshui.matching.batch import Asked, Orders
from chunshui.matching.candidates import Calendar
from chunshui.matching.columns import VISIT
from chunshui.matching.district import District
from chunshui.matching.moments import moments_of
from chunshui.matching.orders import Order, Time
from chunshui.matching.problem import Pin, pins_of, with_visits
from chunshui.matching.shortlist import FAR, Shortlist, asked_of, shortlist
from chunshui.matching.weights import Weights

Ints = NDArray[np.int64]


@dataclass(slots=True)
class Batch:
    district: District
    orders: Orders
    weights: Weights
    pins: list[Pin] = field(init=False)
    """Pairs chosen by hand; their `row` is a row of the district."""
    asked: Asked = field(init=False)
    places: Ints = field(init=False)
    """Per order: places left to fill."""
    penalties: Ints = field(init=False)
    all_or_none: NDArray[np.bool_] = field(init=False)
    arcs: flow.Arcs = field(init=False)
    limits: flow.Limits = field(init=False)
    people: Ints = field(init=False)
    """Per order: how many may go."""
    together: Ints = field(init=False)
    """Per order: how many could come at the best time, as far as places and lists go."""
    outside: Ints = field(init=False)
    """Per order: the cost of its cheapest choice that is not listed."""
    open: Ints = field(init=False)
    """Per order: how many choices there are, listed or not."""
    _moments: Ints = field(init=False)

    def __post_init__(self) -> None:
        table = self.orders.table
        self.places = table["places"] - np.diff(self.orders.locked_offsets)
        self.penalties, self.all_or_none = self.orders.penalties(self.weights), table["all_or_none"].astype(np.bool_)
        self.pins = _pins(self.district, self.orders, self.weights.turnaround_minutes)
        self.asked = asked_of(self.district, self.orders, only=self._only(), pins=_visits(self.pins))
        self._moments = moments_of(self.asked, self.weights.turnaround_minutes)
        found = shortlist(self.district, self.orders, self.weights, asked=self.asked) if len(self) else _nothing()
        self.people, self.outside, self.open = found.people, found.outside, found.open
        self.arcs, self.limits = _arcs(found), _limits(found, self.weights)
        if (self.places == 0).any():
            self._keep(self.places[self.arcs.order] > 0)
            self.outside[self.places == 0] = FAR
        self.together = self._together()

    def __len__(self) -> int:
        return int(self.places.size)

    @property
    def enough(self) -> NDArray[np.bool_]:
        return np.asarray(~self.all_or_none | (self.together >= self.places))

    @property
    def reachable(self) -> Ints:
        """Places that somebody could take; the others stay empty in every plan."""
        return np.where(self.enough, np.minimum(self.places, self.together), 0)

    def list_below(self, prices: Ints, which: NDArray[np.bool_]) -> bool:
        """List every pair that could improve the plan at these prices; False when all of them are listed."""
        ceiling = prices - self.weights.day_steps[0]
        more = np.flatnonzero(which & (self.outside < ceiling))
        if not more.size:
            return False
        orders = _some(self.orders, more)
        asked = asked_of(self.district, orders, only=self.asked.only[more], pins=self.asked.pins)
        found = shortlist(self.district, orders, self.weights, asked=asked, ceiling=ceiling[more], room=self.open[more])
        self.outside[more] = found.outside
        self._replace(more, _arcs(found), _limits(found, self.weights))
        return True

    def order(self, at: int) -> Order:
        """As an object, as far as the arrays say; how often somebody known has come is not among them."""
        line, orders = self.orders.table[at], self.orders
        times = slice(int(orders.time_offsets[at]), int(orders.time_offsets[at + 1]))
        known = orders.known_ids[orders.known_offsets[at] : orders.known_offsets[at + 1]]
        plain = {name: line[name].item() for name in orders.table.dtype.names or ()}
        whens = zip(orders.time_slots[times].tolist(), orders.time_start[times].tolist(), orders.time_end[times].tolist(), strict=True)
        locked = orders.locked_ids[orders.locked_offsets[at] : orders.locked_offsets[at + 1]]
        return Order(**plain, times=tuple(Time(*when) for when in whens), known=dict.fromkeys(known.tolist(), 1), locked=frozenset(locked.tolist()))

    def _only(self) -> Ints:
        only = np.full(len(self), -1, dtype=np.int64)
        for pin in self.pins:
            only[np.searchsorted(self.orders.table["id"], pin.order.id)] = pin.time
        return only

    def _together(self) -> Ints:
        offsets = self.orders.time_offsets
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        listed = np.bincount(offsets[self.arcs.order] + self.arcs.time, minlength=int(offsets[-1]))
        return np.maximum.reduceat(listed, offsets[:-1])

    def points(self, arcs: flow.Arcs) -> Ints:
        """Per arc: the minute that all times of its moment hold, so that whoever is elsewhere at that minute takes none of them."""
        until, numbers = self.asked.time_end + self.weights.turnaround_minutes, self._moments
        earliest = np.full(int(numbers.max(initial=-1)) + 1, np.iinfo(np.int64).max)
        np.minimum.at(earliest, numbers, until)
        found: Ints = earliest[numbers[self.orders.time_offsets[arcs.order] + arcs.time]]
        return found

    def _keep(self, which: NDArray[np.bool_]) -> None:
        self.arcs, self.limits = self.arcs.keep(which), self.limits.keep(which)

    def _replace(self, orders: Ints, arcs: flow.Arcs, limits: flow.Limits) -> None:
        """Other arcs for these orders, with the moments of the whole batch."""
        owner = orders[arcs.order]
        moment = self._moments[self.orders.time_offsets[owner] + arcs.time]
        arcs = replace(arcs, order=owner, group=moment * (1 << 32) + arcs.row)
        self._keep(~np.isin(self.arcs.order, orders))
        whole = np.argsort(np.concatenate((self.arcs.order, arcs.order)), kind="stable")
        self.arcs, self.limits = self.arcs.joined(arcs).keep(whole), self.limits.joined(limits).keep(whole)


def _nothing() -> Shortlist:
    kinds = (np.int32, np.int32, np.int16, np.int64, np.int64, np.int32, *(np.int64,) * 5, np.int16, np.int16, np.int16)
    made: list[Any] = [np.zeros(0, dtype=kind) for kind in kinds]
    return Shortlist(*made)


def _arcs(found: Shortlist) -> flow.Arcs:
    return flow.Arcs(found.order, found.row, found.time, found.start, found.until, found.cost, found.group)


def _limits(found: Shortlist, weights: Weights) -> flow.Limits:
    return flow.Limits(found.day_used, found.day_limit, found.week_left, weights.day_steps)


def _some(orders: Orders, which: Ints) -> Orders:
    """These orders of a batch."""

    def part(offsets: Ints, *columns: Any) -> list[Any]:
        sizes = np.diff(offsets)[which]
        ends = np.concatenate(([0], np.cumsum(sizes)))
        lines = np.arange(int(ends[-1])) + np.repeat(offsets[which] - ends[:-1], sizes)
        return [ends.astype(np.int64), *(column[lines] for column in columns)]

    times = part(orders.time_offsets, orders.time_slots, orders.time_start, orders.time_end)
    lists = [(orders.known_offsets, orders.known_ids), (orders.barred_offsets, orders.barred_ids), (orders.locked_offsets, orders.locked_ids)]
    return Orders(orders.table[which], *times, *(column for offsets, ids in lists for column in part(offsets, ids)))


def _pins(district: District, orders: Orders, turnaround: int) -> list[Pin]:
    """Locked people come at the first time at which most of them are free."""
    if not orders.locked_ids.size:
        return []
    rows = [district.row(person) for person in np.unique(orders.locked_ids).tolist()]
    people = district.take(rows)
    pins = pins_of(people, _locking(orders), Calendar(people, turnaround))
    with_visits(people, pins, turnaround)
    return [replace(pin, row=district.row(int(people.ids[pin.row]))) for pin in pins]


def _locking(orders: Orders) -> Sequence[Order]:
    """The orders with locked people, as far as their times are asked for."""
    made = []
    for at in np.flatnonzero(np.diff(orders.locked_offsets)).tolist():
        times = slice(int(orders.time_offsets[at]), int(orders.time_offsets[at + 1]))
        whens = zip(orders.time_slots[times].tolist(), orders.time_start[times].tolist(), orders.time_end[times].tolist(), strict=True)
        locked = orders.locked_ids[orders.locked_offsets[at] : orders.locked_offsets[at + 1]]
        line = orders.table[at]
        number, place = int(line["id"]), (float(line["x"]), float(line["y"]))
        made.append(Order(number, *place, tuple(Time(*when) for when in whens), int(line["places"]), locked=frozenset(locked.tolist())))
    return made


def _visits(pins: Sequence[Pin]) -> NDArray[Any]:
    made = np.zeros(len(pins), dtype=VISIT)
    for at, pin in enumerate(pins):
        made[at] = (pin.row, -1, pin.visit.start, pin.visit.end, 0, pin.order.x, pin.order.y, 1)
    return made
