"""How many to ask at once: as many as the wished chance of a yes takes, no more, and never the same person for two orders.

A wave goes out, waits for answers, and is followed by the next. Early waves may aim lower, because later ones can still be sent; the last
wave that fits before the deadline aims highest (`aim`). Within an order people are asked in the order of the engine's list, so that what the
desk shows is what happens; somebody whose yes would add less than the message costs is passed over. `choose` is one order's wave, `spread`
the waves of many orders at once: the same rule, and whoever is wanted by several goes where the gain is greatest.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.compiled import kernel

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Number = TypeVar("Number", float, NDArray[np.float64])

LADDER = (0.45, 0.55, 0.65, 0.75, 0.90, 0.98)
"""The chance aimed at, by wave; docs/dispatch.md says what else was tried."""
PRICE = 400
"""Milli-units for one message to somebody who had none this week; half as much more for each one they had."""
MOST = 50
"""Nobody writes to more people than this at once, whatever the chance."""


@dataclass(frozen=True, slots=True)
class Wave:
    """Whom to ask, as positions in the list given, and the chance that enough of them say yes."""

    chosen: tuple[int, ...]
    chance: float


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders that send a wave at one moment. Those who may be asked stand in `person`, order by order (`offsets`), best first."""

    offsets: Ints
    person: Ints
    yes: Floats
    price: Floats
    """What each message costs, in the unit of `worth`."""
    places: Ints
    wished: Floats
    worth: Floats
    """What a filled place is worth."""


def price(messages7: Number, base: int = PRICE) -> Number:
    """What one more message costs somebody who had so many in seven days."""
    costs: Number = base * (1.0 + 0.5 * messages7)
    return costs


def aim(wave: int, waves_left: int, ladder: Sequence[float] = LADDER) -> float:
    """The chance to aim at in wave `wave` (the first is 1) when `waves_left` fit before the deadline, this one among them."""
    step = max(wave - 1, len(ladder) - max(1, waves_left))
    return ladder[min(step, len(ladder) - 1)]


def enough(chances: Sequence[float], places: int) -> float:
    """The chance that at least `places` of these people say yes, each for themselves."""
    said = _nobody(places)
    for yes in chances:
        said = _one_more(said, yes)
    return said[places]


def choose(chances: Sequence[float], places: int, wished: float, *, worth: float = 1.0, prices: Sequence[float] = (), most: int = MOST) -> Wave:
    """The first of a list until the wished chance is reached; as many as there are places at least, `most` at most."""
    taken: list[int] = []
    said = _nobody(places)
    for at, yes in enumerate(chances):
        if len(taken) >= places and (said[places] >= wished or len(taken) >= most):
            break
        after = _one_more(said, yes)
        gain = worth * (_filled(after) - _filled(said))
        if len(taken) < places or not prices or gain >= prices[at]:
            taken.append(at)
            said = after
    return Wave(tuple(taken), said[places])


def spread(orders: Orders, people: int, most: int = MOST) -> Ints:
    """Positions in `person` of everyone to ask now; nobody twice. Lazy greedy: always the order whose next question helps most."""
    room = np.ones(people, dtype=np.bool_)
    return _spread(orders.offsets, orders.person, orders.yes, orders.price, orders.places, orders.wished, orders.worth, room, most)


def _nobody(places: int) -> list[float]:
    return [1.0] + [0.0] * places


def _one_more(said: list[float], yes: float) -> list[float]:
    """Chances that exactly 0, 1, .. people say yes, the last: so many or more."""
    last = len(said) - 1
    stay = [each * (1.0 - yes) for each in said[:last]] + [said[last]]
    return [stay[0], *(stay[many] + said[many - 1] * yes for many in range(1, last + 1))] if last else stay


def _filled(said: list[float]) -> float:
    """Places expected to be filled."""
    return sum(many * each for many, each in enumerate(said))


@kernel
def _gain(said: Floats, places: int, yes: float) -> float:
    """How many more places one more question is expected to fill."""
    return float(yes * said[:places].sum())


@kernel
def _add(said: Floats, places: int, yes: float) -> None:
    said[places] += said[places - 1] * yes
    for many in range(places - 1, 0, -1):
        said[many] = said[many] * (1.0 - yes) + said[many - 1] * yes
    said[0] *= 1.0 - yes


@kernel
def _spread(
    offsets: Ints, person: Ints, yes: Floats, price: Floats, places: Ints, wished: Floats, worth: Floats, room: NDArray[np.bool_], most: int
) -> Ints:
    count = places.size
    said = np.zeros((count, max(1, places.max() if count else 1) + 1))
    asked = np.zeros(count, dtype=np.int64)
    chosen = np.empty(person.size, dtype=np.int64)
    many = 0
    heap = [(0.0, 0, 0)]
    heap.pop()
    for at in range(count):
        said[at, 0] = 1.0
        if places[at] > 0 and offsets[at] < offsets[at + 1]:
            heapq.heappush(heap, (-worth[at] * _gain(said[at], places[at], yes[offsets[at]]), at, offsets[at]))
    while heap:
        minus, at, pair = heapq.heappop(heap)
        least = asked[at] < places[at]
        if not least and (said[at, places[at]] >= wished[at] or asked[at] >= most):
            continue
        if room[person[pair]] and (least or -minus >= price[pair]):
            room[person[pair]] = False
            _add(said[at], places[at], yes[pair])
            asked[at] += 1
            chosen[many] = pair
            many += 1
        pair += 1
        if pair < offsets[at + 1]:
            heapq.heappush(heap, (-worth[at] * _gain(said[at], places[at], yes[pair]), at, pair))
    return np.sort(chosen[:many])
