"""What has become free goes to whoever gains most by it: searches from the free thing back to the sink.

They need every arc hung in, as `admit_whole` does it; the moments know then who could choose them.
"""

from __future__ import annotations

from chunshui.matching.compiled import bare_kernel
from chunshui.matching.network import CLOSED, DAY, FAR, HEAP, NOBODY, ORDER, PINNED, WEEK, Net, Shorts, admit, moment_of, step
from chunshui.matching.paths import change_prices, hold, let_go, pop, push, refresh, relax, serve, start_search

VACANT = -3
"""A moment whose visit goes on to the sink while nobody holds it: it is being given away."""


@bare_kernel
def admit_whole(net: Net, penalty: int, cost: Shorts, sequence: Shorts, places: int) -> int:
    """One more order, hung in and served."""
    number = admit(net, penalty, cost, sequence)
    for at in range(net.orders[number].first, net.orders[number].last):
        moment_of(net, at)
    serve(net, number, places)
    return number


@bare_kernel
def remove(net: Net, number: int) -> None:
    """Take an order out; those it held go to others."""
    order = net.orders[number]
    order.empty = 0
    for at in range(order.first, order.last):
        if net.arcs[at].moment >= 0 and net.moments[net.arcs[at].moment].holder != at:
            net.arcs[at].moment = CLOSED
    while order.held >= 0:
        pull_moment(net, _vacate(net, order.held))


@bare_kernel
def forbid(net: Net, number: int, row: int) -> None:
    """This volunteer does not go to this order: what they held goes to others, and the order looks for somebody else."""
    order, freed = net.orders[number], 0
    for at in range(order.first, order.last):
        moment = net.arcs[at].moment
        if net.choices.row[net.links[at].source] != row or moment < 0:
            continue
        if net.moments[moment].holder == at:
            pull_moment(net, _vacate(net, at))
            freed += 1
        net.arcs[at].moment = CLOSED
    for _ in range(freed):
        push(net, 3 * number + ORDER)


@bare_kernel
def lock(net: Net, number: int, arc: int) -> bool:
    """This choice is made for good: its visit counts as agreed and the order asks one place less. False: the volunteer's time is all locked."""
    moment = net.moments[net.arcs[arc].moment]
    holder, day = moment.holder, moment.day
    moment.holder = PINNED
    if holder == NOBODY and not push(net, 3 * day + DAY):
        moment.holder = NOBODY
        return False
    if holder >= 0:
        _unlink(net, holder)
    net.days[day].used += 1
    net.days[day].room -= 1
    net.days[day].visits -= 1
    net.weeks[net.days[day].week].room -= 1
    net.weeks[net.days[day].week].visits -= 1
    if holder != arc:
        pull_order(net, number)
    if holder >= 0 and holder != arc:
        push(net, 3 * net.links[holder].owner + ORDER)
    return True


@bare_kernel
def withdraw(net: Net, row: int) -> None:
    """This volunteer can do nothing any more; their orders look for somebody else."""
    week = net.rows[row]
    while week >= 0:
        net.weeks[week].room, net.weeks[week].visits = 0, 0
        day = net.weeks[week].days
        while day >= 0:
            net.days[day].room, net.days[day].visits = 0, 0
            _leave_day_to_nobody(net, day)
            day = net.days[day].next
        week = net.weeks[week].next


@bare_kernel
def _leave_day_to_nobody(net: Net, day: int) -> None:
    moment = net.days[day].moments
    while moment >= 0:
        holder = net.moments[moment].holder
        net.moments[moment].holder = PINNED
        if holder >= 0:
            _unlink(net, holder)
            push(net, 3 * net.links[holder].owner + ORDER)
        moment = net.seats[moment].next


@bare_kernel
def _unlink(net: Net, arc: int) -> None:
    """Its order holds this arc no more; the moment stays as it is."""
    moment = net.moments[net.arcs[arc].moment]
    holder, worth = moment.holder, moment.worth
    let_go(net, arc)
    moment.holder, moment.worth = holder, worth


@bare_kernel
def _vacate(net: Net, arc: int) -> int:
    moment = net.arcs[arc].moment
    _unlink(net, arc)
    net.moments[moment].holder = VACANT
    net.arcs[arc].moment = CLOSED
    return int(moment)


@bare_kernel
def pull_moment(net: Net, number: int) -> None:
    """Give a vacant moment to whoever gains most, or leave it free."""
    start_search(net)
    moment = net.moments[number]
    into_moment(net, number, 0, -1, FAR)
    relax(net, 3 * moment.day + DAY, moment.worth - net.days[moment.day].price, -1, -1)
    best, end = _search(net)
    change_prices(net, best, -1)
    _fetch(net, end, number)
    refresh(net)


@bare_kernel
def pull_order(net: Net, number: int) -> None:
    """Take one unit from an order that has one too many."""
    start_search(net)
    relax(net, 3 * number + ORDER, 0, -1, -1)
    best, end = _search(net)
    change_prices(net, best, -1)
    _fetch(net, end, -1)
    refresh(net)


@bare_kernel
def _search(net: Net) -> tuple[int, int]:
    best, end = FAR, -1
    while net.counts[HEAP] > 0 and net.nodes[net.heap[0]].distance < best:
        node = pop(net)
        distance = net.nodes[node].distance
        if node % 3 == ORDER:
            order = net.orders[node // 3]
            if order.empty > 0 and distance + order.price - order.penalty < best:
                best, end = distance + order.price - order.penalty, node
            into_order(net, node, best)
        elif node % 3 == DAY:
            into_day(net, node, best)
        else:
            week = net.weeks[node // 3]
            if week.visits > 0 and distance + week.price < best:
                best, end = distance + week.price, node
            into_week(net, node, best)
    return best, end


@bare_kernel
def into_order(net: Net, node: int, best: int) -> None:
    """From orders that could take over what it holds, and from days that could do without it."""
    distance, arc = net.nodes[node].distance, net.orders[node // 3].held
    while arc >= 0:
        number = net.arcs[arc].moment
        into_moment(net, number, distance, node, best)
        moment = net.moments[number]
        less = distance + moment.worth - net.days[moment.day].price
        if less < best:
            relax(net, 3 * moment.day + DAY, less, node, arc)
        arc = net.links[arc].held_next


@bare_kernel
def into_moment(net: Net, number: int, distance: int, node: int, best: int) -> None:
    """From every order that could choose it."""
    moment = net.moments[number]
    arc = net.seats[number].entry
    while arc >= 0:
        if net.arcs[arc].moment == number and moment.holder != arc:
            owner = net.links[arc].owner
            more = distance + net.arcs[arc].cost + moment.worth - net.orders[owner].price
            if more < best:
                relax(net, 3 * owner + ORDER, more, node, arc)
        arc = net.links[arc].entry_next


@bare_kernel
def into_day(net: Net, node: int, best: int) -> None:
    """From orders that could choose a free moment of it, and from its week by one visit less."""
    day = net.days[node // 3]
    distance, number = net.nodes[node].distance, day.moments
    while number >= 0:
        if net.moments[number].holder == NOBODY:
            into_moment(net, number, distance, node, best)
        number = net.seats[number].next
    if day.visits > 0:
        less = distance + day.price - net.weeks[day.week].price - step(net, node // 3, day.visits - 1)
        if less < best:
            relax(net, 3 * day.week + WEEK, less, node, -1)


@bare_kernel
def into_week(net: Net, node: int, best: int) -> None:
    """From days that could have one visit more."""
    week = net.weeks[node // 3]
    number = week.days
    while number >= 0:
        day = net.days[number]
        if day.visits < day.room:
            more = net.nodes[node].distance + step(net, number, day.visits) + week.price - day.price
            if more < best:
                relax(net, 3 * number + DAY, more, node, -1)
        number = day.next


@bare_kernel
def _fetch(net: Net, end: int, vacant: int) -> None:
    """Turn the choices along the way that was found, from the sink to what is given away."""
    node = end
    if node % 3 == ORDER:
        net.orders[node // 3].empty -= 1
    else:
        net.weeks[node // 3].visits -= 1
    while node >= 0:
        came, arc = net.nodes[node].came, net.nodes[node].by
        if node % 3 == ORDER and arc >= 0:
            if came >= 0 and came % 3 == ORDER:
                let_go(net, net.moments[net.arcs[arc].moment].holder)
            hold(net, arc)
        elif node % 3 == DAY:
            _pass_visit(net, node, came, arc, vacant)
        elif node % 3 == WEEK:
            net.days[came // 3].visits -= 1
        node = came


@bare_kernel
def _pass_visit(net: Net, node: int, came: int, arc: int, vacant: int) -> None:
    """A day that would have one visit too many: a moment of it goes free, or it counts one more."""
    if came < 0:
        net.moments[vacant].holder = NOBODY
        net.moments[vacant].worth = net.days[node // 3].price
    elif came % 3 == ORDER:
        let_go(net, arc)
    else:
        net.days[node // 3].visits += 1
