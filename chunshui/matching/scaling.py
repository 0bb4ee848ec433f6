"""The second engine: cost scaling (OR-Tools), and prices found afterwards from the flow alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from ortools.graph.python import min_cost_flow

from chunshui.matching.compiled import bare_kernel
from chunshui.matching.network import ARCS, DAYS, FAR, MOMENTS, ORDERS, WEEKS, Ints, Net, moment_of
from chunshui.matching.paths import hold


class Graph(NamedTuple):
    """The network as a list of edges. First the choices, then order -> sink, moment -> day, the steps day -> week, week -> sink."""

    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints
    supply: Ints
    choices: Ints
    """The arcs that the first edges are."""
    days: Ints
    """Per step: its day."""
    weeks: int


def serve_all(net: Net, places: Ints) -> None:
    """Fill a network in which nobody has been sent yet; leaves its lowest prices."""
    hang_all(net)
    graph = graph_of(net, places.astype(np.int64))
    amount = amounts(graph)
    _enter(net, graph, amount)
    _price(net, graph, amount)


@bare_kernel
def hang_all(net: Net) -> None:
    for at in range(net.counts[ARCS]):
        moment_of(net, at)


def amounts(graph: Graph) -> Ints:
    solver = min_cost_flow.SimpleMinCostFlow()
    ends = graph.tail.astype(np.int32), graph.head.astype(np.int32)
    edges = solver.add_arcs_with_capacity_and_unit_cost(*ends, graph.capacity, graph.cost)
    solver.set_nodes_supplies(np.arange(graph.supply.size, dtype=np.int32), graph.supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the flow solver answered {status}")
    return np.asarray(solver.flows(edges), dtype=np.int64)


def graph_of(net: Net, places: Ints) -> Graph:
    orders, arcs, moments, days, weeks = (int(net.counts[kind]) for kind in (ORDERS, ARCS, MOMENTS, DAYS, WEEKS))
    first_day, first_week = orders + moments, orders + moments + days
    sink = first_week + weeks
    choices = np.flatnonzero(net.arcs["moment"][:arcs] >= 0)
    room = net.days["room"][:days].astype(np.int64)
    step_day = np.repeat(np.arange(days), room)
    nth = np.arange(step_day.size) - np.repeat(np.cumsum(room) - room, room) + net.days["used"][step_day]
    ones, zeros = np.ones, np.zeros
    parts = [
        (net.links["owner"][choices], orders + net.arcs["moment"][choices], ones(choices.size), net.arcs["cost"][choices]),
        (np.arange(orders), np.full(orders, sink), places, net.orders["penalty"][:orders]),
        (orders + np.arange(moments), first_day + net.moments["day"][:moments], ones(moments), zeros(moments)),
        (first_day + step_day, first_week + net.days["week"][step_day], ones(step_day.size), net.steps[np.minimum(nth, net.steps.size - 1)]),
        (first_week + np.arange(weeks), np.full(weeks, sink), net.weeks["room"][:weeks], zeros(weeks)),
    ]
    tail, head, capacity, cost = (np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True))
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:orders], supply[sink] = places, -places.sum()
    return Graph(tail, head, capacity, cost, supply, choices, step_day, weeks)


def _enter(net: Net, graph: Graph, amount: Ints) -> None:
    """Write the amounts into the network."""
    size, orders, weeks = graph.choices.size, int(net.counts[ORDERS]), graph.weeks
    net.orders["empty"][:orders] = amount[size : size + orders]
    hold_all(net, graph.choices[amount[:size] > 0])
    steps = slice(amount.size - weeks - graph.days.size, amount.size - weeks)
    days = int(net.counts[DAYS])
    net.days["visits"][:days] = np.bincount(graph.days, weights=amount[steps], minlength=days).astype(np.int32)
    net.weeks["visits"][:weeks] = amount[amount.size - weeks :]


@bare_kernel
def hold_all(net: Net, chosen: Ints) -> None:
    for arc in chosen:
        hold(net, arc)


def _price(net: Net, graph: Graph, amount: Ints) -> None:
    orders, moments, days = (int(net.counts[kind]) for kind in (ORDERS, MOMENTS, DAYS))
    prices = _lowest(graph, amount, orders)
    of_order, of_moment, of_day, of_week = np.split(prices[:-1], np.cumsum([orders, moments, days]))
    net.days["price"][:days], net.weeks["price"][: of_week.size] = of_day, of_week
    asks_nothing = of_order == -FAR
    tail, head, cost = (column[: graph.choices.size] for column in (graph.tail, graph.head, graph.cost))
    reach = np.minimum(net.orders["penalty"][:orders], FAR)
    np.minimum.at(reach, tail, cost + of_moment[head - orders])
    net.orders["price"][:orders] = np.where(asks_nothing, reach, of_order)
    refresh_worths(net)


@bare_kernel
def refresh_worths(net: Net) -> None:
    for number in range(net.counts[MOMENTS]):
        moment = net.moments[number]
        if moment.holder >= 0:
            moment.worth = net.orders[net.links[moment.holder].owner].price - net.arcs[moment.holder].cost
        else:
            moment.worth = net.days[moment.day].price


def _lowest(graph: Graph, amount: Ints, orders: int) -> Ints:
    """Cheapest ways from the sink in what can still change, negated (Bellman-Ford; no cycle is left that would save anything).

    Time that nobody has taken is worth nothing but its step: without that, its price could fall without end.
    """
    onward, back = amount < graph.capacity, amount > 0
    first_step = np.concatenate(([True], graph.days[1:] != graph.days[:-1])) if graph.days.size else np.zeros(0, np.bool_)
    first_moment, first_week = graph.choices.size + orders, amount.size - graph.weeks
    back[first_moment:] |= True
    back[first_week - graph.days.size : first_week] &= first_step | (amount[first_week - graph.days.size : first_week] > 0)
    tail = np.concatenate((graph.tail[onward], graph.head[back]))
    head = np.concatenate((graph.head[onward], graph.tail[back]))
    cost = np.concatenate((graph.cost[onward], -graph.cost[back]))
    by_head = np.argsort(head, kind="stable")
    tail, head, cost = tail[by_head], head[by_head], cost[by_head]
    nodes, starts = np.unique(head, return_index=True)
    away = np.full(graph.supply.size, FAR)
    away[-1] = 0
    for _ in range(graph.supply.size + 1):
        reach = away[tail]
        best = np.minimum.reduceat(np.where(reach >= FAR, FAR, reach + cost), starts)
        better = best < away[nodes]
        if not better.any():
            return -away
        away[nodes[better]] = best[better]
    raise RuntimeError("the flow can still be improved: a cycle is left that saves something")
