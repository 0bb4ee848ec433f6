"""Cheapest ways through the network, and the units sent along them: an optimum stays an optimum.

The prices let no way cost less than nothing, so that Dijkstra's search finds the cheapest. `push` sends one more unit
to where it costs least: a free volunteer, through a chain of others who make room, or an empty place. Its mirror stands in `pulls`.
"""

from __future__ import annotations

from chunshui.matching.compiled import bare_kernel
from chunshui.matching.network import DAY, FAR, HEAP, NOBODY, ORDER, SEARCH, SETTLED, WEEK, Ints, Net, moment_of, step


@bare_kernel
def serve_all(net: Net, sequence: Ints, places: Ints, patience: int) -> bool:
    """Serve orders that have nobody yet, in this sequence; False when that has settled more nodes than `patience` allows."""
    for order in sequence:
        patience -= serve(net, order, places[order])
        if patience < 0:
            return False
    return True


@bare_kernel
def serve(net: Net, number: int, places: int) -> int:
    """Give an order that has nobody yet its first so many units; how many nodes that has settled."""
    settled, order = 0, net.orders[number]
    for at in range(order.first, order.last):
        if net.arcs[at].cost >= order.price:
            break
        moment = moment_of(net, at)
        if moment >= 0:
            order.price = min(order.price, net.arcs[at].cost + net.moments[moment].worth)
    for _ in range(places):
        push(net, 3 * number + ORDER)
        settled += net.counts[SETTLED]
    return settled


@bare_kernel
def push(net: Net, source: int) -> bool:
    """Send one unit from this node to the sink; False when there is no way (an order always has one: the empty place)."""
    start_search(net)
    relax(net, source, 0, -1, -1)
    best, end = FAR, -1
    while net.counts[HEAP] > 0 and net.nodes[net.heap[0]].distance < best:
        node = pop(net)
        if node % 3 == ORDER:
            best, end = _leave_order(net, node, best, end)
        elif node % 3 == DAY:
            best, end = _leave_day(net, node, best, end)
        else:
            _leave_week(net, node, best)
    if end < 0:
        return False
    change_prices(net, best, 1)
    _send(net, end)
    refresh(net)
    return True


@bare_kernel
def _leave_order(net: Net, node: int, best: int, end: int) -> tuple[int, int]:
    """To the empty place, to free volunteers, or to orders that hold the others."""
    order = net.orders[node // 3]
    base = net.nodes[node].distance - order.price
    if base + order.penalty < best:
        best, end = base + order.penalty, node
    for at in range(order.first, order.last):
        if base + net.arcs[at].cost >= best:
            break
        number = moment_of(net, at)
        if number < 0:
            continue
        moment = net.moments[number]
        distance = base + net.arcs[at].cost + moment.worth
        if distance >= best:
            continue
        if moment.holder == NOBODY:
            relax(net, 3 * moment.day + DAY, distance, node, at)
            best, end = _one_more(net, moment.day, distance, best, end)
        elif moment.holder >= 0:
            relax(net, 3 * net.links[moment.holder].owner + ORDER, distance, node, at)
    return best, end


@bare_kernel
def _one_more(net: Net, number: int, distance: int, best: int, end: int) -> tuple[int, int]:
    """From a day by its next step to the week, and to the sink where the week has room."""
    day = net.days[number]
    if day.visits >= day.room:
        return best, end
    week = net.weeks[day.week]
    distance += step(net, number, day.visits) + week.price - day.price
    if distance >= best:
        return best, end
    relax(net, 3 * day.week + WEEK, distance, 3 * number + DAY, -1)
    if week.visits < week.room and distance - week.price < best:
        best, end = distance - week.price, 3 * day.week + WEEK
    return best, end


@bare_kernel
def _leave_day(net: Net, node: int, best: int, end: int) -> tuple[int, int]:
    """To the week, or back to an order whose visit of this day goes."""
    day = net.days[node // 3]
    distance = net.nodes[node].distance
    best, end = _one_more(net, node // 3, distance, best, end)
    if day.visits == 0:
        return best, end
    at = day.moments
    while at >= 0:
        moment = net.moments[at]
        if moment.holder >= 0 and distance + moment.worth - day.price < best:
            relax(net, 3 * net.links[moment.holder].owner + ORDER, distance + moment.worth - day.price, node, moment.holder)
        at = net.seats[at].next
    return best, end


@bare_kernel
def _leave_week(net: Net, node: int, best: int) -> None:
    """Back to a day whose last visit goes."""
    week = net.weeks[node // 3]
    base = net.nodes[node].distance - week.price
    at = week.days
    while at >= 0:
        day = net.days[at]
        if day.visits > 0:
            distance = base - step(net, at, day.visits - 1) + day.price
            if distance < best:
                relax(net, 3 * at + DAY, distance, node, -1)
        at = day.next


@bare_kernel
def _send(net: Net, end: int) -> None:
    """Turn the choices along the way that was found, from its end back."""
    node = end
    if node % 3 == ORDER:
        net.orders[node // 3].empty += 1
    else:
        net.weeks[node // 3].visits += 1
    came = net.nodes[node].came
    while came >= 0:
        arc = net.nodes[node].by
        if came % 3 == ORDER:
            if node % 3 == ORDER:
                let_go(net, net.moments[net.arcs[arc].moment].holder)
            hold(net, arc)
        elif node % 3 == ORDER:
            let_go(net, arc)
        elif node % 3 == WEEK:
            net.days[came // 3].visits += 1
        else:
            net.days[node // 3].visits -= 1
        node, came = came, net.nodes[came].came


@bare_kernel
def hold(net: Net, arc: int) -> None:
    order = net.orders[net.links[arc].owner]
    net.links[arc].held_next = order.held
    order.held = arc
    moment = net.moments[net.arcs[arc].moment]
    moment.holder = arc
    moment.worth = order.price - net.arcs[arc].cost


@bare_kernel
def let_go(net: Net, arc: int) -> None:
    order = net.orders[net.links[arc].owner]
    if order.held == arc:
        order.held = net.links[arc].held_next
    else:
        before = order.held
        while net.links[before].held_next != arc:
            before = net.links[before].held_next
        net.links[before].held_next = net.links[arc].held_next
    moment = net.moments[net.arcs[arc].moment]
    moment.holder = NOBODY
    moment.worth = net.days[moment.day].price


@bare_kernel
def change_prices(net: Net, reach: int, sign: int) -> None:
    """Nodes nearer than `reach` get dearer (or cheaper) by what they lack of it."""
    for at in range(net.counts[SETTLED]):
        node = net.settled[at]
        more = sign * (reach - net.nodes[node].distance)
        if node % 3 == ORDER:
            net.orders[node // 3].price += more
        elif node % 3 == DAY:
            net.days[node // 3].price += more
        else:
            net.weeks[node // 3].price += more


@bare_kernel
def refresh(net: Net) -> None:
    """Let the worth of moments follow the prices of the settled nodes."""
    for at in range(net.counts[SETTLED]):
        node = net.settled[at]
        if node % 3 == ORDER:
            order = net.orders[node // 3]
            arc = order.held
            while arc >= 0:
                net.moments[net.arcs[arc].moment].worth = order.price - net.arcs[arc].cost
                arc = net.links[arc].held_next
        elif node % 3 == DAY:
            day = net.days[node // 3]
            seat = day.moments
            while seat >= 0:
                if net.moments[seat].holder == NOBODY:
                    net.moments[seat].worth = day.price
                seat = net.seats[seat].next


@bare_kernel
def start_search(net: Net) -> None:
    net.counts[SEARCH] += 1
    net.counts[HEAP], net.counts[SETTLED] = 0, 0


@bare_kernel
def waits(net: Net) -> bool:
    """Some node has been reached and is not settled yet."""
    return bool(net.counts[HEAP] > 0)


@bare_kernel
def relax(net: Net, number: int, distance: int, came: int, by: int) -> None:
    """This node can be reached at this distance: put it into the heap, or higher up in it."""
    node = net.nodes[number]
    if node.mark != net.counts[SEARCH]:
        node.mark = net.counts[SEARCH]
        node.place = net.counts[HEAP]
        net.counts[HEAP] += 1
    elif node.place < 0 or distance >= node.distance:
        return
    node.distance, node.came, node.by = distance, came, by
    _rise(net, number, node.place)


@bare_kernel
def _rise(net: Net, number: int, place: int) -> None:
    distance = net.nodes[number].distance
    while place > 0:
        above = (place - 1) // 2
        other = net.heap[above]
        if net.nodes[other].distance <= distance:
            break
        net.heap[place] = other
        net.nodes[other].place = place
        place = above
    net.heap[place] = number
    net.nodes[number].place = place


@bare_kernel
def pop(net: Net) -> int:
    """Take the nearest node out of the heap: it is settled."""
    top = net.heap[0]
    net.nodes[top].place = -1
    net.settled[net.counts[SETTLED]] = top
    net.counts[SETTLED] += 1
    net.counts[HEAP] -= 1
    if net.counts[HEAP] > 0:
        _sink_down(net, net.heap[net.counts[HEAP]])
    return int(top)


@bare_kernel
def _sink_down(net: Net, number: int) -> None:
    distance, size, place = net.nodes[number].distance, net.counts[HEAP], 0
    while 2 * place + 1 < size:
        below = 2 * place + 1
        if below + 1 < size and net.nodes[net.heap[below + 1]].distance < net.nodes[net.heap[below]].distance:
            below += 1
        if net.nodes[net.heap[below]].distance >= distance:
            break
        net.heap[place] = net.heap[below]
        net.nodes[net.heap[place]].place = place
        place = below
    net.heap[place] = number
    net.nodes[number].place = place
