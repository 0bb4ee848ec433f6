"""点单: place, complete, change and cancel an order."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING, TypedDict, Unpack

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel import search
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.commands import photos as photo_commands
from chunshui.needs.commands import wishes
from chunshui.needs.models import Assignment, Need, NeedToken, NumberStem, Offer, Service
from chunshui.needs.states import HOLDING, STEPS, AssignmentState, Channel, OfferState, Priority, Repeat, State, Wish
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

DOUBLE_SUBMIT = timedelta(seconds=60)


class OrderFields(TypedDict, total=False):
    """What an order says. All optional when an order is completed; service_code, area_id and address are required at first."""

    service_code: str
    details: str
    title: str
    wish: str
    wish_from: datetime | None
    wish_until: datetime | None
    repeat: str
    area_id: int
    address: str
    latitude: float | None
    longitude: float | None
    focus_groups: Sequence[str]
    people_needed: int | None
    gender: int
    language: int
    same_volunteer_id: int | None
    dangers: Sequence[str]
    danger_note: str


@dataclass(frozen=True)
class _Placing:
    """Who places an order for whom, through which channel, agreed how."""

    actor: Person
    resident: Person
    channel: str
    consent_note: str
    urgent: bool
    now: datetime


@transaction.atomic
def place_need(
    *,
    actor: Person,
    resident_id: int,
    channel: str,
    consent_note: str = "",
    photos: Sequence[IO[bytes]] = (),
    urgent: bool = False,
    now: datetime,
    **fields: Unpack[OrderFields],
) -> Need:
    """Place an order, for oneself or for someone who cannot; a double submit gives the same order."""
    resident = queries.resident_for(actor, resident_id)
    wanted = wishes.Wanted(**fields)
    area = wishes.checked_area(wanted.area_id)
    policies.can_place_need(actor, resident, area, channel).or_refuse()
    consent_note = wishes.checked_consent(actor, resident, channel, consent_note)
    service = wishes.check(wanted, resident, area, now)
    wishes.check_not_too_many(resident, area, now)
    images = photo_commands.checked_images(photos)
    placing = _Placing(actor, resident, channel, consent_note, urgent, now)
    number = next_number(community=wishes.community_of(area), now=now)
    need = _filled(Need(number=number, resident=resident), wanted, service, area)
    twin = _twin(need, placing)
    if twin is not None:
        return twin
    return _written(need, placing, images)


def _written(need: Need, placing: _Placing, images: list[bytes]) -> Need:
    need.placed_by, need.channel, need.consent_note, need.placed_at = placing.actor, placing.channel, placing.consent_note, placing.now
    need.priority = Priority.URGENT if placing.urgent else Priority.NORMAL
    need.service_code = f"{secrets.randbelow(10_000):04d}"
    need.due_at = queries.due_for(need, placing.now)
    need.save()
    photo_commands.attach(need, images, by=placing.actor, now=placing.now)
    write_tokens(need)
    told(events.PLACED, need, placing.actor, placing.now, channel=need.channel, service=need.service.code, priority=need.priority)
    return need


def told(name: str, need: Need, actor: Person | None, now: datetime, **data: object) -> None:
    """Tell a fact about an order; its area is where it is kept."""
    emit(name, subject="need", subject_id=need.pk, actor=actor, at=now, area_id=need.area_id, **data)


def next_number(*, community: Area, now: datetime) -> str:
    """The next order number of a community and day. The row is locked until commit, so no number is given twice."""
    stem = queries.number_stem(community, now)
    NumberStem.objects.get_or_create(stem=stem)
    NumberStem.objects.filter(stem=stem).update(last=F("last") + 1)
    return f"{stem}-{queries.last_number(stem):04d}"


def _twin(need: Need, placing: _Placing) -> Need | None:
    """The same order placed a moment ago by the same hand (the number's row is locked, so a twin in flight is seen)."""
    rows = Need.objects.filter(resident=need.resident, placed_by_id=placing.actor.pk, service=need.service, placed_at__gt=placing.now - DOUBLE_SUBMIT)
    rows = rows.filter(details=need.details, title=need.title, wish=need.wish, wish_from=need.wish_from, wish_until=need.wish_until, area=need.area)
    return rows.exclude(state=State.CANCELLED).order_by("-id").first()


def _filled(need: Need, wanted: wishes.Wanted, service: Service, area: Area) -> Need:
    """The row with what is wanted written into it; nothing is saved."""
    line, address = areas.lineage(area), wanted.address.strip()
    need.service, need.minutes = service, service.minutes
    need.title, need.details = wanted.title.strip() or service.name, wanted.details.strip()
    need.wish = wanted.wish
    need.wish_from, need.wish_until = (wanted.wish_from, wanted.wish_until) if wanted.wish == Wish.WINDOW else (None, None)
    need.repeat = wanted.repeat
    need.area, need.street_id, need.community_id = area, line.street_id, line.community_id  # type: ignore[assignment]
    need.latitude, need.longitude = wishes.where(wanted, need.resident, area)
    need.rough_place = rough_place(address, area)
    need.address_sealed = people.sealed_for(need.resident, address, "need-address")
    need.focus_groups = sorted(wanted.focus_groups)
    need.people_needed = wanted.people_needed if wanted.people_needed is not None else service.volunteers
    need.gender, need.language = wanted.gender, wanted.language
    need.same_volunteer_id = wanted.same_volunteer_id
    need.dangers, need.danger_note = sorted(wanted.dangers), wanted.danger_note.strip()
    return need


def rough_place(address: str, area: Area) -> str:
    """The street without the number: 莺花巷 27 号 3 单元 → 莺花巷; the community's name when nothing else is left."""
    return re.split(r"[\d０-９一二三四五六七八九十]+\s*[-号栋幢座单楼室]|\d", address, maxsplit=1)[0].strip(" ,，#")[:60] or area.name


def write_tokens(need: Need) -> None:
    """Search tokens of number, title, details and the resident's name."""
    tokens = search.index_tokens(f"{need.number} {need.title} {need.details} {need.resident.name}")
    NeedToken.objects.filter(need=need).delete()
    NeedToken.objects.bulk_create([NeedToken(need=need, token=token[:12]) for token in sorted(tokens)])


@transaction.atomic
def complete_need(
    *, actor: Person, need_id: int, photos: Sequence[IO[bytes]] = (), urgent: bool | None = None, now: datetime, **fields: Unpack[OrderFields]
) -> Need:
    """Add what the reviewer asked for; the order goes back to review and its clock starts again."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_complete_need(actor, need).or_refuse()
    before = wishes.of(need, queries.address_for(actor, need))
    take(need, STEPS, "complete")
    wanted = before.changed_by(**fields)
    area = wishes.checked_area(wanted.area_id)
    service = wishes.check(wanted, need.resident, area, now)
    images = photo_commands.checked_images(photos, already=need.photos.count())
    if urgent is not None:
        need.priority = Priority.URGENT if urgent else Priority.NORMAL
    _filled(need, wanted, service, area)
    restart_clock(need, now)
    need.reason = ""
    need.save()
    photo_commands.attach(need, images, by=actor, now=now)
    write_tokens(need)
    changed = before.differs_from(wanted) + (["photos"] if images else [])
    if changed:
        was, becomes = ({"service": each.service_code, "area": each.area_id} for each in (before, wanted))
        told(events.CHANGED, need, actor, now, fields=changed, **({"was": was, "becomes": becomes} if was != becomes else {}))
    told(events.COMPLETED, need, actor, now)
    return need


def restart_clock(need: Need, now: datetime) -> None:
    """The clock of the present state starts anew, at the community's level. The caller saves due_at and level."""
    need.due_at = queries.due_for(need, now)
    need.level = 0


@transaction.atomic
def cancel_need(*, actor: Person, need_id: int, reason: str, now: datetime) -> Need:
    """Call an order off, until the service begins; volunteers who hold a place or were asked are told."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_cancel_need(actor, need).or_refuse()
    reason = wishes.checked_reason(reason)
    end_need(need, "cancel", reason, now)
    told(events.CANCELLED, need, actor, now, reason=reason, **let_go(need, reason, now))
    return need


def end_need(need: Need, verb: str, reason: str, now: datetime) -> None:
    """Leave the loop by `verb`, with the reason on the order and no clock running."""
    take(need, STEPS, verb)
    need.reason, need.due_at, need.closed_at = reason, None, now
    need.save(update_fields=["state", "reason", "due_at", "closed_at", "merged_into"])


def let_go(need: Need, reason: str, now: datetime) -> dict[str, list[int]]:
    """Withdraw open questions and release places of an order that will not be served; who is to be told of it."""
    asked, planned = need.offers.filter(state=OfferState.OPEN), need.assignments.filter(state=AssignmentState.PLANNED)
    told_to = {"volunteer_ids": _volunteers(planned), "asked_ids": _volunteers(asked)}
    asked.update(state=OfferState.WITHDRAWN, answered_at=now)
    planned.update(state=AssignmentState.RELEASED, released_at=now, release_reason=reason[:200])
    need.places_filled = need.assignments.filter(state__in=HOLDING).count()
    need.save(update_fields=["places_filled"])
    return told_to


def _volunteers(rows: QuerySet[Offer] | QuerySet[Assignment]) -> list[int]:
    return list(rows.order_by("id").values_list("volunteer_id", flat=True))


@transaction.atomic
def change_note(*, actor: Person, need_id: int, note_to_volunteer: str, now: datetime) -> Need:
    """Write or change the note that a volunteer reads after accepting."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_change_note(actor, need).or_refuse()
    if not need.is_open:
        raise Refused(_("单子已经办结，不能再改。"), code="wrong_state")
    note = wishes.checked_text(note_to_volunteer, "note_to_volunteer", most=300)
    if note == need.note_to_volunteer:
        return need
    need.note_to_volunteer = note
    need.save(update_fields=["note_to_volunteer"])
    told(events.CHANGED, need, actor, now, fields=["note_to_volunteer"])
    return need


@transaction.atomic
def set_priority(*, actor: Person, need_id: int, priority: int, reason: str, now: datetime) -> Need:
    """Change how urgent an order is, with a reason; the clock of its state starts again when the urgency changes."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_set_priority(actor, need).or_refuse()
    if not need.is_open or need.state == State.DELIVERED:
        raise Refused(_("服务已经完成，不用再分轻重缓急。"), code="wrong_state")
    reason = wishes.checked_reason(reason)
    was_urgent = need.priority == Priority.URGENT
    need.priority = wishes.checked_priority(priority)
    if was_urgent != (need.priority == Priority.URGENT):
        restart_clock(need, now)
    need.save(update_fields=["priority", "due_at", "level"])
    told(events.PRIORITY_SET, need, actor, now, priority=need.priority, reason=reason)
    return need


def weekly_copy(first: Need, wish_from: datetime, now: datetime) -> Need:
    """The next occurrence of a weekly order: the same wishes a week later, under its own number, waiting for review."""
    copied = ("resident", "placed_by", "consent_note", "service", "title", "details", "wish", "minutes", "area", "street", "community", "latitude",
              "longitude", "rough_place", "address_sealed", "focus_groups", "people_needed", "gender", "language", "same_volunteer", "dangers",
              "danger_note", "priority", "note_to_volunteer")  # fmt: skip
    need = Need(**{name: getattr(first, name) for name in copied})
    need.number, need.channel, need.series, need.repeat = next_number(community=first.community, now=now), Channel.WEEKLY, first, Repeat.ONCE
    need.wish_from, need.placed_at = wish_from, now
    need.wish_until = wish_from + (first.wish_until - first.wish_from) if first.wish_until and first.wish_from else None
    need.service_code = f"{secrets.randbelow(10_000):04d}"
    need.due_at = queries.due_for(need, now)
    need.save()
    write_tokens(need)
    told(events.PLACED, need, None, now, channel=need.channel, service=need.service.code, priority=need.priority, series=first.pk)
    return need
