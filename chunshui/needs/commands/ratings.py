"""评单: rate, close what nobody rated, archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel.errors import Refused
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.commands import wishes
from chunshui.needs.commands.opening import open_follow_up
from chunshui.needs.commands.orders import told
from chunshui.needs.models import Need, Rating
from chunshui.needs.states import ARCHIVE_DAYS, POOR_STARS, STEPS, TAGS, Channel, FollowUpKind, FollowUpState, State

if TYPE_CHECKING:
    from chunshui.people.models import Person

BATCH = 500


@transaction.atomic
def rate_need(*, actor: Person, need_id: int, stars: int, tags: Sequence[str] = (), words: str = "", channel: str, now: datetime) -> Rating:
    """Say how it was: the resident, a proxy, or a worker who asked by telephone. Few stars open a follow-up."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_rate_need(actor, need).or_refuse()
    take(need, STEPS, "rate")
    _check_channel(actor, need, channel)
    words = _checked(stars, tags, words)
    if need.due_at is not None and need.due_at <= now:
        raise Refused(_("评价期已过。"), code="too_late")
    rating = Rating.objects.create(need=need, stars=stars, tags=list(dict.fromkeys(tags)), words=words, by=actor, channel=channel, at=now)
    need.closed_at, need.due_at = now, None
    need.save(update_fields=["state", "closed_at", "due_at"])
    told(events.RATED, need, actor, now, stars=stars, channel=channel)
    if stars <= areas.rule(POOR_STARS, need.area, now):
        open_follow_up(need, FollowUpKind.POOR, words, actor, now, channel)
    return rating


def _check_channel(actor: Person, need: Need, channel: str) -> None:
    """Who takes a rating for another says through which channel it came."""
    own = actor.pk in (need.resident_id,)
    allowed = {Channel.WEB, Channel.KIOSK, Channel.API} if own else {Channel.PROXY, Channel.API}
    if policies.is_staff_of(actor, need) and not own:
        allowed = {Channel.PHONE, Channel.DESK, Channel.API}
    if channel not in allowed:
        wishes.refuse("channel", _("请写明是谁、怎样评价的。"), "wrong_channel")


def _checked(stars: int, tags: Sequence[str], words: str) -> str:
    if stars not in TAGS:
        wishes.refuse("stars", _("请选 1 到 5 星。"), "no_stars")
    if any(tag not in TAGS[stars] for tag in tags):
        wishes.refuse("tags", _("有不认识的选项，请重新选择。"), "unknown_code")
    return wishes.checked_text(words, "words", most=300)


def close_unrated(*, now: datetime) -> int:
    """What nobody rated in time stays unrated: never automatic praise."""
    ids = Need.objects.in_state(State.DELIVERED).filter(due_at__lte=now).order_by("due_at", "id").values_list("pk", flat=True)[:BATCH]
    return sum(_close_one(need_id, now) for need_id in ids)


@transaction.atomic
def _close_one(need_id: int, now: datetime) -> int:
    need = queries.locked_need(need_id)
    if need.state != State.DELIVERED or need.due_at is None or need.due_at > now:
        return 0
    take(need, STEPS, "close_unrated")
    need.closed_at, need.due_at = now, None
    need.save(update_fields=["state", "closed_at", "due_at"])
    told(events.CLOSED_UNRATED, need, None, now)
    return 1


def archive_needs(*, now: datetime) -> int:
    """Put away what was closed long enough ago and has nothing left to follow up."""
    closed = Need.objects.in_state(State.RATED, State.UNRATED).filter(closed_at__lte=now - timedelta(days=1))
    rows = closed.exclude(follow_ups__state=FollowUpState.OPEN).select_related("area").order_by("id")
    return sum(_archive_one(need.pk, now) for need in list(rows) if _is_old(need, now))


def _is_old(need: Need, now: datetime) -> bool:
    return need.closed_at is not None and need.closed_at <= now - timedelta(days=areas.rule(ARCHIVE_DAYS, need.area, now))


@transaction.atomic
def _archive_one(need_id: int, now: datetime) -> int:
    need = queries.locked_need(need_id)
    if need.state not in STEPS["archive"].sources or not _is_old(need, now):
        return 0
    take(need, STEPS, "archive")
    need.save(update_fields=["state"])
    told(events.ARCHIVED, need, None, now)
    return 1
