"""Reads of service records: getters, sums, and what the hour rules make of a stretch of service."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from chunshui.areas import queries as areas
from chunshui.hours import policies
from chunshui.hours.models import Record
from chunshui.hours.states import DAY_CAP, LEAST_STAY, ROUNDING, EntryWay, RecordState
from chunshui.kernel import clock, paging
from chunshui.kernel.errors import NotFound
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Totals:
    """Minutes that count: ever, and since the first of this month."""

    minutes: int
    month_minutes: int
    services: int


def visible_record(actor: Person, record_id: int, *, lock: bool = False) -> Record:
    """The one way to reach a record; missing and hidden look the same."""
    rows = Record.objects.select_for_update(of=("self",)) if lock else Record.objects.all()
    record = rows.select_related("area").filter(pk=record_id).first()
    if record is None or not policies.can_view_record(actor, record):
        raise NotFound
    return record


def record_told_of(record_id: int) -> Record:
    """The record of an event, for a reaction."""
    return Record.objects.select_related("area").get(pk=record_id)


def record_from(source: str) -> Record | None:
    """The record that a source (an order's place, a shift) has made, if it has."""
    return Record.objects.filter(source=source).select_related("area").first()


def records_of(actor: Person, person_id: int, cursor: str = "", size: int = 30) -> paging.Page[Record]:
    """A volunteer's records, newest first, cancelled ones included: nothing disappears."""
    return paging.page(all_records_of(actor, person_id), ["-started_at", "-id"], cursor, size)


def all_records_of(actor: Person, person_id: int) -> QuerySet[Record]:
    if actor.pk != person_id:
        people.visible_volunteer(actor, person_id)
    return Record.objects.filter(person_id=person_id).select_related("area").order_by("-started_at", "-id")


def totals(actor: Person, person_id: int, now: datetime) -> Totals:
    rows = all_records_of(actor, person_id).filter(state=RecordState.EFFECTIVE)
    month = clock.at(clock.month_start(now))
    return Totals(_sum(rows), _sum(rows.filter(started_at__gte=month)), rows.exclude(entry_way=EntryWay.FORCED).count())


def minutes_between(person_ids: Collection[int], start: datetime, end: datetime) -> dict[int, int]:
    """Minutes that count of each person, of services begun in [start, end)."""
    rows = Record.objects.filter(person_id__in=person_ids, state=RecordState.EFFECTIVE, started_at__gte=start, started_at__lt=end)
    sums = dict(rows.order_by().values_list("person_id").annotate(Sum("minutes")))
    return {person_id: sums.get(person_id, 0) for person_id in person_ids}


def overlapping(person_id: int, started_at: datetime, ended_at: datetime) -> Record | None:
    """A record that already counts part of this time; a forced sign-out counts nothing and blocks nothing."""
    rows = Record.objects.filter(person_id=person_id, started_at__lt=ended_at, ended_at__gt=started_at)
    return rows.filter(state=RecordState.EFFECTIVE).exclude(entry_way=EntryWay.FORCED).order_by("started_at").first()


def counted_minutes(person_id: int, area: Area, started_at: datetime, ended_at: datetime) -> int:
    """What a stretch within one day counts by the rules in force in the area on that day: least stay, rounding down, daily cap."""
    stay = (ended_at - started_at) // MINUTE
    if stay < areas.rule(LEAST_STAY, area, started_at):
        return 0
    step: int = areas.rule(ROUNDING, area, started_at)
    day = clock.today(started_at)
    already = minutes_between([person_id], clock.at(day), clock.at(day, 24))[person_id]
    cap: int = areas.rule(DAY_CAP, area, started_at)
    return max(0, min(stay // step * step, cap - already))


def _sum(rows: QuerySet[Record]) -> int:
    return rows.order_by().aggregate(total=Sum("minutes"))["total"] or 0


def belongings(person_id: int) -> list[tuple[str, int]]:
    """What a person has here, for the preview of a merge."""
    return [(_("服务记录"), Record.objects.filter(person_id=person_id).count())]
