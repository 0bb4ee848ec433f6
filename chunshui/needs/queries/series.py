"""A weekly order and the orders that followed: what the clock asks, and what the resident sees of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from chunshui.areas import queries as areas
from chunshui.kernel import moments
from chunshui.kernel.models import Event
from chunshui.needs import policies
from chunshui.needs.models import FollowUp, Need
from chunshui.needs.queries.orders import WITH
from chunshui.needs.queries.slips import CHIPS
from chunshui.needs.states import NOT_TAKEN_UP, OPEN, WEEKLY_AHEAD, FollowUpState, Repeat, State
from chunshui.people import events as people

if TYPE_CHECKING:
    from chunshui.people.models import Person

WEEK = timedelta(days=7)
SHOWN = 6
#: what makes a worker look again before the next visit of a series
TELLING = frozenset({"address", "focus_groups"})


def running_series() -> list[int]:
    """First orders of series that were accepted once and not stopped."""
    rows = Need.objects.filter(repeat=Repeat.WEEKLY, series=None, accepted_at__isnull=False, resident__erased_at=None)
    return list(rows.order_by("id").values_list("pk", flat=True))


def series_runs(first: Need) -> bool:
    return first.repeat == Repeat.WEEKLY and first.accepted_at is not None and first.resident.erased_at is None


def last_of_series(first: Need) -> Need:
    """The order of a series with the latest day."""
    return first.occurrences.order_by("-wish_from").first() or first


def pattern_of_series(first: Need) -> Need:
    """What the next order is copied from: the latest one that was not skipped."""
    kept = Need.objects.filter(Q(pk=first.pk) | Q(series=first)).exclude(state=State.CANCELLED)
    return kept.select_related(*WITH, "reviewed_by").order_by("-wish_from").first() or first


def locked_series(first: Need) -> list[Need]:
    rows = Need.objects.select_for_update(of=("self",)).select_related(*WITH)
    return list(rows.filter(Q(pk=first.pk) | Q(series=first), state__in=OPEN).order_by("pk"))


def has_open_follow_up(first: Need) -> bool:
    return FollowUp.objects.filter(Q(need=first) | Q(need__series=first), state=FollowUpState.OPEN).exists()


def has_moved(resident_id: int, *, since: datetime) -> bool:
    """Whether the resident's address or groups were changed since an order was reviewed."""
    told = Event.objects.filter(name=people.PERSON_CHANGED, subject="person", subject_id=resident_id, at__gt=since)
    return any(TELLING & set(event.data.get("fields", ())) for event in told)


@dataclass(frozen=True)
class Week:
    """One order of a series."""

    need_id: int
    number: str
    when: str
    state: str
    kind: str
    is_this: bool
    can_skip: bool


@dataclass(frozen=True)
class Series:
    """The latest orders of a series, what comes next, and whether it goes on. `next_day` is not placed yet."""

    weeks: list[Week]
    runs: bool
    in_review: bool
    next_day: str
    placed_days_before: int
    can_stop: bool


def series_of(actor: Person, need: Need, now: datetime) -> Series | None:
    """The series that an order of the actor belongs to; None when it stands alone."""
    first = need if need.series_id is None else Need.objects.select_related(*WITH).get(pk=need.series_id)
    rows = list(first.occurrences.select_related(*WITH).order_by("-wish_from")[:SHOWN])
    if first.repeat != Repeat.WEEKLY and not rows:
        return None
    if len(rows) < SHOWN:
        rows.append(first)
    runs, last = series_runs(first) and rows[0].state not in NOT_TAKEN_UP, rows[0]
    following = _following(last, now) if runs else None
    return Series(
        weeks=[_week(actor, each, need, now) for each in rows],
        runs=runs,
        in_review=first.accepted_at is None,
        next_day=moments.day(following, now) if following else "",
        placed_days_before=areas.rule(WEEKLY_AHEAD, first.area, now),
        can_stop=first.repeat == Repeat.WEEKLY and bool(policies.can_stop_series(actor, need)),
    )


def _following(last: Need, now: datetime) -> datetime | None:
    if last.wish_from is None:
        return None
    start = last.wish_from + WEEK
    while start <= now:
        start += WEEK
    return start


def _week(actor: Person, each: Need, shown: Need, now: datetime) -> Week:
    when = moments.window(each.wish_from, each.wish_until, now) if each.wish_from and each.wish_until else ""
    ahead = each.wish_from is not None and each.wish_from > now
    return Week(
        need_id=each.pk,
        number=each.number,
        when=when,
        state=str(each.get_state_display()),
        kind=CHIPS.get(State(each.state), ("", ""))[0],
        is_this=each.pk == shown.pk,
        can_skip=ahead and bool(policies.can_cancel_need(actor, each)),
    )
