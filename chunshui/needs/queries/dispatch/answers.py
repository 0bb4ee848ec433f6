"""What is known of volunteers' answers: counted anew every night, read by everything that ranks or sizes a wave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from chunshui.areas import queries as areas
from chunshui.matching import acceptance
from chunshui.matching.acceptance import Chance, Counts
from chunshui.needs.models import AnswerHabit, Answering, Offer
from chunshui.needs.states import FADE_DAYS, OfferSource, OfferState

if TYPE_CHECKING:
    from chunshui.people.models import Person

MEMORY_DAYS = 180
"""Older questions are forgotten."""
HABITS_SECONDS = 60


class Expected(NamedTuple):
    """`first`: likely to answer at all, for the order in which people are asked; `yes`: likely to say yes, for how many are asked."""

    first: float
    yes: float


UNKNOWN = Expected(acceptance.ANSWERING, acceptance.ANSWERING * acceptance.SAYING_YES)


@dataclass(frozen=True)
class Counted:
    """Questions to one volunteer. `faded` are the silences, each by its age."""

    community_id: int | None
    asked: int
    accepted: int
    declined: int
    silent: int
    faded: float

    @property
    def counts(self) -> Counts[float]:
        return Counts(self.accepted, self.declined, self.silent, self.faded)


def counted(now: datetime) -> dict[int, Counted]:
    """By volunteer: everyone who was asked in half a year and answered, or let the time pass. Open and withdrawn questions say nothing."""
    states = {"accepted": OfferState.ACCEPTED, "declined": OfferState.DECLINED, "silent": OfferState.EXPIRED}
    asked = Offer.objects.filter(sent_at__gte=now - timedelta(days=MEMORY_DAYS), sent_at__lte=now, volunteer__erased_at=None)
    asked = asked.exclude(source=OfferSource.CLAIM).order_by()
    rows = asked.filter(state__in=states.values()).values_list("volunteer_id", "volunteer__volunteer__community_id")
    faded = _faded(asked, now)
    return {
        who: Counted(community_id, accepted + declined + silent, accepted, declined, silent, faded[who])
        for who, community_id, accepted, declined, silent in rows.annotate(
            **{name: Count("pk", filter=Q(state=state)) for name, state in states.items()}
        ).iterator(chunk_size=10_000)
    }


def _faded(asked: QuerySet[Offer], now: datetime) -> dict[int, float]:
    """The silences of each volunteer; one of so many days ago counts half."""
    half = float(areas.rule(FADE_DAYS, areas.district(), now))
    weight: dict[int, float] = defaultdict(float)
    silent = asked.filter(state=OfferState.EXPIRED)
    for who, until in silent.values_list("volunteer_id", "answer_by").iterator(chunk_size=10_000):
        weight[who] += acceptance.fading(max(0.0, (now - until).total_seconds() / 86_400), half)
    return weight


def habits_of(found: dict[int, Counted]) -> dict[int | None, Chance[float]]:
    """The habit of each community, drawn toward the district's; the district's own stands under None."""
    sums: dict[int | None, Counter[str]] = defaultdict(Counter)
    for one in found.values():
        for place in {one.community_id, None}:
            sums[place].update({"yes": one.accepted, "no": one.declined, "silent": one.silent, "faded": one.faded})
    totals = {place: Counts(*(float(each[name]) for name in ("yes", "no", "silent", "faded"))) for place, each in sums.items()}
    district = acceptance.habit_of_district(totals.pop(None, Counts(0.0, 0.0, 0.0, 0.0)))
    return {None: district, **{place: acceptance.habit(counts, district) for place, counts in totals.items()}}


def habits() -> dict[int | None, Expected]:
    """As reckoned last night, by community; a minute old at most."""
    found: dict[int | None, Expected] | None = cache.get("answer-habits")
    if found is None:
        found = {place: Expected(first, yes) for place, first, yes in AnswerHabit.objects.values_list("community_id", "first", "yes")}
        cache.set("answer-habits", found, HABITS_SECONDS)
    return found


def usual(communities: Sequence[int | None]) -> list[Expected]:
    """What to expect of people of these communities of whom nothing is known."""
    known = habits()
    everywhere = known.get(None, UNKNOWN)
    return [known.get(place, everywhere) for place in communities]


def remembered(volunteer_filter: Q) -> dict[int, Expected]:
    rows = Answering.objects.filter(volunteer_filter).values_list("volunteer_id", "first", "yes")
    return {who: Expected(first, yes) for who, first, yes in rows.iterator(chunk_size=10_000)}


def remembered_of(actor: Person) -> Answering | None:
    """What is remembered of the actor's own answers; nobody else is shown it."""
    return Answering.objects.filter(volunteer_id=actor.pk).first()
