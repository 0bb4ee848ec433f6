"""Review: accept, send back, decline, refer, merge; always with the reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.commands import wishes
from chunshui.needs.commands.orders import end_need, let_go, restart_clock, told
from chunshui.needs.models import Need
from chunshui.needs.states import ENDED, STEPS, ReferTo

if TYPE_CHECKING:
    from chunshui.people.models import Person


def _reviewed(actor: Person, need_id: int) -> Need:
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_review_need(actor, need).or_refuse()
    return need


@transaction.atomic
def accept_need(
    *,
    actor: Person,
    need_id: int,
    priority: int | None = None,
    people_needed: int | None = None,
    note_to_volunteer: str = "",
    verification: str = "",
    now: datetime,
) -> Need:
    """Take an order in: it is true, complete and ours; from now on someone is sought. `verification` says how that was checked."""
    need = _reviewed(actor, need_id)
    take(need, STEPS, "accept")
    changed = _set_on_review(need, priority, people_needed, note_to_volunteer)
    verification = wishes.checked_text(verification, "verification", most=200)
    need.reviewed_by, need.accepted_at, need.reason = actor, now, ""
    restart_clock(need, now)
    need.save(update_fields=[
        "state", "priority", "people_needed", "note_to_volunteer", "reviewed_by", "accepted_at", "reason", "due_at", "level",
    ])  # fmt: skip
    if changed:
        told(events.CHANGED, need, actor, now, fields=changed)
    told(events.ACCEPTED, need, actor, now, priority=need.priority, verification=verification)
    return need


def _set_on_review(need: Need, priority: int | None, people_needed: int | None, note: str) -> list[str]:
    changed = []
    if priority is not None:
        need.priority = wishes.checked_priority(priority)
    if people_needed is not None and people_needed != need.people_needed:
        if not 1 <= people_needed <= wishes.MOST_PEOPLE:
            wishes.refuse("people_needed", _("需要的人数是 1 到 %(most)d 人。") % {"most": wishes.MOST_PEOPLE}, "people_needed")
        need.people_needed = people_needed
        changed.append("people_needed")
    note = wishes.checked_text(note, "note_to_volunteer", most=300)
    if note and note != need.note_to_volunteer:
        need.note_to_volunteer = note
        changed.append("note_to_volunteer")
    return changed


@transaction.atomic
def send_back_need(*, actor: Person, need_id: int, reason: str, now: datetime) -> Need:
    """Ask for what is missing; the clock stops until the order is completed."""
    need = _reviewed(actor, need_id)
    take(need, STEPS, "send_back")
    need.reason, need.reviewed_by = wishes.checked_reason(reason), actor
    restart_clock(need, now)
    need.save(update_fields=["state", "reason", "reviewed_by", "due_at", "level"])
    told(events.SENT_BACK, need, actor, now, reason=need.reason)
    return need


@transaction.atomic
def decline_need(*, actor: Person, need_id: int, reason: str, instead: str, now: datetime) -> Need:
    """Say no, why, and who can help instead."""
    need = _reviewed(actor, need_id)
    reason, instead = wishes.checked_reason(reason), wishes.checked_reason(instead, "instead", most=200)
    need.reviewed_by = actor
    need.save(update_fields=["reviewed_by"])
    end_need(need, "decline", reason, now)
    told(events.DECLINED, need, actor, now, reason=reason, instead=instead)
    return need


@transaction.atomic
def refer_need(*, actor: Person, need_id: int, to: str, reason: str, now: datetime) -> Need:
    """Pass on what volunteers cannot do: to the 12345 hotline or to the street."""
    need = _reviewed(actor, need_id)
    if to not in ReferTo.values:
        wishes.refuse("to", _("只能转给 12345 热线或街道。"), "unknown_code")
    reason = wishes.checked_reason(reason)
    end_need(need, "refer", reason, now)
    told(events.REFERRED, need, actor, now, to=to, reason=reason, **let_go(need, reason, now))
    return need


@transaction.atomic
def merge_need(*, actor: Person, need_id: int, into_id: int, now: datetime) -> Need:
    """Join a duplicate to the original, which goes on; the resident is told and led there."""
    need = _reviewed(actor, need_id)
    original = _original(actor, need, into_id)
    need.merged_into = original
    end_need(need, "merge", str(_("和单子 %(number)s 合并办理") % {"number": original.number}), now)
    told(events.MERGED, need, actor, now, into=original.pk, number=original.number, **let_go(need, need.reason, now))
    return need


def _original(actor: Person, need: Need, into_id: int) -> Need:
    """An order still open, for the same service or the same resident, that is not itself the duplicate."""
    try:
        original = queries.visible_need(actor, into_id)
    except NotFound:
        wishes.refuse("into_id", _("没有找到要并入的单子。"), "no_original")
    if original.pk == need.pk:
        wishes.refuse("into_id", _("不能和自己合并。"), "same_order")
    if not policies.is_staff_of(actor, original) or original.state in ENDED:
        raise Refused(_("要并入的单子已经办结，不能合并。"), code="original_closed", fields={"into_id": _("要并入的单子已经办结，不能合并。")})
    if original.service_id != need.service_id and original.resident_id != need.resident_id:
        wishes.refuse("into_id", _("不是同一项服务，也不是同一位居民，不能合并。"), "not_alike")
    return original
