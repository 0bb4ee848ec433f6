"""What the pages of residents and volunteers ask besides: lists as slips, what one may do, tasks and invitations in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import TYPE_CHECKING

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock, moments, paging, search
from chunshui.kernel.errors import NotFound
from chunshui.kernel.steps import can_take
from chunshui.needs import policies
from chunshui.needs.models import Assignment, Need, NeedToken, Offer, Tally
from chunshui.needs.queries.history import history
from chunshui.needs.queries.orders import address_for, name_for, visible_need
from chunshui.needs.queries.slips import WITH, Slip, slip, title, when, with_comers
from chunshui.needs.states import HOLDING, OPEN, STEPS, AssignmentState, Channel, State

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

ENOUGH_ANSWERS = 20


def own_need(actor: Person, need_id: int) -> Need:
    """An order of the actor: theirs, placed by them, of somebody they help, or in their care as staff. Volunteers have pages of their own."""
    need = visible_need(actor, need_id)
    mine = actor.pk in (need.resident_id, need.placed_by_id) or policies.is_proxy(actor, need.resident)
    if not (mine or policies.is_staff_of(actor, need)):
        raise NotFound
    return Need.objects.select_related(*WITH, "rating", "placed_by").prefetch_related(with_comers(), "photos").get(pk=need.pk)


def served_page(actor: Person, need_id: int) -> tuple[str, int | None]:
    """Where a volunteer reads about an order: the place held, the question asked, or the open list; strangers nowhere."""
    visible_need(actor, need_id)
    place = Assignment.objects.filter(need_id=need_id, volunteer_id=actor.pk, state__in=HOLDING).order_by("-id").first()
    if place is not None:
        return "task", place.pk
    asked = Offer.objects.filter(need_id=need_id, volunteer_id=actor.pk).order_by("-id").first()
    return ("offer", asked.pk) if asked is not None else ("open_list", None)


@dataclass(frozen=True)
class Slips:
    """A page of slips, with the cursors of its neighbours."""

    rows: Sequence[Slip]
    next: str
    previous: str


def slips(actor: Person, now: datetime, cursor: str = "", text: str = "") -> Slips:
    """Orders for the actor or placed by the actor, newest first, that hold `text` in number, title, details or name."""
    rows = Need.objects.filter(Q(resident=actor) | Q(placed_by=actor))
    if text.strip() and not search.is_searchable(text):
        rows = rows.none()
    for token in sorted(search.bigrams(text)):
        rows = rows.filter(pk__in=NeedToken.objects.filter(token=token).values("need_id"))
    page = paging.page(rows.select_related(*WITH).prefetch_related(with_comers()), ("-id",), cursor, 10)
    return Slips([slip(need, now, actor) for need in page.rows], page.next, page.previous)


@dataclass(frozen=True)
class May:
    """What the reader of an order may do now; the page shows only these."""

    cancel: bool
    change_note: bool
    complete: bool
    change: bool
    confirm: bool
    rate: bool
    complain: bool
    take_complaint: bool
    code: bool


def may(actor: Person, need: Need) -> May:
    placed = any(each.state in HOLDING for each in need.assignments.all())
    rates = bool(can_take(need, STEPS, "rate")) and bool(policies.can_rate_need(actor, need))
    return May(
        cancel=bool(policies.can_cancel_need(actor, need)),
        change_note=need.state in OPEN - {State.DELIVERED} and bool(policies.can_change_note(actor, need)),
        complete=need.state == State.RETURNED and bool(policies.can_complete_need(actor, need)),
        change=bool(can_take(need, STEPS, "change")) and bool(policies.can_change_need(actor, need)),
        confirm=need.state == State.SERVING and bool(policies.can_confirm_delivery(actor, need)),
        rate=rates,
        complain=need.state not in (State.SUBMITTED, State.RETURNED) and bool(policies.can_complain(actor, need)),
        take_complaint=bool(policies.can_complain(actor, need, Channel.PHONE)),
        code=placed and need.state in OPEN - {State.DELIVERED} and not policies.is_staff_of(actor, need),
    )


@dataclass(frozen=True)
class Told:
    """A line of the history as it is read."""

    at: str
    iso: str
    words: str
    small: str


def history_lines(actor: Person, need: Need, now: datetime) -> list[Told]:
    """Newest first: what happened last is what one looks for."""
    lines = []
    for line in reversed(history(actor, need)):
        small = _(" · ").join(part for part in (line.who, line.role if line.who != _("您") else "", line.why) if part)
        lines.append(Told(moments.short(line.at, now), line.at.isoformat(), line.words, small))
    return lines


def answer_minutes(area: Area, now: datetime) -> int | None:
    """How long it took on average until someone accepted, this month and last, in the street of `area`; None while too few are known."""
    since = (clock.month_start(now) - timedelta(days=1)).replace(day=1)
    rows = Tally.objects.filter(month__gte=since)
    street_id = areas.lineage(area).street_id
    if street_id:
        rows = rows.filter(street_id=street_id)
    found = rows.aggregate(minutes=Sum("answer_minutes"), answered=Sum("answered"))
    if (found["answered"] or 0) < ENOUGH_ANSWERS:
        return None
    return round(int(found["minutes"]) / int(found["answered"]))


@dataclass(frozen=True)
class Task:
    """A place that the reader holds: when, where, whose, and what is next."""

    assignment: Assignment
    need: Need
    title: str
    icon: str
    when: str
    resident: str
    address: str
    walk: str
    is_today: bool
    is_here: bool
    is_over: bool
    state: str


def task(actor: Person, place: Assignment, now: datetime) -> Task:
    need, start = place.need, place.planned_from or place.need.wish_from
    end = place.planned_until or need.wish_until
    done = place.state not in (AssignmentState.PLANNED, AssignmentState.PRESENT)
    return Task(
        assignment=place,
        need=need,
        title=title(need),
        icon=need.service.icon,
        when=moments.window(start, end, now) if start and end else when(need, now),
        resident=need.resident.masked_name if done else name_for(actor, need),
        address="" if done else address_for(actor, need),
        walk=_walk(actor, need),
        is_today=start is not None and clock.today(start) == clock.today(now),
        is_here=place.state == AssignmentState.PRESENT,
        is_over=done,
        state=str(place.get_state_display()),
    )


def _walk(actor: Person, need: Need) -> str:
    if actor.latitude is None or actor.longitude is None:
        return ""
    return walk_words(metres(actor.latitude, actor.longitude, need.latitude, need.longitude))


def walk_words(away: int) -> str:
    """步行 8 分钟, or the distance when it is too far to walk."""
    if away <= 3000:
        return _("步行约 %(n)d 分钟") % {"n": max(1, round(away * 1.3 / 75))}
    return _("约 %(n)s 公里") % {"n": f"{away / 1000:.1f}"}


def metres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> int:
    north = (latitude - other_latitude) * 111_320
    east = (longitude - other_longitude) * 111_320 * cos(radians(latitude))
    return round(hypot(north, east))


def tasks(actor: Person, now: datetime) -> list[Task]:
    """What is ahead, the soonest first."""
    rows = Assignment.objects.filter(volunteer_id=actor.pk, state__in=[AssignmentState.PLANNED, AssignmentState.PRESENT])
    rows = rows.select_related(*(f"need__{name}" for name in WITH)).order_by("planned_from", "id")
    found = [task(actor, place, now) for place in rows[:20]]
    return sorted(found, key=lambda each: (not each.is_here, not each.is_today))


def place_on(actor: Person, need_id: int) -> Assignment:
    """The place that the reader holds in an order: whoever scans a code without one sees nothing."""
    place = Assignment.objects.filter(need_id=need_id, volunteer_id=actor.pk, state__in=HOLDING).select_related("need").first()
    if place is None:
        raise NotFound
    return place


@dataclass(frozen=True)
class Served:
    """A page of past services."""

    rows: Sequence[Task]
    next: str
    previous: str


def served(actor: Person, now: datetime, cursor: str = "") -> Served:
    """What the reader has done, newest first."""
    rows = Assignment.objects.filter(volunteer_id=actor.pk, state=AssignmentState.DONE).select_related(*(f"need__{name}" for name in WITH))
    page = paging.page(rows, ("-id",), cursor, 10)
    return Served([task(actor, place, now) for place in page.rows], page.next, page.previous)
