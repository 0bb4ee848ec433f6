"""Play the same days under each policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from chunshui.matching.simulate import life, measures
from chunshui.matching.simulate import pairs as finding
from chunshui.matching.simulate.measures import Measures
from chunshui.matching.simulate.pairs import Pairs
from chunshui.matching.simulate.policies import Moment, Policy
from chunshui.matching.simulate.world import TICKS_A_DAY, Shape, World, make

Results = dict[str, list[Measures]]
Progress = Callable[[Iterable[Any]], Iterable[Any]]


def compare(seeds: Sequence[int], shape: Shape, chosen: list[Policy], progress: Progress = iter) -> Results:
    """Measures by policy, one for each seed; every policy lives through the same worlds."""
    results: Results = {policy.name: [] for policy in chosen}
    worlds: dict[int, tuple[World, Pairs]] = {}
    for seed, policy in progress([(seed, policy) for seed in seeds for policy in chosen]):
        if seed not in worlds:
            world = make(seed, shape)
            worlds = {seed: (world, finding.find(world))}
        results[policy.name].append(play(*worlds[seed], policy))
    return results


def play(world: World, pairs: Pairs, policy: Policy) -> Measures:
    """One policy, from the first morning until the last order's last wave."""
    state = life.begin(world, pairs)
    orders = world.orders
    last = int((orders.arrival + orders.wave_ticks * orders.waves).max(initial=0))
    kept, promised = 0.0, 0.0
    for tick in range(last + 1):
        if tick and tick % TICKS_A_DAY == 0:
            life.morning(world, state, tick // TICKS_A_DAY)
        due = np.flatnonzero(state.due == tick)
        if not due.size:
            continue
        before = state.filled[due]
        life.resolve(world, pairs, state, due[state.wave[due] > 0], tick)
        kept += float((state.filled[due] - before)[state.promised[due] > 0].sum())
        promised += float(state.promised[due].sum())
        _next(world, pairs, state, due, policy, tick)
    return measures.measure(world, pairs, state, (kept, promised))


def _next(world: World, pairs: Pairs, state: life.State, due: Any, policy: Policy, tick: int) -> None:
    """The next wave of what is still short and has time for one."""
    orders = world.orders
    state.due[due] = -1
    state.promised[due] = 0.0
    waiting = due[(state.filled[due] < orders.places[due]) & (state.wave[due] < orders.waves[due])]
    if not waiting.size:
        return
    life.send(world, pairs, state, policy.choose(Moment(world, pairs, state, waiting, tick)), tick)
    state.wave[waiting] += 1
    state.due[waiting] = tick + orders.wave_ticks[waiting]
