"""点单: place an order; and what every change of an order is made of."""

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
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.commands import photos as photo_commands
from chunshui.needs.commands import urgency, wishes
from chunshui.needs.models import Assignment, Need, NeedToken, NumberStem, Offer, Service
from chunshui.needs.states import HOLDING, STEPS, AssignmentState, OfferState, State, Wish
from chunshui.people import commands as people_commands
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
    urgent_reason: str
    urgent_words: str


@dataclass(frozen=True)
class _Placing:
    """Who places an order for whom, through which channel, agreed how."""

    actor: Person
    resident: Person
    channel: str
    consent_note: str
    priority: int
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
    keep_address: bool = False,
    now: datetime,
    **fields: Unpack[OrderFields],
) -> Need:
    """Place an order, for oneself or for someone who cannot; a double submit gives the same order.

    `urgent` is the word of the staff; a resident says why (`urgent_reason`). `keep_address` is the separate consent to remember a first address.
    """
    resident = queries.resident_for(actor, resident_id)
    wanted = wishes.Wanted(**fields)
    area = wishes.checked_area(wanted.area_id)
    policies.can_place_need(actor, resident, area, channel).or_refuse()
    consent_note = wishes.checked_consent(actor, resident, channel, consent_note)
    service = wishes.check(wanted, resident, area, now)
    wishes.check_not_too_many(resident, area, now)
    images = photo_commands.checked_images(photos)
    priority = _first_priority(actor, wanted, resident, area, urgent, now)
    placing = _Placing(actor, resident, channel, consent_note, priority, now)
    number = next_number(community=wishes.community_of(area), now=now)
    need = fill(Need(number=number, resident=resident), wanted, service, area)
    twin = _twin(need, placing)
    if twin is not None:
        return twin
    urgency.check(wanted, resident.pk, area, now)
    if keep_address and actor.pk == resident.pk:
        _keep_address(actor, wanted, need, now)
    return _written(need, placing, images)


def _first_priority(actor: Person, wanted: wishes.Wanted, resident: Person, area: Area, urgent: bool, now: datetime) -> int:
    by_staff = urgent and actor.pk != resident.pk and actor.acting.reaches(area.path)
    if urgent and not by_staff and not wanted.urgent_reason:
        wishes.refuse("urgent_reason", _("请选急在哪里。"), "no_urgent_reason")
    return urgency.first_priority(wanted, area, now, by_staff=by_staff)


def _keep_address(actor: Person, wanted: wishes.Wanted, need: Need, now: datetime) -> None:
    """Only a first address is kept; one that is known is changed in the profile."""
    if not people.has_address(actor):
        where = {"latitude": need.latitude, "longitude": need.longitude}
        people_commands.keep_address(actor=actor, area_id=wanted.area_id, address=wanted.address, now=now, **where)


def _written(need: Need, placing: _Placing, images: list[bytes]) -> Need:
    need.placed_by, need.channel, need.consent_note, need.placed_at = placing.actor, placing.channel, placing.consent_note, placing.now
    need.priority = placing.priority
    need.service_code = f"{secrets.randbelow(10_000):04d}"
    need.due_at = queries.due_for(need, placing.now)
    need.save()
    photo_commands.attach(need, images, by=placing.actor, now=placing.now)
    _add_tokens(need)
    facts = {"channel": need.channel, "service": need.service.code, "priority": need.priority, **_said_urgent(need)}
    told(events.PLACED, need, placing.actor, placing.now, **facts)
    return need


def _said_urgent(need: Need) -> dict[str, str]:
    return {"urgent": need.urgent_reason, "urgent_words": need.urgent_words} if need.urgent_reason else {}


def told(name: str, need: Need, actor: Person | None, now: datetime, **data: object) -> None:
    """Tell a fact about an order; its area is where it is kept."""
    emit(name, subject="need", subject_id=need.pk, actor=actor, at=now, area_id=need.area_id, **data)


def next_number(*, community: Area, now: datetime) -> str:
    """The next order number of a community and day. The row is locked until commit, so no number is given twice."""
    stem = queries.number_stem(community, now)
    row = NumberStem.objects.filter(stem=stem)
    if not row.update(last=F("last") + 1):
        NumberStem.objects.get_or_create(stem=stem)
        row.update(last=F("last") + 1)
    return f"{stem}-{queries.last_number(stem):04d}"


def _twin(need: Need, placing: _Placing) -> Need | None:
    """The same order placed a moment ago by the same hand (the number's row is locked, so a twin in flight is seen)."""
    rows = Need.objects.filter(resident=need.resident, placed_by_id=placing.actor.pk, service=need.service, placed_at__gt=placing.now - DOUBLE_SUBMIT)
    rows = rows.filter(details=need.details, title=need.title, wish=need.wish, wish_from=need.wish_from, wish_until=need.wish_until, area=need.area)
    return rows.exclude(state=State.CANCELLED).order_by("-id").first()


def fill(need: Need, wanted: wishes.Wanted, service: Service, area: Area) -> Need:
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
    need.urgent_reason, need.urgent_words = wanted.urgent_reason, wanted.urgent_words.strip() if wanted.urgent_reason else ""
    return need


def rough_place(address: str, area: Area) -> str:
    """The street without the number: 莺花巷 27 号 3 单元 → 莺花巷; the community's name when nothing else is left."""
    return re.split(r"[\d０-９一二三四五六七八九十]+\s*[-号栋幢座单楼室]|\d", address, maxsplit=1)[0].strip(" ,，#")[:60] or area.name


def write_tokens(need: Need) -> None:
    """Search tokens of number, title, details and the resident's name, in the place of those that were there."""
    NeedToken.objects.filter(need=need).delete()
    _add_tokens(need)


def _add_tokens(need: Need) -> None:
    tokens = search.index_tokens(f"{need.number} {need.title} {need.details} {need.resident.name}")
    NeedToken.objects.bulk_create([NeedToken(need=need, token=token[:12]) for token in sorted(tokens)])


def restart_clock(need: Need, now: datetime) -> None:
    """The clock of the present state starts anew, at the community's level. The caller saves due_at and level."""
    need.due_at = queries.due_for(need, now)
    need.level = 0


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
