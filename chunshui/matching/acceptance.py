"""How likely somebody answers and says yes: counts in, probabilities out, drawn toward what people around here do.

Two figures, because they are for two questions. `first` decides who is asked *first*: a no counts exactly like a yes, only silence lowers
it, and silence fades with time. `yes` decides how *many* are asked together: there noes and silences count in full, or too few would be
asked. So declining never moves anybody down; it only means that somebody else is asked along.

All are means of a beta-binomial: "7 of 12 answered, drawn to 0.58" is (7 + DRAW * 0.55) / (12 + DRAW). They rise with every yes and fall
with every silence. Works on numbers and on arrays alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

DRAW = 6.0
"""The habit of the people around weighs as much as so many questions of one's own."""
DRAW_AROUND = 60.0
"""The habit of the district weighs as much as so many questions to a community."""
FADE_DAYS = 14.0
"""After so many days a silence counts half."""
ANSWERING, SAYING_YES = 0.55, 0.55
"""What is assumed of a district in which nobody was ever asked."""

Number = TypeVar("Number", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class Counts(Generic[Number]):
    """Questions to one volunteer, or to everyone around: answered yes, answered no, not answered in time; `faded` are the silences by age."""

    yes: Number
    no: Number
    silent: Number
    faded: Number


@dataclass(frozen=True, slots=True)
class Chance(Generic[Number]):
    """`first`: for the order in which people are asked; `answering`: an answer of either kind; `willing`: a yes, given an answer."""

    first: Number
    answering: Number
    willing: Number

    @property
    def yes(self) -> Number:
        return self.answering * self.willing


def fading(days: Number, half_life: float = FADE_DAYS) -> Number:
    """How much a silence still counts after so many days."""
    weight: Number = 0.5 ** (days / half_life)
    return weight


def drawn(hits: Number, tries: Number, around: Number, draw: float) -> Number:
    """The share of hits, drawn toward the share around as if `draw` more tries had gone as they go there."""
    share: Number = (hits + draw * around) / (tries + draw)
    return share


def chance(own: Counts[Number], around: Chance[Number], draw: float = DRAW) -> Chance[Number]:
    """What to expect of somebody with these counts among people of that habit."""
    answers = own.yes + own.no
    return Chance(
        drawn(answers, answers + own.faded, around.first, draw),
        drawn(answers, answers + own.silent, around.answering, draw),
        drawn(own.yes, answers, around.willing, draw),
    )


def habit(counts: Counts[Number], district: Chance[Number]) -> Chance[Number]:
    """The habit of a community, drawn toward the district's."""
    return chance(counts, district, DRAW_AROUND)


def habit_of_district(counts: Counts[float]) -> Chance[float]:
    return chance(counts, Chance(ANSWERING, ANSWERING, SAYING_YES), DRAW_AROUND)
