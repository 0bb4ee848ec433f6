"""After the rating, and above the desk: complaints, follow-ups, escalation."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.commands import wishes
from chunshui.needs.commands.opening import open_follow_up
from chunshui.needs.commands.orders import told
from chunshui.needs.models import FollowUp, Need
from chunshui.needs.states import (
    BY_STAFF,
    CLIMBING,
    ESCALATE_AFTER,
    FOLLOW_UP_STEPS,
    Channel,
    FollowUpKind,
)

if TYPE_CHECKING:
    from chunshui.people.models import Person

COMPLAINS_BY = BY_STAFF | {Channel.WEB, Channel.KIOSK, Channel.API, Channel.PROXY}
TOP = 2
AT_ONCE = 300


@transaction.atomic
def complain(*, actor: Person, need_id: int, words: str, channel: str = Channel.WEB, now: datetime) -> FollowUp:
    """A complaint in whatever state: it goes to someone who was not involved, and never to the worker who took it down by telephone."""
    need = queries.visible_need(actor, need_id, lock=True)
    if channel not in COMPLAINS_BY:
        wishes.refuse("channel", _("有不认识的选项，请重新选择。"), "unknown_code")
    policies.can_complain(actor, need, channel).or_refuse()
    words = wishes.checked_text(words, "words", most=500)
    if not words:
        wishes.refuse("words", _("请写明情况。"), "no_words")
    return open_follow_up(need, FollowUpKind.COMPLAINT, words, actor, now, channel)


def _handled(actor: Person, follow_up_id: int, verb: str, result: str, now: datetime) -> FollowUp:
    follow_up = queries.visible_follow_up(actor, follow_up_id, lock=True)
    policies.can_close_follow_up(actor, follow_up, follow_up.need).or_refuse()
    take(follow_up, FOLLOW_UP_STEPS, verb)
    follow_up.result = wishes.checked_reason(result, "result", most=500)
    follow_up.handled_by, follow_up.closed_at = actor, now
    follow_up.save(update_fields=["state", "result", "handled_by", "closed_at"])
    data = {"kind": follow_up.kind, "follow_up_id": follow_up.pk, "state": follow_up.state, "by_id": follow_up.by_id}
    told(events.FOLLOW_UP_CLOSED, follow_up.need, actor, now, result=follow_up.result, **data)
    return follow_up


@transaction.atomic
def close_follow_up(*, actor: Person, follow_up_id: int, result: str, now: datetime) -> FollowUp:
    """Say what came of it; only someone who was not involved may."""
    return _handled(actor, follow_up_id, "close", result, now)


@transaction.atomic
def refer_follow_up(*, actor: Person, follow_up_id: int, result: str, now: datetime) -> FollowUp:
    """Hand it to the body that has the power to decide, and say to whom."""
    return _handled(actor, follow_up_id, "refer", result, now)


def escalate_overdue(*, now: datetime) -> int:
    """Orders that nobody reviews or dispatches climb: community, street, district; one level for each `escalate_after` overdue.

    At most `AT_ONCE` orders a run, the longest overdue first, so that a worker can stop between runs.
    """
    overdue = Need.objects.in_state(*CLIMBING).filter(due_at__lt=now, level__lt=TOP).select_related("area").order_by("due_at", "id")
    due = (need for need in overdue.iterator(chunk_size=500) if _level(need, now) > need.level)
    return sum(_escalate(need.pk, now) for need in list(islice(due, AT_ONCE)))


def _level(need: Need, now: datetime) -> int:
    """How far an order has climbed by now."""
    after = timedelta(minutes=areas.rule(ESCALATE_AFTER, need.area, now))
    return min(TOP, max(0, (now - need.due_at) // after)) if need.due_at else 0


@transaction.atomic
def _escalate(need_id: int, now: datetime) -> int:
    need = queries.locked_need(need_id)
    if need.state not in CLIMBING or need.due_at is None:
        return 0
    level = _level(need, now)
    climbed = range(need.level + 1, level + 1)
    if not climbed:
        return 0
    need.level = level
    need.save(update_fields=["level"])
    for each in climbed:
        told(events.ESCALATED, need, None, now, level=each)
    return len(climbed)
