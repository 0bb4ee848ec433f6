"""送单, when not all come: somebody else is sought, or the order does with fewer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Refused
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.commands.delivery import check_under_way, deliver_when_all_left, start_when_all_came
from chunshui.needs.commands.orders import restart_clock, told
from chunshui.needs.models import Assignment, Need
from chunshui.needs.states import (
    ASSIGNMENT_STEPS,
    DELIVERING,
    DISPATCHING,
    HOLDING,
    OFFER_STEPS,
    STEPS,
    OfferState,
)

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def mark_absent(*, actor: Person, assignment_id: int, seek_another: bool = True, now: datetime) -> Assignment:
    """A volunteer did not come: someone else is sought at once, or (with others at work) the order does with fewer people."""
    need = queries.visible_need(actor, queries.need_of_assignment(assignment_id), lock=True)
    policies.can_mark_absent(actor, need).or_refuse()
    check_under_way(need)
    place = queries.place_of(need, assignment_id)
    take(place, ASSIGNMENT_STEPS, "mark_absent")
    if place.planned_from is not None and now < place.planned_from:
        raise Refused(_("还没到约定的时间，不能记没到。"), code="too_early")
    place.released_at = now
    place.save(update_fields=["state", "released_at"])
    told(events.ABSENT, need, actor, now, volunteer_id=place.volunteer_id)
    need.places_filled = need.assignments.filter(state__in=HOLDING).count()
    if seek_another or need.places_filled == 0:
        _seek_another(need, now)
    else:
        _settle_for_fewer(need, actor, now)
    return place


def _seek_another(need: Need, now: datetime) -> None:
    """Back to the front of the queue: the clock has already run out."""
    if need.state in DELIVERING:
        take(need, STEPS, "reopen")
    need.due_at, need.level, need.staffed_at = now, 0, None
    need.save(update_fields=["state", "places_filled", "due_at", "level", "staffed_at"])


@transaction.atomic
def do_with_fewer(*, actor: Person, need_id: int, now: datetime) -> Need:
    """A worker says that those who hold a place are enough: nobody else is sought."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_mark_absent(actor, need).or_refuse()
    if need.state not in DISPATCHING:
        raise Refused(_("现在是“%(state)s”，不能这样做。") % {"state": need.get_state_display()}, code="wrong_state")
    if need.places_filled == 0:
        raise Refused(_("还没有人接单。"), code="nobody_yet")
    for offer in need.offers.filter(state=OfferState.OPEN).order_by("id"):
        take(offer, OFFER_STEPS, "withdraw")
        offer.answered_at = now
        offer.save(update_fields=["state", "answered_at"])
        told(events.OFFER_WITHDRAWN, need, actor, now, offer_id=offer.pk, volunteer_id=offer.volunteer_id)
    _settle_for_fewer(need, actor, now)
    return need


def _settle_for_fewer(need: Need, actor: Person, now: datetime) -> None:
    need.people_needed = need.places_filled
    if need.state in DISPATCHING:
        take(need, STEPS, "staff")
        need.staffed_at = now
        restart_clock(need, now)
    need.save(update_fields=["state", "people_needed", "places_filled", "staffed_at", "due_at", "level"])
    told(events.CHANGED, need, actor, now, fields=["people_needed"])
    if need.staffed_at == now:
        told(events.STAFFED, need, actor, now, volunteer_ids=queries.holder_ids(need))
    start_when_all_came(need, need.assignments.filter(state__in=HOLDING).order_by("id")[0], actor, now)
    deliver_when_all_left(need, actor, now)
