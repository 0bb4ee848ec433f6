"""What the engine answers: candidates, rounds, and what is left open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.reasons import Funnel, Reason, Term

if TYPE_CHECKING:
    from chunshui.matching.worth import Evidence

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A volunteer who may be sent, with the sum that places them and what it is made of."""

    volunteer_id: int
    cost: int
    """Milli-units, lower is better; the sum of `terms`."""
    terms: Mapping[Term, int]
    reasons: tuple[Reason, ...]
    distance_m: int
    times: tuple[int, ...]
    """Indexes into Order.times at which this volunteer can come, at least one."""


@dataclass(frozen=True, slots=True)
class Assignment:
    order_id: int
    volunteer_id: int
    time: int
    """Index into Order.times."""
    cost: int
    distance_m: int
    reasons: tuple[Reason, ...]
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Unserved:
    order_id: int
    places: int
    """Places left empty."""
    reason: Reason
    """The rule that left too few people, or that others needed them more."""
    funnel: Funnel


@dataclass(frozen=True, slots=True)
class Load:
    """How the visits of 30 days lie on the volunteers."""

    visits: int
    people: int
    """Volunteers with at least one visit."""
    most: int
    """Visits of the busiest volunteer."""
    top_tenth: float
    """Share of the visits made by the busiest tenth of those with at least one."""


class Pairs(NamedTuple):
    """Who goes where, as arrays, by order id and volunteer id: nothing described."""

    order_ids: Ints
    volunteer_ids: Ints
    starts: Ints
    """Minute at which they come."""
    costs: Ints
    """Of the choice; 0 where locked, which was none."""


class Short(NamedTuple):
    """An order with empty places, and why as far as that is known without looking at everybody again."""

    order_id: int
    places: int
    reason: Reason | None
    """None: a rule left too few people; a funnel says which."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round proposes: nothing is sent before a person agrees."""

    assignments: Sequence[Assignment]
    """By order id, then volunteer id; described when looked at."""
    unserved: Sequence[Unserved]
    objective: int
    """Costs of the free choices, day steps and penalties (locked pairs are no choice and cost nothing)."""
    bound: int
    """No plan can cost less: proven by the prices over all pairs that the rules allow."""
    is_proven: bool
    """No better plan exists; when the gap is not 0, an exact search has shown it. False: nobody knows of a better one."""
    prices: Mapping[int, int]
    """Order id -> what one place less would save."""
    volunteer_prices: Mapping[int, int]
    """Volunteer id -> what one more hour of theirs would save at most; those left out would save nothing."""
    penalties: Mapping[int, int]
    load_before: Load
    load_after: Load
    lift: int = 0
    """No plan can cost less than `bound` and so much more: orders at which several come at one time keep to one of their times."""
    pairs: Pairs | None = field(default=None, compare=False, repr=False)
    """The assignments as arrays; not in files."""
    short: tuple[Short, ...] = field(default=(), compare=False, repr=False)
    """As `unserved`, without the funnels, which cost milliseconds each; not in files."""
    evidence: Evidence | None = field(default=None, compare=False, repr=False)
    """Answers why not somebody, and where one more would help; not in files."""

    @property
    def gap(self) -> int:
        """0: best by its prices alone. Above: what all-or-none, common times and chains of overlapping times cost at most."""
        return self.objective - self.bound

    @property
    def left(self) -> int:
        """By how much the best plan could be better at most."""
        return 0 if self.is_proven else self.gap - self.lift
