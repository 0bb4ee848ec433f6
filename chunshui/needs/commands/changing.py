"""An order that stands is completed, changed, reviewed again, called off; its note and its urgency change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Refused
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.commands import photos as photo_commands
from chunshui.needs.commands import urgency, wishes
from chunshui.needs.commands.orders import OrderFields, end_need, fill, let_go, restart_clock, told, write_tokens
from chunshui.needs.models import Need
from chunshui.needs.states import STEPS, Priority, State

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def complete_need(*, actor: Person, need_id: int, photos: Sequence[IO[bytes]] = (), now: datetime, **fields: Unpack[OrderFields]) -> Need:
    """Add what the reviewer asked for; the order goes back to review and its clock starts again."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_complete_need(actor, need).or_refuse()
    before = wishes.of(need, queries.address_for(actor, need))
    take(need, STEPS, "complete")
    _rewrite(need, before, before.changed_by(**fields), photos, actor, now)
    told(events.COMPLETED, need, actor, now)
    return need


@transaction.atomic
def change_need(*, actor: Person, need_id: int, photos: Sequence[IO[bytes]] = (), now: datetime, **fields: Unpack[OrderFields]) -> Need:
    """Circumstances changed: the order says so and is reviewed again; who was asked or would have come is told and let go."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_change_need(actor, need).or_refuse()
    before = wishes.of(need, queries.address_for(actor, need))
    wanted = before.changed_by(**fields)
    if not before.differs_from(wanted) and not photos:
        raise Refused(_("和原来一样，没有要改的。"), code="nothing_changed")
    reason = str(_("居民改了单子"))
    take(need, STEPS, "change")
    people_told = let_go(need, reason, now)
    need.wave, need.staffed_at = 0, None
    _rewrite(need, before, wanted, photos, actor, now)
    told(events.REVIEW_AGAIN, need, actor, now, reason=reason, **people_told)
    return need


def _rewrite(need: Need, before: wishes.Wanted, wanted: wishes.Wanted, photos: Sequence[IO[bytes]], actor: Person, now: datetime) -> None:
    """Write what is wanted now into an order that goes back to review, and tell what differs and nothing else."""
    area = wishes.checked_area(wanted.area_id)
    service = wishes.check(wanted, need.resident, area, now)
    changed = before.differs_from(wanted)
    if "urgent" in changed:
        urgency.check(wanted, need.resident_id, area, now, but=need.pk)
        need.priority = urgency.first_priority(wanted, area, now)
    images = photo_commands.checked_images(photos, already=need.photos.count())
    fill(need, wanted, service, area)
    restart_clock(need, now)
    need.reason = ""
    need.save()
    photo_commands.attach(need, images, by=actor, now=now)
    write_tokens(need)
    if images:
        changed.append("photos")
    if changed:
        was, becomes = ({"service": each.service_code, "area": each.area_id} for each in (before, wanted))
        told(events.CHANGED, need, actor, now, fields=changed, **({"was": was, "becomes": becomes} if was != becomes else {}))


@transaction.atomic
def cancel_need(*, actor: Person, need_id: int, reason: str, now: datetime) -> Need:
    """Call an order off, until the service begins; volunteers who hold a place or were asked are told. Of a weekly order, this one week."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_cancel_need(actor, need).or_refuse()
    call_off(need, actor, wishes.checked_reason(reason), now)
    return need


def call_off(need: Need, actor: Person, reason: str, now: datetime) -> None:
    """End an order that the caller holds locked and may cancel."""
    end_need(need, "cancel", reason, now)
    told(events.CANCELLED, need, actor, now, reason=reason, **let_go(need, reason, now))


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
