"""The network of a round in flat tables that can grow: order -> (volunteer, moment) -> day -> week -> sink.

An arc is a choice: this volunteer at this time for this order. A *moment* is what one person can be at only once; it
belongs to a day of its volunteer, the day to a week. The n-th visit of a day costs the n-th step, and the steps never
fall, so that the whole stays a flow. Children hang on linked lists: an order that comes later is hung in like the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.compiled import bare_kernel, kernel
from chunshui.matching.orders import MINUTES_A_DAY

Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
Table = NDArray[np.void]

FAR = 1 << 60
UNHUNG, CLOSED = -1, -2
NOBODY, PINNED = -1, -2
"""What `moments.holder` says of a moment that is free, or taken for good."""
ORDERS, ARCS, MOMENTS, DAYS, WEEKS, SEARCH, HEAP, SETTLED = range(8)
"""What `Net.counts` counts: the lines in use of each table, and the state of the search that runs."""
INSERTION_PAYS = 64
ORDER, DAY, WEEK = 0, 1, 2
"""Kinds of nodes; node number = 3 * index + kind."""

_ORDER = [("penalty", "i8"), ("price", "i8"), ("first", "i4"), ("last", "i4"), ("empty", "i4"), ("held", "i4")]
_ARC = [("moment", "i4"), ("cost", "i4")]
_LINK = [("owner", "i4"), ("source", "i4"), ("held_next", "i4"), ("entry_next", "i4")]
_MOMENT = [("worth", "i8"), ("holder", "i4"), ("day", "i4")]
_SEAT = [("label", "i8"), ("entry", "i4"), ("next", "i4")]
_DAY = [("price", "i8"), ("date", "i4"), ("week", "i4"), ("used", "i4"), ("room", "i4"), ("visits", "i4"), ("moments", "i4"), ("next", "i4")]
_WEEK = [("price", "i8"), ("number", "i4"), ("room", "i4"), ("visits", "i4"), ("days", "i4"), ("next", "i4")]
_NODE = [("distance", "i8"), ("came", "i4"), ("by", "i4"), ("place", "i4"), ("mark", "i4")]


class Choices(NamedTuple):
    """What may be chosen: who, when, and what is left of their day and week. An arc names its line as `source`."""

    row: Shorts
    start: Ints
    group: Ints
    used: NDArray[np.int16]
    limit: NDArray[np.int16]
    left: NDArray[np.int16]


CHOICES: tuple[Any, ...] = (np.int32, np.int64, np.int64, np.int16, np.int16, np.int16)
"""Types of the columns of Choices."""


class Net(NamedTuple):
    counts: Ints
    steps: Ints
    orders: Table
    """`price`: what one more unit standing here would cost at least, likewise for days and weeks; `empty`: places that
    stay empty; arcs `first` to `last`; `held`: the first of the arcs it holds."""
    arcs: Table
    """Those of one order stand together, cheapest first. `moment`: where it leads, UNHUNG until somebody asks, CLOSED: nowhere."""
    links: Table
    """More of an arc: its order, its line in `choices`, the next arc that its order holds, the next into the same moment."""
    choices: Choices
    moments: Table
    """`worth`: the price of this moment; `holder`: the arc that holds it, NOBODY or PINNED."""
    seats: Table
    """More of a moment: its label, the first arc into it, the next moment of the day."""
    days: Table
    """`used`: visits agreed before, `room`: how many more may come, `visits` of the round."""
    weeks: Table
    rows: Shorts
    """Per volunteer: the first of the weeks."""
    nodes: Table
    """Of the search that runs: distance, the node it came from and by which arc, place in the heap (-1: settled)."""
    heap: Shorts
    settled: Shorts


def empty_net(people: int, orders: int, choices: Choices, steps: Sequence[int]) -> Net:
    """Room for so many orders and these choices; moments, days and weeks are never more than choices."""
    size = choices.row.size
    nodes = 3 * max(orders, size, 1)
    return Net(
        np.zeros(8, np.int64),
        np.array(steps, np.int64),
        np.empty(orders, _ORDER),
        np.empty(size, _ARC),
        np.empty(size, _LINK),
        choices,
        np.empty(size, _MOMENT),
        np.empty(size, _SEAT),
        np.empty(size, _DAY),
        np.empty(size, _WEEK),
        np.full(people, -1, np.int32),
        np.zeros(nodes, _NODE),
        np.empty(nodes, np.int32),
        np.empty(nodes, np.int32),
    )


@bare_kernel
def admit_all(net: Net, penalties: Ints, offsets: Ints, cost: Shorts, sequence: Shorts) -> None:
    """Orders with their choices: those of order i are the lines sequence[offsets[i]:offsets[i + 1]], cheapest first."""
    for order in range(penalties.size):
        admit(net, penalties[order], cost, sequence[offsets[order] : offsets[order + 1]])


@bare_kernel
def admit(net: Net, penalty: int, cost: Shorts, sequence: Shorts) -> int:
    number = int(net.counts[ORDERS])
    net.counts[ORDERS] = number + 1
    order = net.orders[number]
    order.penalty, order.price = penalty, penalty
    order.empty, order.held = 0, -1
    order.first = net.counts[ARCS]
    order.last = order.first + sequence.size
    net.counts[ARCS] = order.last
    for at in range(sequence.size):
        arc = order.first + at
        net.arcs[arc].cost, net.arcs[arc].moment = cost[sequence[at]], UNHUNG
        net.links[arc].owner, net.links[arc].source = number, sequence[at]
    return number


@kernel
def by_cost(offsets: Ints, cost: Shorts) -> Shorts:
    """The lines of each order cheapest first; equal ones keep their places, so that ties go to the lower row."""
    sequence = np.arange(cost.size).astype(np.int32)
    for order in range(offsets.size - 1):
        begin, end = offsets[order], offsets[order + 1]
        if end - begin > INSERTION_PAYS:
            sequence[begin:end] = begin + np.argsort(cost[begin:end], kind="mergesort")
            continue
        for at in range(begin + 1, end):
            line, place = sequence[at], at
            while place > begin and cost[sequence[place - 1]] > cost[line]:
                sequence[place] = sequence[place - 1]
                place -= 1
            sequence[place] = line
    return sequence


@bare_kernel
def moment_of(net: Net, arc: int) -> int:
    """Where this arc leads, or CLOSED; hung in at the first question."""
    if net.arcs[arc].moment == UNHUNG:
        _hang(net, arc)
    return int(net.arcs[arc].moment)


@bare_kernel
def _hang(net: Net, arc: int) -> None:
    choices, line = net.choices, net.links[arc].source
    if choices.used[line] >= choices.limit[line] or choices.left[line] <= 0:
        net.arcs[arc].moment = CLOSED
        return
    date = choices.start[line] // MINUTES_A_DAY
    week = _week(net, choices.row[line], (date + 3) // 7, choices.left[line])
    day = _day(net, week, date, choices.used[line], choices.limit[line])
    moment = _moment(net, day, choices.group[line])
    net.arcs[arc].moment = moment
    net.links[arc].entry_next = net.seats[moment].entry
    net.seats[moment].entry = arc


@bare_kernel
def _week(net: Net, row: int, number: int, room: int) -> int:
    """Weeks run Monday to Sunday; day 0 was a Thursday."""
    week = net.rows[row]
    while week >= 0 and net.weeks[week].number != number:
        week = net.weeks[week].next
    if week < 0:
        week = net.counts[WEEKS]
        net.counts[WEEKS] = week + 1
        new = net.weeks[week]
        new.number, new.room, new.visits, new.price, new.days = number, room, 0, 0, -1
        new.next = net.rows[row]
        net.rows[row] = week
    return int(week)


@bare_kernel
def _day(net: Net, week: int, date: int, used: int, limit: int) -> int:
    day = net.weeks[week].days
    while day >= 0 and net.days[day].date != date:
        day = net.days[day].next
    if day < 0:
        day = net.counts[DAYS]
        net.counts[DAYS] = day + 1
        new = net.days[day]
        new.date, new.week, new.used, new.room = date, week, used, limit - used
        new.visits, new.moments = 0, -1
        new.next = net.weeks[week].days
        net.weeks[week].days = day
        new.price = step(net, day, 0) + net.weeks[week].price
    return int(day)


@bare_kernel
def _moment(net: Net, day: int, label: int) -> int:
    moment = net.days[day].moments
    while moment >= 0 and net.seats[moment].label != label:
        moment = net.seats[moment].next
    if moment < 0:
        moment = net.counts[MOMENTS]
        net.counts[MOMENTS] = moment + 1
        net.moments[moment].day, net.moments[moment].holder = day, NOBODY
        net.moments[moment].worth = net.days[day].price
        new = net.seats[moment]
        new.label, new.entry = label, -1
        new.next = net.days[day].moments
        net.days[day].moments = moment
    return int(moment)


@bare_kernel
def step(net: Net, day: int, visit: int) -> int:
    """What the n-th visit of the round costs on this day, counted from 0."""
    return int(net.steps[min(net.days[day].used + visit, net.steps.size - 1)])
