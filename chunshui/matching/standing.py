"""A standing optimum: orders come and go, volunteers decline, a person locks a pair, and the plan stays the best one.

Each change re-optimises only what it touches, in microseconds to milliseconds. It lives on the level of the flow: what is
no flow (one common time, all or none, chains of overlapping times) is repaired when a round is made of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from chunshui.matching import duals, flow, pulls
from chunshui.matching.flow import Arcs, Ints, Limits
from chunshui.matching.network import ARCS, CHOICES, ORDERS, PINNED, Choices, Net, empty_net
from chunshui.matching.scaling import hang_all

_BY_ARC = ("arcs", "links", "moments", "seats", "days", "weeks")


class Standing:
    def __init__(self, people: int, steps: tuple[int, ...] = (0,)) -> None:
        """For volunteers with rows below `people`."""
        self._net: Net = empty_net(people, 0, Choices(*(np.zeros(0, kind) for kind in CHOICES)), steps)
        self._times = np.zeros(0, np.int64)
        self._costs = np.zeros(0, np.int32)
        self._places = np.zeros(0, np.int64)
        self._gone: set[int] = set()

    @classmethod
    def of(cls, arcs: Arcs, limits: Limits, places: Ints, penalties: Ints, people: int) -> Standing:
        """From the optimum of a batch; orders are numbered as in the arcs."""
        made = cls(people, limits.steps)
        found = flow.solve(arcs, limits, places, penalties)
        rows = np.full(people, -1, np.int32)
        rows[: found.net.rows.size] = found.net.rows
        made._net = found.net._replace(rows=rows)
        hang_all(made._net)
        made._times = arcs.time.astype(np.int64)
        made._costs = arcs.cost.astype(np.int32)
        made._places = places.astype(np.int64)
        return made

    def insert(self, arcs: Arcs, limits: Limits, places: int, penalty: int) -> int:
        """One more order with its choices (their order index does not matter); the number under which it stands here."""
        left = np.where(np.isin(arcs.row, list(self._gone)), 0, limits.week_left)
        self._grow(len(arcs))
        begin = int(self._net.counts[ARCS])
        lines = slice(begin, begin + len(arcs))
        column: Any
        for column, values in zip(self._net.choices, flow.choices_of(arcs, replace(limits, week_left=left)), strict=True):
            column[lines] = values
        self._times[lines] = arcs.time
        self._places[self._net.counts[ORDERS]] = places
        self._costs[lines] = arcs.cost
        sequence = (begin + np.argsort(arcs.cost, kind="stable")).astype(np.int32)
        return int(pulls.admit_whole(self._net, penalty, self._costs, sequence, places))

    def remove(self, order: int) -> None:
        """The order is no more."""
        self._places[order] = 0
        pulls.remove(self._net, order)

    def decline(self, order: int, row: int) -> None:
        """This volunteer does not go to this order; it gets somebody else, and they may go elsewhere."""
        pulls.forbid(self._net, order, row)

    def withdraw(self, row: int) -> None:
        """This volunteer goes nowhere any more."""
        self._gone.add(row)
        pulls.withdraw(self._net, row)

    def lock(self, order: int, row: int, time: int) -> None:
        """This volunteer goes to this order at this time whatever else changes: no choice any more, and no cost."""
        mine = self._arcs_of(order, row)
        arc = next((at for at in mine if self._times[self._net.links["source"][at]] == time and self._net.arcs["moment"][at] >= 0), None)
        if arc is None or self._places[order] == 0 or not self._takes(order, arc):
            raise ValueError(f"order {order}: volunteer {row} cannot be locked to time {time}")
        self._places[order] -= 1
        pulls.forbid(self._net, order, row)

    def chosen(self, order: int) -> list[tuple[int, int]]:
        """(volunteer row, time) of those it gets, locked ones left out."""
        arc, found = int(self._net.orders["held"][order]), []
        while arc >= 0:
            line = self._net.links["source"][arc]
            found.append((int(self._net.choices.row[line]), int(self._times[line])))
            arc = int(self._net.links["held_next"][arc])
        return sorted(found)

    def empty(self, order: int) -> int:
        """Places that stay empty."""
        return int(self._net.orders["empty"][order])

    @property
    def objective(self) -> int:
        return int(duals.objective(self._net))

    @property
    def bound(self) -> int:
        """What no plan can undercut, proven by the prices that stand here; equal to the objective at all times."""
        return int(duals.bound(self._net, self._places))

    def _takes(self, order: int, arc: int) -> bool:
        moment = self._net.moments[self._net.arcs["moment"][arc]]
        return moment["holder"] != PINNED and bool(pulls.lock(self._net, order, arc))

    def _arcs_of(self, order: int, row: int) -> list[int]:
        first, last = int(self._net.orders["first"][order]), int(self._net.orders["last"][order])
        return [first + at for at in np.flatnonzero(self._net.choices.row[self._net.links["source"][first:last]] == row).tolist()]

    def _grow(self, arcs: int) -> None:
        """Room for one more order with so many arcs."""
        net, counts = self._net, self._net.counts
        orders, size = _roomy(net.orders.size, int(counts[ORDERS]) + 1), _roomy(net.arcs.size, int(counts[ARCS]) + arcs)
        if (orders, size) == (net.orders.size, net.arcs.size):
            return
        nodes = 3 * max(orders, size, 1)
        self._net = net._replace(
            choices=Choices(*(_longer(column, size) for column in net.choices)),
            orders=_longer(net.orders, orders),
            nodes=_longer(net.nodes, nodes),
            heap=np.empty(nodes, np.int32),
            settled=np.empty(nodes, np.int32),
            **{name: _longer(getattr(net, name), size) for name in _BY_ARC},
        )
        self._times, self._costs, self._places = _longer(self._times, size), _longer(self._costs, size), _longer(self._places, orders)


def _roomy(size: int, wanted: int) -> int:
    return size if wanted <= size else max(64, 2 * size, wanted)


def _longer(column: Any, size: int) -> Any:
    made = np.zeros(size, column.dtype)
    made[: column.size] = column
    return made
