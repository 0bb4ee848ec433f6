"""What volunteers did lately and have agreed to: assignments and questions, by volunteer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q

from chunshui.kernel import clock
from chunshui.needs.models import Assignment, Offer
from chunshui.needs.queries.dispatch import times
from chunshui.needs.queries.dispatch.answers import Expected, remembered
from chunshui.needs.states import HOLDING, AssignmentState, OfferSource, OfferState

OPEN_OFFERS = 2
"""Questions that may wait for one volunteer's answer at a time."""
HISTORY_DAYS = 30


@dataclass
class Past:
    """`visits` are (order, volunteer, from, until) in the engine's minutes; `load` services of 30 days, `week_offers` questions of seven days,

    `expected` what was learned last night from the answers of those who were asked before.
    """

    visits: list[tuple[int, int, int, int]] = field(default_factory=list)
    load: Counter[int] = field(default_factory=Counter)
    week_minutes: Counter[int] = field(default_factory=Counter)
    week_offers: Counter[int] = field(default_factory=Counter)
    open_offers: Counter[int] = field(default_factory=Counter)
    last_asked: dict[int, datetime] = field(default_factory=dict)
    expected: dict[int, Expected] = field(default_factory=dict)

    @property
    def busy(self) -> list[tuple[int, int, int]]:
        """(volunteer, from, until)."""
        return [visit[1:] for visit in self.visits]


def past_of(
    volunteer_ids: Collection[int] | None, now: datetime, but: Collection[int] = (), *, tentative: bool = True, judging: bool = False
) -> Past:
    """The past of these volunteers, of everybody for None. Visits to the orders `but` do not count as busy; open questions do, if `tentative`.

    `judging`: somebody has said yes and only what they have agreed to matters; what they were asked and how they answer is not read.
    """
    past = Past()
    whose = Q() if volunteer_ids is None else Q(volunteer_id__in=volunteer_ids)
    _add_assignments(past, whose, now, but)
    if not judging:
        _add_questions(past, whose, now, but, tentative=tentative)
        past.expected = remembered(whose)
    return past


def _add_assignments(past: Past, whose: Q, now: datetime, but: Collection[int]) -> None:
    week, since = clock.week_start(now), now - timedelta(days=HISTORY_DAYS)
    held = Assignment.objects.filter(whose, state__in=HOLDING, planned_from__gte=since, planned_until__isnull=False)
    columns = held.values_list("volunteer_id", "need_id", "state", "minutes", "planned_from", "planned_until")
    for volunteer_id, need_id, state, minutes, start, end in columns.iterator(chunk_size=10_000):
        assert start is not None  # the filter above
        assert end is not None
        if need_id not in but and end > start:
            past.visits.append((need_id, volunteer_id, times.minute(start), times.minute(end)))
        past.load[volunteer_id] += start <= now
        if week <= start < week + timedelta(days=7):
            planned = int((end - start).total_seconds() // 60)
            past.week_minutes[volunteer_id] += (minutes or 0) if state == AssignmentState.DONE else planned


def _add_questions(past: Past, whose: Q, now: datetime, but: Collection[int], *, tentative: bool) -> None:
    """The questions of this week (one withdrawn does not count as asked), and those that still wait for an answer."""
    since = now - timedelta(days=7)
    asked = Offer.objects.filter(whose).filter(Q(sent_at__gt=since) | Q(state=OfferState.OPEN)).exclude(source=OfferSource.CLAIM)
    columns = (
        asked.exclude(state=OfferState.WITHDRAWN)
        .order_by()
        .values_list("volunteer_id", "need_id", "state", "sent_at", "need__wish_from", "need__minutes")
    )
    for who, need_id, state, sent_at, start, minutes in columns.iterator(chunk_size=10_000):
        if sent_at > since:
            past.week_offers[who] += 1
            past.last_asked[who] = max(sent_at, past.last_asked.get(who, sent_at))
        if state == OfferState.OPEN and need_id not in but:
            past.open_offers[who] += 1
            if tentative and start is not None:
                past.visits.append((need_id, who, times.minute(start), times.minute(start) + minutes))


def served_by(resident_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Resident → volunteer → visits done."""
    known: dict[int, dict[int, int]] = defaultdict(dict)
    done = Assignment.objects.filter(need__resident_id__in=resident_ids, state=AssignmentState.DONE).order_by()
    for resident_id, volunteer_id, visits in done.values_list("need__resident_id", "volunteer_id").annotate(Count("pk")):
        known[resident_id][volunteer_id] = visits
    return known
