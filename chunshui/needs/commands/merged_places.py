"""Both records were asked about one order, or hold a place in it: the person is once. Undone, each is where they were, if there is still room."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from chunshui.kernel.moving import Moved
from chunshui.kernel.steps import take
from chunshui.needs import events, queries
from chunshui.needs.commands.dispatch.answering import reopen, staff
from chunshui.needs.commands.orders import told
from chunshui.needs.models import Assignment, Offer
from chunshui.needs.states import ASSIGNMENT_STEPS, DISPATCHING, HOLDING, OFFER_STEPS, AssignmentState, OfferState

if TYPE_CHECKING:
    from chunshui.people.models import Merge

ASKED, PLACED = "asked_twice", "placed_twice"


def end_doubles(merge: Merge) -> dict[str, list[int]]:
    """Before anything moves: the duplicate's question or place ends where the person has one of their own; what ended, by keys."""
    note: dict[str, list[int]] = {}
    for place in Assignment.objects.filter(volunteer_id=merge.gone_id, need__in=_held_by(merge.kept_id), state=AssignmentState.PLANNED).order_by(
        "pk"
    ):
        _give_up(place, merge.at)
        note.setdefault(PLACED, []).append(place.pk)
    own = Offer.objects.filter(volunteer_id=merge.kept_id, state=OfferState.OPEN).values("need_id")
    for offer in Offer.objects.filter(volunteer_id=merge.gone_id, state=OfferState.OPEN, need__in=own).order_by("pk"):
        take(offer, OFFER_STEPS, "withdraw")
        offer.answered_at = merge.at
        offer.save(update_fields=["state", "answered_at"])
        note.setdefault(ASKED, []).append(offer.pk)
    return note


def give_back_doubles(note: Moved, now: datetime) -> None:
    """What ended begins again, now that it is the other person's, while the order still looks for people."""
    for place in Assignment.objects.filter(pk__in=note.get(PLACED, []), state=AssignmentState.RELEASED).order_by("pk"):
        _take_again(place, now)
    for offer in Offer.objects.filter(pk__in=note.get(ASKED, []), state=OfferState.WITHDRAWN).select_related("need").order_by("pk"):
        if offer.need.state in DISPATCHING:
            offer.state, offer.answered_at = OfferState.OPEN, None
            offer.save(update_fields=["state", "answered_at"])


def _held_by(person_id: int) -> list[int]:
    return list(Assignment.objects.filter(volunteer_id=person_id, state__in=HOLDING).values_list("need_id", flat=True))


def _give_up(place: Assignment, now: datetime) -> None:
    need = queries.locked_need(place.need_id)
    take(place, ASSIGNMENT_STEPS, "release")
    place.released_at, place.release_reason = now, _("两条资料是同一个人")
    place.save(update_fields=["state", "released_at", "release_reason"])
    need.places_filled -= 1
    need.save(update_fields=["places_filled"])
    reopen(need, now)
    told(events.RELEASED, need, None, now, volunteer_id=place.volunteer_id, reason=place.release_reason)


def _take_again(place: Assignment, now: datetime) -> None:
    need = queries.locked_need(place.need_id)
    if need.state not in DISPATCHING or need.places_filled >= need.people_needed:
        return
    place.state, place.released_at, place.release_reason = AssignmentState.PLANNED, None, ""
    place.save(update_fields=["state", "released_at", "release_reason"])
    need.places_filled += 1
    if need.places_filled == need.people_needed:
        staff(need, None, now)
    else:
        need.save(update_fields=["places_filled"])
