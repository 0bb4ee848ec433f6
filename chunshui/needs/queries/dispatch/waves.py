"""How many of the candidates to ask at once, and how likely it is that enough of them come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chunshui.areas import queries as areas
from chunshui.matching import waves
from chunshui.needs.queries.dispatch import fit
from chunshui.needs.queries.dispatch.candidates import Candidate, ranked
from chunshui.needs.queries.dispatch.weights import in_force
from chunshui.needs.states import (
    ANSWER_HIGH_WITHIN,
    ANSWER_LOW_WITHIN,
    ANSWER_URGENT_WITHIN,
    ANSWER_WITHIN,
    LAST_AIM,
    MOST_WAVES,
    WAVE_SIZE,
    Priority,
)
from chunshui.needs.states.weights import MESSAGE_PRICE
from chunshui.notices import queries as notices

if TYPE_CHECKING:
    from chunshui.needs.models import Need

COMPARED = 50
ALMOST_CERTAIN = 0.9
ANSWER_RULES = {
    Priority.LOW: ANSWER_LOW_WITHIN,
    Priority.NORMAL: ANSWER_WITHIN,
    Priority.HIGH: ANSWER_HIGH_WITHIN,
    Priority.URGENT: ANSWER_URGENT_WITHIN,
}


@dataclass(frozen=True)
class Wave:
    """Whom to ask together, and the chance in per cent that enough of them say yes."""

    people: list[Candidate]
    percent: int

    @property
    def many(self) -> int:
        return len(self.people)


def answer_time(need: Need, now: datetime) -> timedelta:
    """How long volunteers have to answer, by the priority of the order."""
    return timedelta(minutes=areas.rule(ANSWER_RULES[Priority(need.priority)], need.area, now))


def next_wave(need: Need, now: datetime, wave: int) -> Wave:
    """Whom the platform itself would ask in this wave (the first is 1): nobody who rests, nobody who was silent about this order.

    Whom a message would cost more than a yes would bring is passed over.
    """
    candidates = ranked(need, now, limit=COMPARED, again=False)
    if not candidates:
        return Wave([], 0)
    ladder = (*waves.LADDER[:-1], areas.rule(LAST_AIM, need.area, now) / 100)
    wished = waves.aim(wave, _waves_left(candidates[0].start, need, now, wave), ladder)
    base = areas.rule(MESSAGE_PRICE, need.area, now)
    return _first_of(candidates, need, now, wished, [waves.price(one.messages, base) for one in candidates])


def together(candidates: Sequence[Candidate], need: Need, now: datetime) -> Wave:
    """Whom a worker would ask at once so that somebody comes almost for certain, whatever the messages cost."""
    return _first_of(candidates, need, now, ALMOST_CERTAIN, ())


def _first_of(candidates: Sequence[Candidate], need: Need, now: datetime, wished: float, prices: Sequence[float]) -> Wave:
    found = waves.choose(
        [one.yes for one in candidates],
        max(0, fit.places_left(need)),
        wished,
        worth=in_force(need.area, now).unserved[need.priority - 1],
        prices=prices,
        most=areas.rule(WAVE_SIZE, need.area, now),
    )
    return Wave([candidates[at] for at in found.chosen], min(99, round(100 * found.chance)))


def _waves_left(start: datetime, need: Need, now: datetime, wave: int) -> int:
    """How many more waves can be answered before the visit, as many as the rule allows at most."""
    left = start - notices.after_quiet(now, need.area)
    allowed: int = areas.rule(MOST_WAVES, need.area, now) - wave + 1
    return max(1, min(allowed, int(left / answer_time(need, now))))
