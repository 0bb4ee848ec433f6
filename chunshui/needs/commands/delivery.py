"""送单: check in, check out, confirm, close the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.hours import commands as hours
from chunshui.hours.states import EntryWay
from chunshui.kernel import clock, throttle
from chunshui.kernel.errors import Refused
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.commands.orders import restart_clock, told
from chunshui.needs.commands.proof import check_proof
from chunshui.needs.models import Assignment, Need
from chunshui.needs.states import (
    ASSIGNMENT_STEPS,
    CODE_TRIES,
    DELIVERING,
    DISPATCHING,
    EARLY_CHECK_IN,
    HOLDING,
    LATE_CHECK_IN,
    STEPS,
    AssignmentState,
    CheckWay,
    State,
)

if TYPE_CHECKING:
    from chunshui.people.models import Person

TRIES_PER = timedelta(minutes=15)
ENTRY_WAYS = {CheckWay.WORKER: EntryWay.TEAM, CheckWay.CLOCK: EntryWay.FORCED}


def check_in(
    *,
    actor: Person,
    assignment_id: int,
    way: str,
    code: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    now: datetime,
) -> Assignment:
    """The volunteer is there; when all who hold a place are, the service has started."""
    _count_try(actor, assignment_id, way, now)
    return _check_in(actor, assignment_id, way, code, (latitude, longitude), now)


def _count_try(actor: Person, assignment_id: int, way: str, now: datetime) -> None:
    """Count a try of a service code outside the transaction, so that a refusal does not forget it."""
    if way in (CheckWay.CODE, CheckWay.QR):
        most = areas.rule(CODE_TRIES, areas.district(), now)
        throttle.count(f"service-code:{assignment_id}:{actor.pk}", now=now, most=most, per=TRIES_PER)


@transaction.atomic
def _check_in(actor: Person, assignment_id: int, way: str, code: str, spot: tuple[float | None, float | None], now: datetime) -> Assignment:
    need, place = _held(actor, assignment_id)
    take(place, ASSIGNMENT_STEPS, "check_in")
    _check_hour(need, place, way, now)
    check_proof(actor, need, place, way, code, spot, now)
    _check_not_elsewhere(place)
    place.checked_in_at, place.check_in_way = now, way
    try:
        with transaction.atomic():
            place.save(update_fields=["state", "checked_in_at", "check_in_way"])
    except IntegrityError as error:  # checked in elsewhere in the same instant
        raise _elsewhere() from error
    told(events.CHECKED_IN, need, actor, now, volunteer_id=place.volunteer_id, way=way)
    start_when_all_came(need, place, actor, now)
    return place


def _held(actor: Person, assignment_id: int) -> tuple[Need, Assignment]:
    """The order, locked, and the place that the actor may check in or out."""
    need = queries.visible_need(actor, queries.need_of_assignment(assignment_id), lock=True)
    place = queries.place_of(need, assignment_id)
    policies.can_check_in(actor, place, need).or_refuse()
    check_under_way(need)
    return need, place


def check_under_way(need: Need) -> None:
    """Someone is sought, on the way or there (of several, one may come while another is still sought)."""
    if need.state not in DELIVERING | DISPATCHING:
        raise Refused(_("现在是“%(state)s”，不能这样做。") % {"state": need.get_state_display()}, code="wrong_state")


def _check_hour(need: Need, place: Assignment, way: str, now: datetime) -> None:
    early = areas.rule(EARLY_CHECK_IN, need.area, now)
    if place.planned_from is not None and now < place.planned_from - timedelta(minutes=early):
        raise Refused(_("还没到时间，最早提前 %(minutes)d 分钟签到。") % {"minutes": early}, code="too_early")
    late = areas.rule(LATE_CHECK_IN, need.area, now)
    if way != CheckWay.WORKER and place.planned_until is not None and now > place.planned_until + timedelta(minutes=late):
        raise Refused(_("已经过了约定的时间，请联系社区登记。"), code="too_late")


def _check_not_elsewhere(place: Assignment) -> None:
    if Assignment.objects.filter(volunteer_id=place.volunteer_id, state=AssignmentState.PRESENT).exclude(pk=place.pk).exists():
        raise _elsewhere()


def _elsewhere() -> Refused:
    return Refused(_("在另一张单子上还没签退，请先签退。"), code="already_in")


def start_when_all_came(need: Need, place: Assignment, actor: Person | None, now: datetime) -> None:
    """Started once: when the order is staffed and nobody is still on the way."""
    if need.state != State.ACCEPTED or need.assignments.filter(state=AssignmentState.PLANNED).exists():
        return
    take(need, STEPS, "start")
    need.started_at = need.started_at or now
    restart_clock(need, now)
    need.save(update_fields=["state", "started_at", "due_at", "level"])
    told(events.STARTED, need, actor, now, volunteer_id=place.volunteer_id, way=place.check_in_way)


@transaction.atomic
def _check_out(actor: Person, assignment_id: int, way: str, code: str, spot: tuple[float | None, float | None], now: datetime) -> Assignment:
    need, place = _held(actor, assignment_id)
    take(place, ASSIGNMENT_STEPS, "check_out")
    check_proof(actor, need, place, way, code, spot, now)
    _leave(need, place, way, actor, now)
    deliver_when_all_left(need, actor, now)
    return place


def check_out(
    *,
    actor: Person,
    assignment_id: int,
    way: str,
    code: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    now: datetime,
) -> Assignment:
    """The volunteer leaves; the minutes go to the service record, and the last one to leave completes the service."""
    _count_try(actor, assignment_id, way, now)
    return _check_out(actor, assignment_id, way, code, (latitude, longitude), now)


def _leave(need: Need, place: Assignment, way: str, actor: Person | None, now: datetime, left_at: datetime | None = None) -> None:
    """Write the end of a stay, and the record of its minutes; the state is already taken."""
    place.checked_out_at, place.check_out_way = left_at or now, way
    entry_way = ENTRY_WAYS.get(CheckWay(way), EntryWay.TEAM if place.check_in_way == CheckWay.WORKER else EntryWay.FAST)
    record = hours.record_hours(
        person_id=place.volunteer_id,
        source=f"need:{need.pk}:{place.pk}",
        title=need.title,
        category=need.service.category,
        area=need.area,
        started_at=place.checked_in_at or now,
        ended_at=place.checked_out_at,
        entry_way=entry_way,
        actor=actor,
        now=now,
        team_id=place.offer.team_id if place.offer else None,
    )
    place.minutes, place.entry_way = record.minutes, record.entry_way
    place.save(update_fields=["state", "checked_out_at", "check_out_way", "minutes", "entry_way"])
    told(events.CHECKED_OUT, need, actor, now, volunteer_id=place.volunteer_id, minutes=record.minutes, way=way)


def deliver_when_all_left(need: Need, actor: Person | None, now: datetime) -> None:
    places = list(need.assignments.filter(state__in=HOLDING))
    if need.state != State.SERVING or any(place.state != AssignmentState.DONE for place in places):
        return
    take(need, STEPS, "deliver")
    need.delivered_at = now
    restart_clock(need, now)
    need.save(update_fields=["state", "delivered_at", "due_at", "level"])
    minutes = sum(place.minutes or 0 for place in places)
    told(events.DELIVERED, need, actor, now, minutes=minutes, volunteer_ids=[place.volunteer_id for place in places])


@transaction.atomic
def confirm_delivery(*, actor: Person, need_id: int, now: datetime) -> Need:
    """The resident, a proxy or a worker says that the help arrived; who is still checked in is checked out."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_confirm_delivery(actor, need).or_refuse()
    if need.confirmed_at is not None:
        raise Refused(_("已经确认过了。"), code="already_confirmed")
    if need.state not in (State.SERVING, State.DELIVERED):
        raise Refused(_("现在是“%(state)s”，还不能确认。") % {"state": need.get_state_display()}, code="wrong_state")
    way = CheckWay.WORKER if policies.is_staff_of(actor, need) else CheckWay.RESIDENT
    for place in need.assignments.filter(state=AssignmentState.PRESENT).select_related("offer").order_by("id"):
        take(place, ASSIGNMENT_STEPS, "check_out")
        _leave(need, place, way, actor, now)
    deliver_when_all_left(need, actor, now)
    need.confirmed_at = now
    need.save(update_fields=["confirmed_at"])
    told(events.CONFIRMED, need, actor, now)
    return need


def close_day(*, now: datetime) -> int:
    """Whoever is still checked in from an earlier day is checked out at 24:00 of that day, with no minutes."""
    midnight = clock.at(clock.today(now))
    ids = Assignment.objects.filter(state=AssignmentState.PRESENT, checked_in_at__lt=midnight).order_by("id")
    return sum(_close_stay(place_id, need_id, now) for place_id, need_id in ids.values_list("pk", "need_id"))


@transaction.atomic
def _close_stay(place_id: int, need_id: int, now: datetime) -> int:
    need = queries.locked_need(need_id)
    place = queries.place_of(need, place_id)
    if place.state != AssignmentState.PRESENT or place.checked_in_at is None:
        return 0
    take(place, ASSIGNMENT_STEPS, "check_out")
    _leave(need, place, CheckWay.CLOCK, None, now, left_at=clock.at(clock.today(place.checked_in_at), 24))
    deliver_when_all_left(need, None, now)
    return 1
