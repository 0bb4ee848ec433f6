"""每周一次: a weekly order and the orders that follow from it.

Accepting the first one reviews the series: each later order is placed some days ahead and taken in by that review. It goes back to a worker when
circumstances changed: the resident changed an order, moved, the menu or the rules no longer allow it, or a follow-up of the series is open.
While one of them waits for review no other is placed; when one is not taken up the series ends. Skipping a week is cancelling its order.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from chunshui.areas import queries as areas
from chunshui.kernel.errors import Refused
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.commands import wishes
from chunshui.needs.commands.changing import call_off
from chunshui.needs.commands.orders import next_number, restart_clock, told, write_tokens
from chunshui.needs.models import Need
from chunshui.needs.states import NOT_TAKEN_UP, REVIEWING, STEPS, WEEKLY_AHEAD, Channel, Priority, Repeat

if TYPE_CHECKING:
    from chunshui.people.models import Person

WEEK = timedelta(days=7)
COPIED = ("resident", "placed_by", "consent_note", "service", "title", "details", "wish", "minutes", "area", "street", "community", "latitude",
          "longitude", "rough_place", "address_sealed", "focus_groups", "people_needed", "gender", "language", "same_volunteer", "dangers",
          "danger_note", "note_to_volunteer")  # fmt: skip


def place_next_of_series(*, now: datetime) -> int:
    """Weekly orders that were accepted once place their next occurrence some days ahead, each occurrence once."""
    return sum(_place_next(need_id, now) for need_id in queries.running_series())


@transaction.atomic
def _place_next(first_id: int, now: datetime) -> int:
    first = queries.locked_need(first_id)
    last = queries.last_of_series(first)
    if not queries.series_runs(first) or last.wish_from is None or last.state in REVIEWING:
        return 0
    if last.state in NOT_TAKEN_UP:
        _stop(first, None, now)
        return 0
    start = last.wish_from + WEEK
    while start <= now:
        start += WEEK
    if start > now + timedelta(days=areas.rule(WEEKLY_AHEAD, first.area, now)):
        return 0
    _place(first, start, now)
    return 1


def _place(first: Need, start: datetime, now: datetime) -> None:
    """The next order: taken in by the review of the first one, or waiting for a review of its own."""
    pattern = queries.pattern_of_series(first)
    changed = _changed_circumstances(first, pattern, start, now)
    need = _copy(first, pattern, start, now)
    if changed:
        told(events.REVIEW_AGAIN, need, None, now, reason=changed)
        return
    take(need, STEPS, "accept")
    need.accepted_at, need.reviewed_by, need.priority = now, pattern.reviewed_by, min(pattern.priority, Priority.HIGH)
    restart_clock(need, now)
    need.save(update_fields=["state", "accepted_at", "reviewed_by", "priority", "due_at", "level"])
    told(events.ACCEPTED, need, None, now, priority=need.priority, series=first.pk)


def _copy(first: Need, pattern: Need, start: datetime, now: datetime) -> Need:
    """The same wishes a week later, under a number and a service code of its own. What was urgent once is not urgent every week."""
    need = Need(**{name: getattr(pattern, name) for name in COPIED})
    need.number, need.channel, need.series, need.repeat = next_number(community=pattern.community, now=now), Channel.WEEKLY, first, Repeat.ONCE
    need.wish_from, need.placed_at = start, now
    need.wish_until = start + (pattern.wish_until - pattern.wish_from) if pattern.wish_until and pattern.wish_from else None
    need.service_code = f"{secrets.randbelow(10_000):04d}"
    need.due_at = queries.due_for(need, now)
    need.save()
    write_tokens(need)
    told(events.PLACED, need, None, now, channel=need.channel, service=need.service.code, priority=need.priority, series=first.pk)
    return need


def _changed_circumstances(first: Need, pattern: Need, start: datetime, now: datetime) -> str:
    """Why a worker should look again before the next visit; empty when nothing has changed."""
    if queries.has_open_follow_up(first):
        return _("上一次的回访还没办完")
    if queries.has_moved(pattern.resident_id, since=pattern.accepted_at or pattern.placed_at):
        return _("居民的住址或服务对象有变")
    wanted = wishes.of(pattern, queries.address_for(pattern.resident, pattern))
    until = start + (pattern.wish_until - pattern.wish_from) if pattern.wish_until and pattern.wish_from else None
    try:
        wishes.check(wanted.changed_by(wish_from=start, wish_until=until), pattern.resident, pattern.area, now)
    except Refused as refusal:
        return str(refusal)
    return ""


def _first_of(actor: Person, need_id: int) -> tuple[Need, Need]:
    """The order at hand and the first of its series, both locked; the first one first."""
    need = queries.visible_need(actor, need_id)
    first = queries.locked_need(need.series_id or need.pk)
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_stop_series(actor, need).or_refuse()
    if first.repeat != Repeat.WEEKLY:
        raise Refused(_("这不是每周一次的单子。"), code="not_weekly")
    return need, first


def _stop(first: Need, actor: Person | None, now: datetime) -> None:
    first.repeat = Repeat.ONCE
    first.save(update_fields=["repeat"])
    told(events.SERIES_STOPPED, first, actor, now)


@transaction.atomic
def stop_series(*, actor: Person, need_id: int, now: datetime) -> Need:
    """No more weekly orders; those already placed go on."""
    _need, first = _first_of(actor, need_id)
    _stop(first, actor, now)
    return first


@transaction.atomic
def cancel_series(*, actor: Person, need_id: int, reason: str, now: datetime) -> Need:
    """No more weekly orders, and those that are placed and have not begun are called off too."""
    _need, first = _first_of(actor, need_id)
    reason = wishes.checked_reason(reason)
    _stop(first, actor, now)
    for each in queries.locked_series(first):
        if policies.can_cancel_need(actor, each):
            call_off(each, actor, reason, now)
    return first
