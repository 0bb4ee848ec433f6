"""Whom to ask: our waves, and what others do. A policy sees the platform's knowledge, never the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from chunshui.matching import waves
from chunshui.matching.compiled import kernel
from chunshui.matching.simulate.life import UNASKED, State
from chunshui.matching.simulate.pairs import Pairs
from chunshui.matching.simulate.world import COMMON, DAY_SLOTS, RARE, Floats, Ints, World
from chunshui.matching.weights import Weights

RARE_SKILLS = np.uint64(((1 << RARE) - 1) << COMMON)
FLOW_CANDIDATES = 32


@dataclass(frozen=True, slots=True)
class Rules:
    """What a policy may be told to respect, and what it weighs."""

    weights: Weights = field(default_factory=Weights)
    ladder: tuple[float, ...] = waves.LADDER
    price: int = waves.PRICE
    rest_ticks: int = 12
    """A volunteer who was asked is left alone for so long."""
    is_careful: bool = True
    """One open question a person, rest, and no more questions a week than the volunteer wishes."""
    most: int = waves.MOST


@dataclass(frozen=True, slots=True)
class Listing:
    """The eligible pairs of the orders due, best first by what the policy goes by."""

    offsets: Ints
    pair: Ints
    cost: Floats


@dataclass(frozen=True, slots=True)
class Moment:
    world: World
    pairs: Pairs
    state: State
    due: Ints
    tick: int

    @property
    def left(self) -> Ints:
        return np.asarray(self.world.orders.places[self.due] - self.state.filled[self.due])


Choose = Callable[[Moment], Ints]


@dataclass(frozen=True, slots=True)
class Policy:
    name: str
    title: str
    choose: Choose


def policies(rules: Rules) -> list[Policy]:
    careless = replace(rules, is_careful=False)
    return [
        Policy("ours", "ours: coverage waves", lambda moment: coverage(moment, rules)),
        Policy("ours-uncapped", "ours without rest and caps", lambda moment: coverage(moment, careless)),
        Policy("nearest-five", "nearest five", lambda moment: nearest(moment, 5, careless)),
        Policy("nearest-five-capped", "nearest five with our rest and caps", lambda moment: nearest(moment, 5, rules)),
        Policy("nearest-one", "nearest one", lambda moment: nearest(moment, 1, careless)),
        Policy("broadcast", "everyone within 3 km", lambda moment: broadcast(moment, careless)),
        Policy("greedy", "greedy: the cheapest, one for each place", lambda moment: greedy(moment, rules)),
        Policy("flow", "exact flow: one for each place", lambda moment: exact(moment, rules)),
    ]


def coverage(moment: Moment, rules: Rules) -> Ints:
    """As many as the wished chance takes, best first; nobody for two orders at once."""
    orders, state, due = moment.world.orders, moment.state, moment.due
    found = listing(moment, rules)
    person = moment.pairs.person[found.pair]
    aims = [waves.aim(int(state.wave[r]) + 1, int(orders.waves[r] - state.wave[r]), rules.ladder) for r in due.tolist()]
    ask = waves.Orders(
        offsets=found.offsets,
        person=person,
        yes=state.chance.yes[person],
        price=waves.price(state.messages7[person].astype(np.float64), rules.price),
        places=moment.left,
        wished=np.array(aims),
        worth=np.array(rules.weights.unserved, dtype=np.float64)[orders.priority[due] - 1],
    )
    chosen = waves.spread(ask, moment.world.shape.people, rules.most)
    _promise(moment, found, chosen, state.chance.yes[person])
    return found.pair[chosen]


def _promise(moment: Moment, found: Listing, chosen: Ints, yes: Floats) -> None:
    """Remember what chance was promised to orders of one place, to hold it against what came."""
    order = np.searchsorted(found.offsets, chosen, side="right") - 1
    no = np.zeros(moment.due.size)
    np.add.at(no, order, np.log1p(-np.minimum(yes[chosen], 0.999)))
    moment.state.promised[moment.due] = np.where(moment.left == 1, 1.0 - np.exp(no), 0.0)


def nearest(moment: Moment, many: int, rules: Rules) -> Ints:
    found = listing(moment, rules, by_distance=True)
    return _first(found, np.maximum(moment.left, many) if many > 1 else moment.left)


def broadcast(moment: Moment, rules: Rules) -> Ints:
    return listing(moment, rules, by_distance=True).pair


def greedy(moment: Moment, rules: Rules) -> Ints:
    """By priority, then arrival: the cheapest who are still free of a question, as many as places."""
    found = listing(moment, rules)
    by_priority = np.lexsort((moment.due, -moment.world.orders.priority[moment.due]))
    person = moment.pairs.person[found.pair]
    chosen = _cheapest_free(found.offsets, person, moment.left, by_priority, moment.world.shape.people)
    return np.asarray(found.pair[chosen])


def exact(moment: Moment, rules: Rules) -> Ints:
    """The minimum-cost flow over everything due at this moment: one question for each place, one for each person."""
    found = listing(moment, rules)
    kept = np.arange(found.pair.size) - np.repeat(found.offsets[:-1], np.diff(found.offsets)) < FLOW_CANDIDATES
    pair, cost = found.pair[kept], np.rint(found.cost[kept]).astype(np.int64)
    if not pair.size:
        return pair
    order = np.repeat(np.arange(moment.due.size), np.diff(found.offsets))[kept]
    people, person = np.unique(moment.pairs.person[pair], return_inverse=True)
    return pair[_flow(order, person.ravel(), cost, moment, people.size, rules)]


def _flow(order: Ints, person: Ints, cost: Ints, moment: Moment, people: int, rules: Rules) -> NDArray[np.bool_]:
    orders, left = moment.due.size, moment.left
    sink = orders + people
    network = min_cost_flow.SimpleMinCostFlow()
    add = network.add_arcs_with_capacity_and_unit_cost
    add(order, orders + person, np.ones(order.size, dtype=np.int64), cost)
    add(orders + np.arange(people), np.full(people, sink), np.ones(people, dtype=np.int64), np.zeros(people, dtype=np.int64))
    lift = max(0, int(cost.max()) + 1 - rules.weights.unserved[0])
    penalty = np.array(rules.weights.unserved)[moment.world.orders.priority[moment.due] - 1] + lift
    add(np.arange(orders), np.full(orders, sink), left, penalty)
    network.set_nodes_supplies(np.arange(orders), left)
    network.set_nodes_supplies(np.array([sink]), np.array([-int(left.sum())]))
    if network.solve() != network.OPTIMAL:
        raise RuntimeError("the flow of a wave has no optimum")
    chosen: NDArray[np.bool_] = np.asarray(network.flows(np.arange(order.size))) > 0
    return chosen


def listing(moment: Moment, rules: Rules, *, by_distance: bool = False) -> Listing:
    world, pairs, state, weights = moment.world, moment.pairs, moment.state, rules.weights
    return Listing(
        *_listing(
            moment.due, pairs.offsets, pairs.person, pairs.metres, state.knows, state.pair, world.orders.slot, world.orders.word,
            world.people.word, world.people.day_limit, world.people.week_limit, world.people.week_messages,
            state.slots, state.day_visits, state.week_visits, state.load, state.open, state.last_asked, state.messages7, state.chance.first,
            (weights.distance, weights.load, weights.acceptance, weights.familiarity, weights.messages, weights.skill_surplus, weights.newcomer),
            rules.is_careful, rules.rest_ticks, moment.tick, by_distance,
        )
    )  # fmt: skip


@kernel
def _listing(
    due: Ints, offsets: Ints, person: Ints, metres: Floats, knows: NDArray[np.bool_], pair: NDArray[np.uint8], slot: Ints, need: NDArray[np.uint64],
    have: NDArray[np.uint64], day_limit: Ints, week_limit: Ints, week_messages: Ints,
    slots: NDArray[np.bool_], day_visits: NDArray[np.uint8], week_visits: NDArray[np.uint8], load: Ints, waiting: Ints, last_asked: Ints,
    messages7: Ints, first: Floats, weight: tuple[int, ...], careful: bool, rest: int, tick: int, by_distance: bool,
) -> tuple[Ints, Ints, Floats]:  # fmt: skip
    """Pairs that may be asked now, by the platform's cost of a pair (or by distance alone)."""
    room = 0
    for r in due:
        room += offsets[r + 1] - offsets[r]
    ends, kept, cost = np.zeros(due.size + 1, dtype=np.int64), np.empty(room, dtype=np.int64), np.empty(room)
    many = 0
    for number in range(due.size):
        r = due[number]
        day, begin = slot[r] // DAY_SLOTS, many
        for at in range(offsets[r], offsets[r + 1]):
            p = person[at]
            if pair[at] != UNASKED or slots[p, slot[r]] or day_visits[p, day] >= day_limit[p] or week_visits[p, day // 7] >= week_limit[p]:
                continue
            if careful and (waiting[p] > 0 or tick - last_asked[p] < rest or messages7[p] >= week_messages[p]):
                continue
            kept[many] = at
            if by_distance:
                cost[many] = metres[at]
            else:
                spare = _spare(have[p] & ~need[r])
                cost[many] = _cost(weight, metres[at], load[p], first[p], knows[at], messages7[p], spare)
            many += 1
        by_cost = np.argsort(cost[begin:many], kind="mergesort")
        kept[begin:many] = kept[begin:many][by_cost]
        cost[begin:many] = cost[begin:many][by_cost]
        ends[number + 1] = many
    return ends, kept[:many], cost[:many]


@kernel
def _spare(idle: np.uint64) -> int:
    """Certificates that the order does not ask for; five are as good as more."""
    rare, spare = idle & RARE_SKILLS, 0
    while rare != 0 and spare < 5:
        rare &= rare - np.uint64(1)
        spare += 1
    return spare


@kernel
def _cost(weight: tuple[int, ...], metres: float, load: int, first: float, knows: bool, messages7: int, spare: int) -> float:
    """The engine's terms of a pair."""
    dear = weight[0] * metres / 3000.0 + weight[1] * min(load, 20) / 20.0 + weight[2] * (1.0 - first)
    dear += weight[4] * min(messages7, 6) / 6.0 + weight[5] * spare / 5.0
    return dear - (weight[3] if knows else 0) - (weight[6] if load == 0 else 0)


def _first(found: Listing, many: Ints) -> Ints:
    rank = np.arange(found.pair.size) - np.repeat(found.offsets[:-1], np.diff(found.offsets))
    return found.pair[rank < np.repeat(many, np.diff(found.offsets))]


@kernel
def _cheapest_free(offsets: Ints, person: Ints, left: Ints, by_priority: Ints, people: int) -> Ints:
    room, chosen, many = np.ones(people, dtype=np.bool_), np.empty(person.size, dtype=np.int64), 0
    for order in by_priority:
        still = left[order]
        for at in range(offsets[order], offsets[order + 1]):
            if still == 0:
                break
            if room[person[at]]:
                room[person[at]] = False
                chosen[many] = at
                many += 1
                still -= 1
    return chosen[:many]
