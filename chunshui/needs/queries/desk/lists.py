"""All orders of an area: filtered, searched, exported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from chunshui.kernel import clock, moments
from chunshui.kernel.paging import Page, page
from chunshui.needs.models import Need, NeedRows, Service
from chunshui.needs.queries.clocks import DueClock, due_clock
from chunshui.needs.queries.desk.queue import searched
from chunshui.needs.queries.desk.reach import in_area
from chunshui.needs.queries.slips import CHIPS, title, when
from chunshui.needs.states import CLIMBING, Level, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chunshui.areas.models import Area


@dataclass(frozen=True)
class Filters:
    """`level` is the code of a `Level`, empty for all."""

    text: str = ""
    state: str = ""
    service: str = ""
    level: str = ""
    since: date | None = None
    until: date | None = None


def listed(area: Area, filters: Filters, now: datetime) -> NeedRows:
    rows = searched(in_area(area), filters.text)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.service:
        rows = rows.filter(service__code=filters.service)
    if filters.level in Level.values:
        rows = rows.filter(state__in=CLIMBING, level=int(filters.level), due_at__lt=now)
    if filters.since:
        rows = rows.filter(placed_at__gte=clock.at(filters.since))
    if filters.until:
        rows = rows.filter(placed_at__lt=clock.at(filters.until, 24))
    return rows


@dataclass(frozen=True)
class Line:
    """An order in a list: names are masked here, the order's own page shows them."""

    need: Need
    title: str
    name: str
    placed: str
    when: str
    state: str
    kind: str
    clock: DueClock


def needs_list(area: Area, filters: Filters, now: datetime, cursor: str = "", size: int = 40) -> tuple[Page[Need], list[Line]]:
    found = page(listed(area, filters, now).select_related("resident", "service", "community"), ("-id",), cursor, size)
    return found, [_line(need, now) for need in found.rows]


def _line(need: Need, now: datetime) -> Line:
    kind = CHIPS.get(State(need.state), ("", ""))[0]
    placed = moments.short(need.placed_at, now)
    return Line(need, title(need), need.resident.masked_name, placed, when(need, now), str(need.get_state_display()), kind, due_clock(need, now))


def needs_to_export(area: Area, filters: Filters, now: datetime) -> Iterator[list[Any]]:
    """Masked cells of every order found, oldest first."""
    rows = listed(area, filters, now).select_related("resident", "service", "community", "rating").order_by("id")
    for need in rows.iterator(chunk_size=1000):
        rating = getattr(need, "rating", None)
        placed = clock.local(need.placed_at).replace(tzinfo=None)
        yield [
            need.number,
            str(need.community),
            title(need),
            need.resident.masked_name,
            str(need.get_channel_display()),
            placed,
            str(need.get_state_display()),
            due_clock(need, now).level,
            need.people_needed,
            need.places_filled,
            rating.stars if rating else None,
        ]


def services_by_id() -> dict[int, Service]:
    return {service.pk: service for service in Service.objects.all()}
