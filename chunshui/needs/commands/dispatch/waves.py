"""No answer in time, or only noes: the next are asked, as many as the wished chance takes; after the last wave the order waits in front."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chunshui.areas import queries as areas
from chunshui.needs import queries
from chunshui.needs.commands.dispatch.asking import Asking, ask, close_offer, requeue
from chunshui.needs.models import Need, Offer
from chunshui.needs.queries.dispatch import fit
from chunshui.needs.states import FIRST_WAVE, MOST_WAVES, OfferSource, State


def expire_offers(*, now: datetime, limit: int = 500) -> int:
    """Close the questions whose time is up, and ask the next; each order in its own transaction. Returns how many were closed."""
    return sum(_expire(need_id, now) for need_id in queries.orders_with_due_offers(now, limit))


@transaction.atomic
def _expire(need_id: int, now: datetime) -> int:
    need = queries.locked_need(need_id)
    due = [offer for offer in queries.open_offers(need) if offer.answer_by <= now]
    for offer in due:
        close_offer(offer, "expire", need, None, now)
    advance(need, now)
    return len(due)


@transaction.atomic
def next_wave(*, need_id: int, now: datetime) -> list[Offer]:
    """Ask the next, if nobody is being asked and places are empty."""
    return advance(queries.locked_need(need_id), now)


def first_waves(*, now: datetime, limit: int = 50) -> int:
    """Ask about orders that were accepted and of which nobody was asked, where the rule says so and while the offices are open,

    so that somebody sees what happens. Returns how many questions were sent.
    """
    return sum(len(_first_wave(need_id, now)) for need_id in queries.never_asked(now, limit))


@transaction.atomic
def _first_wave(need_id: int, now: datetime) -> list[Offer]:
    need = queries.locked_need(need_id)
    if need.state != State.WAITING or not areas.rule(FIRST_WAVE, need.area, now):
        return []
    return _ask_next(need, now)


def advance(need: Need, now: datetime) -> list[Offer]:
    """The next wave of an order that the caller holds locked; nothing while somebody is still being asked."""
    if need.state != State.OFFERED or fit.places_left(need) < 1 or queries.open_offers(need):
        return []
    asked = queries.people_asked(need)
    if need.wave < areas.rule(MOST_WAVES, need.area, now):
        offers = _ask_next(need, now)
        if offers:
            return offers
    requeue(need, None, now, cause="waves", asked=asked)
    return []


def _ask_next(need: Need, now: datetime) -> list[Offer]:
    """As many as the wished chance of a yes takes, and never fewer than places are empty."""
    best = queries.next_wave(need, now, need.wave + 1)
    return ask(need, [one.person_id for one in best.people], Asking(None, OfferSource.NEXT, now, need.wave + 1), strict=False)
