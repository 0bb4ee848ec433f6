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
from chunshui.needs.states import HOLDING, AssignmentState, OfferSource, OfferState

OPEN_OFFERS = 2
"""Questions that may wait for one volunteer's answer at a time."""
HISTORY_DAYS, ANSWER_DAYS = 30, 180
HOPE, DOUBT = 2.0, 3.0
"""What is assumed of a volunteer of whom nothing is known: two answers in five questions."""


@dataclass
class Past:
    """`visits` are (order, volunteer, from, until) in the engine's minutes; `load` services of 30 days, `week_offers` questions of seven days."""

    visits: list[tuple[int, int, int, int]] = field(default_factory=list)
    load: Counter[int] = field(default_factory=Counter)
    week_minutes: Counter[int] = field(default_factory=Counter)
    week_offers: Counter[int] = field(default_factory=Counter)
    open_offers: Counter[int] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    silent: Counter[int] = field(default_factory=Counter)

    @property
    def busy(self) -> list[tuple[int, int, int]]:
        """(volunteer, from, until)."""
        return [visit[1:] for visit in self.visits]


def past_of(volunteer_ids: Collection[int] | None, now: datetime, but: Collection[int] = (), *, tentative: bool = True) -> Past:
    """The past of these volunteers, of everybody for None. Visits to the orders `but` do not count as busy; open questions do, if `tentative`."""
    past = Past()
    whose = Q() if volunteer_ids is None else Q(volunteer_id__in=volunteer_ids)
    _add_assignments(past, whose, now, but)
    _add_answers(past, whose, now)
    _add_open_offers(past, whose, but, tentative=tentative)
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


def _add_answers(past: Past, whose: Q, now: datetime) -> None:
    """Counted by the database; a question withdrawn does not count as asked."""
    asked = Offer.objects.filter(whose, sent_at__gte=now - timedelta(days=ANSWER_DAYS)).exclude(source=OfferSource.CLAIM).order_by()
    counts = asked.values_list("volunteer_id").annotate(
        week=Count("pk", filter=Q(sent_at__gt=now - timedelta(days=7)) & ~Q(state=OfferState.WITHDRAWN)),
        answered=Count("pk", filter=Q(state__in=(OfferState.ACCEPTED, OfferState.DECLINED))),
        silent=Count("pk", filter=Q(state=OfferState.EXPIRED)),
    )
    for volunteer_id, week, answered, silent in counts.iterator(chunk_size=10_000):
        past.week_offers[volunteer_id] = week
        past.answered[volunteer_id] = answered
        past.silent[volunteer_id] = silent


def _add_open_offers(past: Past, whose: Q, but: Collection[int], *, tentative: bool) -> None:
    waiting = Offer.objects.filter(whose, state=OfferState.OPEN).exclude(source=OfferSource.CLAIM).exclude(need_id__in=but)
    for need_id, volunteer_id, start, minutes in waiting.values_list("need_id", "volunteer_id", "need__wish_from", "need__minutes"):
        past.open_offers[volunteer_id] += 1
        if tentative and start is not None:
            past.visits.append((need_id, volunteer_id, times.minute(start), times.minute(start) + minutes))


def acceptance(past: Past, volunteer_id: int) -> float:
    """How likely an answer is, from the own past, drawn toward two in five. A no is an answer: declining costs nothing, silence is learned from."""
    yes = past.answered[volunteer_id]
    return (yes + HOPE) / (yes + past.silent[volunteer_id] + HOPE + DOUBT)


def served_by(resident_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Resident → volunteer → visits done."""
    known: dict[int, dict[int, int]] = defaultdict(dict)
    done = Assignment.objects.filter(need__resident_id__in=resident_ids, state=AssignmentState.DONE).order_by()
    for resident_id, volunteer_id, visits in done.values_list("need__resident_id", "volunteer_id").annotate(Count("pk")):
        known[resident_id][volunteer_id] = visits
    return known
