"""Visits of tomorrow, for the reminder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chunshui.kernel import clock
from chunshui.needs.models import Assignment, Need
from chunshui.needs.states import AssignmentState

if TYPE_CHECKING:
    from chunshui.areas.models import Area


def _tomorrow(now: datetime) -> tuple[datetime, datetime]:
    day = clock.today(now) + timedelta(days=1)
    return clock.at(day, 0), clock.at(day, 24)


def visits_of_tomorrow(now: datetime) -> Iterator[tuple[int, Area]]:
    """Orders with a visit tomorrow of which nobody was reminded yet, and where; the earliest first, each order once."""
    opens, closes = _tomorrow(now)
    rows = Assignment.objects.filter(state=AssignmentState.PLANNED, reminded_at=None, planned_from__gte=opens, planned_from__lt=closes)
    seen: set[int] = set()
    for place in rows.select_related("need__area").order_by("planned_from", "id").iterator(chunk_size=500):
        if place.need_id not in seen:
            seen.add(place.need_id)
            yield place.need_id, place.need.area


def places_to_remind(need: Need, now: datetime) -> list[Assignment]:
    opens, closes = _tomorrow(now)
    rows = need.assignments.filter(state=AssignmentState.PLANNED, reminded_at=None, planned_from__gte=opens, planned_from__lt=closes)
    return list(rows.order_by("id"))


def places_told_of(assignment_ids: list[int]) -> list[Assignment]:
    """The places of an event that still stand, for a reaction."""
    rows = Assignment.objects.filter(pk__in=assignment_ids, state=AssignmentState.PLANNED)
    return list(rows.select_related("volunteer", "need__resident", "need__placed_by", "need__service", "need__community").order_by("id"))
