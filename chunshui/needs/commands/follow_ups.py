"""After the rating, and above the desk: complaints, follow-ups, escalation, and the next order of a weekly series."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel.errors import Refused
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.commands import wishes
from chunshui.needs.commands.opening import open_follow_up
from chunshui.needs.commands.orders import restart_clock, told, weekly_copy
from chunshui.needs.models import FollowUp, Need
from chunshui.needs.states import (
    BY_STAFF,
    CLIMBING,
    ESCALATE_AFTER,
    FOLLOW_UP_STEPS,
    REVIEWING,
    STEPS,
    WEEKLY_AHEAD,
    Channel,
    FollowUpKind,
    Repeat,
    State,
)

if TYPE_CHECKING:
    from chunshui.people.models import Person

COMPLAINS_BY = BY_STAFF | {Channel.WEB, Channel.KIOSK, Channel.API, Channel.PROXY}
TOP = 2
AT_ONCE = 300
WEEK = timedelta(days=7)
NEVER_BEGAN = REVIEWING | {State.DECLINED, State.REFERRED, State.MERGED, State.CANCELLED}


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


def place_next_of_series(*, now: datetime) -> int:
    """Weekly orders that were accepted once place their next occurrence some days ahead, each occurrence once."""
    firsts = Need.objects.filter(repeat=Repeat.WEEKLY, series=None).exclude(state__in=NEVER_BEGAN).order_by("id")
    return sum(_place_next(need_id, now) for need_id in list(firsts.values_list("pk", flat=True)))


@transaction.atomic
def _place_next(first_id: int, now: datetime) -> int:
    first = queries.locked_need(first_id)
    last = first.occurrences.order_by("-wish_from").first() or first
    if first.repeat != Repeat.WEEKLY or first.state in NEVER_BEGAN or first.wish_from is None or last.wish_from is None:
        return 0
    start = last.wish_from + WEEK
    while start <= now:
        start += WEEK
    if start > now + timedelta(days=areas.rule(WEEKLY_AHEAD, first.area, now)) or first.resident.erased_at is not None:
        return 0
    need = weekly_copy(first, start, now)
    take(need, STEPS, "accept")
    need.accepted_at, need.reviewed_by = now, first.reviewed_by
    restart_clock(need, now)
    need.save(update_fields=["state", "accepted_at", "reviewed_by", "due_at", "level"])
    told(events.ACCEPTED, need, None, now, priority=need.priority)
    return 1


@transaction.atomic
def stop_series(*, actor: Person, need_id: int, now: datetime) -> Need:
    """No more weekly orders; those already placed go on."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_complete_need(actor, need).or_refuse()
    first = queries.locked_need(need.series_id) if need.series_id else need
    if first.repeat != Repeat.WEEKLY:
        raise Refused(_("这不是每周一次的单子。"), code="not_weekly")
    first.repeat = Repeat.ONCE
    first.save(update_fields=["repeat"])
    told(events.CHANGED, first, actor, now, fields=["repeat"])
    return first
