"""Fourteen days of a district, half hour by half hour: questions go out, people answer, forget, tire and fall silent.

Chance is drawn from the pair and the seed alone, not from the order of events: the same person asked about the same order answers alike
under every policy (common random numbers), so what differs between two policies is the policies.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from chunshui.matching import acceptance
from chunshui.matching.acceptance import Chance, Counts
from chunshui.matching.compiled import kernel
from chunshui.matching.simulate.pairs import Pairs
from chunshui.matching.simulate.world import DAY_SLOTS, TICKS_A_DAY, Floats, Ints, World

Bytes = NDArray[np.uint8]

UNASKED, OPEN, UNREAD, YES, NO, SILENT, TAKEN = range(7)
TIRED_SHARE, TIRED_DAYS = 0.10, 7.0
"""Every message silences its reader with this chance, for a random time of this mean."""
FARTHER, FAMILIAR = 0.35, 0.9
"""Log odds of a yes: less for each kilometre, more to somebody one knows."""
FADED_BEFORE = 0.3
"""What is left of the silences of the months before."""
QUESTIONS_BEFORE = 3.0
"""How many questions the volunteers had been asked on average before the first day; the platform remembers the answers."""


@dataclass(slots=True)
class State:
    """Everything that changes. What begins with `seen_` is what the platform knows of people's answers."""

    pair: Bytes
    knows: NDArray[np.bool_]
    filled: Ints
    wave: Ints
    due: Ints
    slots: NDArray[np.bool_]
    day_visits: Bytes
    week_visits: Bytes
    load: Ints
    silent_until: Ints
    open: Ints
    last_asked: Ints
    messages: Bytes
    messages7: Ints
    seen_yes: Floats
    seen_no: Floats
    seen_silent: Floats
    seen_faded: Floats
    chance: Chance[Floats]
    promised: Floats
    sent: int = 0
    sorry: int = 0
    services: list[Ints] = field(default_factory=list)
    waited: list[Floats] = field(default_factory=list)


def begin(world: World, pairs: Pairs) -> State:
    count, days = world.shape.people, int(world.orders.slot.max(initial=0)) // DAY_SLOTS + 1
    asked = _before(world)
    orders = world.orders.slot.size
    return State(
        pair=np.zeros(pairs.person.size, dtype=np.uint8),
        knows=pairs.known.copy(),
        filled=np.zeros(orders, dtype=np.int64),
        wave=np.zeros(orders, dtype=np.int64),
        due=world.orders.arrival.copy(),
        slots=np.zeros((count, days * DAY_SLOTS), dtype=np.bool_),
        day_visits=np.zeros((count, days), dtype=np.uint8),
        week_visits=np.zeros((count, days // 7 + 1), dtype=np.uint8),
        load=world.people.load.copy(),
        silent_until=np.zeros(count, dtype=np.int64),
        open=np.zeros(count, dtype=np.int64),
        last_asked=np.full(count, -1_000_000, dtype=np.int64),
        messages=np.zeros((count, 7), dtype=np.uint8),
        messages7=np.zeros(count, dtype=np.int64),
        seen_yes=asked.yes,
        seen_no=asked.no,
        seen_silent=asked.silent,
        seen_faded=asked.faded,
        chance=reckoned(world, asked),
        promised=np.zeros(orders),
    )


def _before(world: World) -> Counts[Floats]:
    """Answers of the months before: one in six questions found a silenced reader; most silences have faded."""
    dice = np.random.default_rng(world.seed + 2_000_003)
    asked = dice.poisson(QUESTIONS_BEFORE + world.people.load)
    read = dice.binomial(asked, 5 / 6)
    yes = dice.binomial(read, 1 / (1 + np.exp(-world.hidden.willing)))
    no = dice.binomial(read - yes, world.hidden.polite)
    silent: Floats = (asked - yes - no).astype(np.float64)
    counts: Counts[Floats] = Counts(yes.astype(np.float64), no.astype(np.float64), silent, FADED_BEFORE * silent)
    return counts


def reckoned(world: World, own: Counts[Floats]) -> Chance[Floats]:
    """The nightly reckoning, as the platform does it: everyone's counts, drawn toward those around."""
    home, seen = world.people.community, (own.yes, own.no, own.silent, own.faded)
    sums: list[Floats] = [np.bincount(home, weights=each, minlength=world.communities).astype(np.float64) for each in seen]
    around: Counts[Floats] = Counts(*sums)
    district = acceptance.habit_of_district(Counts(*(float(each.sum()) for each in seen)))
    shares: list[Floats] = [np.full(world.communities, share) for share in (district.first, district.answering, district.willing)]
    everywhere: Chance[Floats] = Chance(*shares)
    habit = acceptance.habit(around, everywhere)
    return acceptance.chance(own, Chance(habit.first[home], habit.answering[home], habit.willing[home]))


def morning(world: World, state: State, day: int) -> None:
    """Silence fades, messages of a week ago no longer count, chances are reckoned again."""
    state.seen_faded *= acceptance.fading(1.0)
    state.messages7 -= state.messages[:, day % 7]
    state.messages[:, day % 7] = 0
    state.chance = reckoned(world, Counts(state.seen_yes, state.seen_no, state.seen_silent, state.seen_faded))


def send(world: World, pairs: Pairs, state: State, chosen: Ints, tick: int) -> None:
    """Write to these people. Who has fallen silent does not read it; who reads it may tire of it."""
    state.sent += chosen.size
    today = (tick // TICKS_A_DAY) % 7
    _send(
        chosen, pairs.order, pairs.person, state.pair, state.open, state.last_asked, state.messages[:, today], state.messages7,
        state.silent_until, world.seed, tick,
    )  # fmt: skip


def resolve(world: World, pairs: Pairs, state: State, due: Ints, tick: int) -> None:
    """The wave of these orders is over: first come, first served."""
    orders, people = world.orders, world.people
    service, waited, sorry = _resolve(
        due, pairs.offsets, pairs.person, pairs.metres, state.knows, orders.slot, orders.places, orders.arrival, orders.wave_ticks,
        people.day_limit, people.week_limit, world.hidden.willing, world.hidden.polite,
        state.pair, state.filled, state.slots, state.day_visits, state.week_visits, state.load, state.open,
        state.seen_yes, state.seen_no, state.seen_silent, state.seen_faded, world.seed, tick,
    )  # fmt: skip
    state.services.append(service)
    state.waited.append(waited)
    state.sorry += int(sorry)


@kernel
def luck(seed: int, order: int, person: int, which: int) -> float:
    """A number in [0, 1) that depends on these four and nothing else."""
    mixed = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(order) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = mixed ^ (np.uint64(person) * np.uint64(0x94D049BB133111EB) + np.uint64(which) * np.uint64(0xD6E8FEB86659FD93))
    for _ in range(2):
        mixed ^= mixed >> np.uint64(32)
        mixed *= np.uint64(0xD6E8FEB86659FD93)
    mixed ^= mixed >> np.uint64(32)
    return float(mixed >> np.uint64(11)) / 9007199254740992.0


@kernel
def _send(
    chosen: Ints, order: Ints, person: Ints, pair: Bytes, waiting: Ints, last_asked: Ints, today: Bytes, messages7: Ints,
    silent_until: Ints, seed: int, tick: int,
) -> None:  # fmt: skip
    for at in chosen:
        p = person[at]
        waiting[p] += 1
        last_asked[p] = tick
        if today[p] < 255:
            today[p] += 1
            messages7[p] += 1
        if silent_until[p] > tick:
            pair[at] = UNREAD
            continue
        pair[at] = OPEN
        if luck(seed, order[at], p, 1) < TIRED_SHARE:
            days = -TIRED_DAYS * np.log(1.0 - luck(seed, order[at], p, 2))
            silent_until[p] = tick + max(1, int(days * TICKS_A_DAY))


@kernel
def _resolve(
    due: Ints, offsets: Ints, person: Ints, metres: Floats, knows: NDArray[np.bool_], slot: Ints, places: Ints, arrival: Ints, length: Ints,
    day_limit: Ints, week_limit: Ints, willing: Floats, polite: Floats,
    pair: Bytes, filled: Ints, slots: NDArray[np.bool_], day_visits: Bytes, week_visits: Bytes, load: Ints, waiting: Ints,
    seen_yes: Floats, seen_no: Floats, seen_silent: Floats, seen_faded: Floats, seed: int, tick: int,
) -> tuple[Ints, Floats, int]:  # fmt: skip
    services, waited, sorry = np.empty(places[due].sum(), dtype=np.int64), np.empty(places[due].sum()), 0
    many = 0
    for r in due:
        asked = [(luck(seed, r, person[at], 3), at) for at in range(offsets[r], offsets[r + 1]) if pair[at] == OPEN or pair[at] == UNREAD]
        asked.sort()
        for delay, at in asked:
            p = person[at]
            waiting[p] -= 1
            read = pair[at] == OPEN
            yes = read and luck(seed, r, p, 4) < _yes(willing[p], metres[at], knows[at])
            if filled[r] >= places[r]:
                pair[at] = TAKEN
                sorry += 1 if yes else 0
            elif yes and _take(p, slot[r], day_limit, week_limit, slots, day_visits, week_visits, load):
                pair[at] = YES
                filled[r] += 1
                services[many] = at
                waited[many] = tick - arrival[r] - length[r] * (1.0 - delay)
                many += 1
            else:
                pair[at] = NO if read and (yes or luck(seed, r, p, 5) < polite[p]) else SILENT
            _remember(pair[at], p, seen_yes, seen_no, seen_silent, seen_faded)
    return services[:many], waited[:many], sorry


@kernel
def _yes(willing: float, metres: float, knows: bool) -> float:
    odds = willing - FARTHER * (metres / 1000.0 - 1.0) + (FAMILIAR if knows else 0.0)
    return float(1.0 / (1.0 + np.exp(-odds)))


@kernel
def _take(p: int, slot: int, day_limit: Ints, week_limit: Ints, slots: NDArray[np.bool_], day_visits: Bytes, week_visits: Bytes, load: Ints) -> bool:
    """Give somebody the visit, unless they have said yes to another one meanwhile."""
    day = slot // DAY_SLOTS
    if slots[p, slot] or day_visits[p, day] >= day_limit[p] or week_visits[p, day // 7] >= week_limit[p]:
        return False
    slots[p, slot] = True
    day_visits[p, day] += 1
    week_visits[p, day // 7] += 1
    load[p] += 1
    return True


@kernel
def _remember(answer: int, p: int, seen_yes: Floats, seen_no: Floats, seen_silent: Floats, seen_faded: Floats) -> None:
    """What the platform learns. Who was told "taken, thank you" before answering taught it nothing."""
    if answer == YES:
        seen_yes[p] += 1
    elif answer == NO:
        seen_no[p] += 1
    elif answer == SILENT:
        seen_silent[p] += 1
        seen_faded[p] += 1
