"""What a solved network says: its cost, the bound that its prices prove, and what places and people are worth.

Prices that prove an optimum are not unique. These are the lowest: one place less would save so much, one more hour of
a volunteer likewise.
"""

from __future__ import annotations

import numpy as np

from chunshui.matching.compiled import bare_kernel
from chunshui.matching.network import CLOSED, DAYS, FAR, MOMENTS, ORDERS, PINNED, UNHUNG, WEEKS, Ints, Net, step


def held(net: Net) -> Ints:
    """The arcs that are chosen."""
    holder = net.moments["holder"][: net.counts[MOMENTS]]
    return holder[holder >= 0].astype(np.int64)


@bare_kernel
def objective(net: Net) -> int:
    """Pairs, steps of the days, and empty places."""
    total = 0
    for number in range(net.counts[ORDERS]):
        total += net.orders[number].penalty * net.orders[number].empty
    for number in range(net.counts[MOMENTS]):
        holder = net.moments[number].holder
        if holder >= 0:
            total += net.arcs[holder].cost
    for number in range(net.counts[DAYS]):
        for visit in range(net.days[number].visits):
            total += step(net, number, visit)
    return total


@bare_kernel
def bound(net: Net, places: Ints) -> int:
    """No flow costs less than this, whatever the prices are: every part taken alone, at its best."""
    total = 0
    for number in range(net.counts[ORDERS]):
        order = net.orders[number]
        total += places[number] * min(order.price, order.penalty)
        for at in range(order.first, order.last):
            total += min(0, reduced_cost(net, at))
    for number in range(net.counts[MOMENTS]):
        moment = net.moments[number]
        if moment.holder != PINNED:
            total += min(0, net.days[moment.day].price - moment.worth)
    for number in range(net.counts[DAYS]):
        day = net.days[number]
        for visit in range(day.room):
            total += min(0, step(net, number, visit) + net.weeks[day.week].price - day.price)
    for number in range(net.counts[WEEKS]):
        total += net.weeks[number].room * min(0, -net.weeks[number].price)
    return total


@bare_kernel
def reduced_cost(net: Net, at: int) -> int:
    """By how much this choice would make the whole dearer at least; where nobody has looked yet, time is worth at least nothing."""
    arc = net.arcs[at]
    price = net.orders[net.links[at].owner].price
    if arc.moment == UNHUNG:
        return int(arc.cost - price)
    if arc.moment == CLOSED or net.moments[arc.moment].holder == PINNED:
        return FAR
    return int(arc.cost + net.moments[arc.moment].worth - price)


@bare_kernel
def reduced_costs(net: Net, found: Ints) -> None:
    """By arc; FAR where the volunteer has no time left."""
    for at in range(found.size):
        found[at] = reduced_cost(net, at)


@bare_kernel
def worths(net: Net, found: Ints) -> None:
    """By arc: what more of the volunteer's time that it takes would save; 0 where nobody has asked for it."""
    for at in range(found.size):
        moment = net.arcs[at].moment
        found[at] = net.moments[moment].worth if moment >= 0 and net.moments[moment].holder != PINNED else 0
