"""A volunteer answers, takes an order from the open list, or gives a place back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from chunshui.areas import queries as areas
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.steps import can_take, take
from chunshui.matching import Code
from chunshui.needs import events, policies, queries
from chunshui.needs.commands.dispatch.asking import close_offer
from chunshui.needs.commands.dispatch.waves import advance
from chunshui.needs.commands.orders import restart_clock, told
from chunshui.needs.models import Assignment, Need, Offer
from chunshui.needs.queries.dispatch import fit, offers, wording
from chunshui.needs.queries.dispatch.times import Visit
from chunshui.needs.states import (
    ASSIGNMENT_STEPS,
    DISPATCHING,
    HOLDING,
    OPEN_LIST,
    STEPS,
    OfferSource,
    OfferState,
    State,
)

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def accept_offer(*, actor: Person, offer_id: int, now: datetime) -> Assignment:
    """Say yes. The order is held while everything is asked again, so of two yeses to the last place exactly one wins."""
    need = queries.locked_need(queries.visible_offer(actor, offer_id).need_id)
    offer = queries.visible_offer(actor, offer_id, lock=True)
    policies.can_accept_offer(actor, offer).or_refuse()
    held = queries.place_held(need, actor.pk)
    if held is not None and offer.state == OfferState.ACCEPTED:
        return held
    _check_open(offer, need)
    visit = _visit(need, actor, now)
    return take_place(need, offer, visit, actor, now)


def _check_open(offer: Offer, need: Need) -> None:
    """A question that is over says kindly why."""
    if need.state == State.CANCELLED:
        raise Refused(_("这单已经取消，不用去了。谢谢您！"), code="cancelled")
    if offer.state == OfferState.WITHDRAWN:
        raise Refused(_("社区已撤回这次询问，不用去了。谢谢您！"), code="withdrawn")
    if offer.state == OfferState.DECLINED:
        raise Refused(_("您说过这次去不了。要是又能去了，可以在“附近的单子”里自己接。"), code="declined")
    if offer.state == OfferState.FILLED or need.state not in DISPATCHING or fit.places_left(need) < 1:
        raise Refused(_("谢谢您！刚刚已经有人接了，下次再请您。"), code="filled")
    if offer.state == OfferState.EXPIRED:
        raise Refused(_("答复的时间过了，已经去问别人了。谢谢您，下次再请您。"), code="expired")


def _visit(need: Need, actor: Person, now: datetime) -> Visit:
    """When the actor would come; refused when something stands against it. The volunteer is held to the end of the command."""
    queries.hold_volunteers([actor.pk])
    visit = fit.visit_for(fit.case(need, now), actor.pk)
    if isinstance(visit, fit.Bar):
        _refuse(visit, need, now)
    assert isinstance(visit, Visit)
    return visit


def _refuse(bar: fit.Bar, need: Need, now: datetime) -> None:
    if bar.code == Code.BLOCKED:
        raise Refused(_("这单社区另有安排，谢谢您！"), code="closed")
    words = wording.why_not_words(bar, need, now)
    raise Refused(_("这单您现在接不了：%(why)s") % {"why": words}, code=f"not_fit:{bar.code}")


def take_place(need: Need, offer: Offer, visit: Visit, actor: Person, now: datetime) -> Assignment:
    """The person of the question takes a place; `actor` says so: the same person, or a leader of their team."""
    close_offer(offer, "accept", need, actor, now)
    who = offer.volunteer_id
    place = Assignment.objects.create(need=need, volunteer_id=who, offer=offer, planned_from=visit.start, planned_until=visit.end, made_at=now)
    need.places_filled += 1
    if fit.places_left(need) < 1:
        staff(need, actor, now)
        return place
    need.save(update_fields=["places_filled"])
    if need.state == State.OFFERED:
        advance(need, now)
    return place


def staff(need: Need, actor: Person | None, now: datetime) -> None:
    """The last place is taken: everyone else who was asked is told so."""
    take(need, STEPS, "staff")
    need.staffed_at, need.wave = now, 0
    restart_clock(need, now)
    need.save(update_fields=["state", "places_filled", "staffed_at", "wave", "due_at", "level"])
    for offer in queries.open_offers(need):
        close_offer(offer, "fill", need, None, now)
    told(events.STAFFED, need, actor, now, volunteer_ids=queries.holder_ids(need))


@transaction.atomic
def decline_offer(*, actor: Person, offer_id: int, note: str = "", now: datetime) -> Offer:
    """Say no: it costs nothing, and no reason is asked for. When nobody else is being asked, the next are."""
    need = queries.locked_need(queries.visible_offer(actor, offer_id).need_id)
    offer = queries.visible_offer(actor, offer_id, lock=True)
    policies.can_decline_offer(actor, offer).or_refuse()
    close_offer(offer, "decline", need, actor, now, note=note.strip()[:200])
    advance(need, now)
    return offer


@transaction.atomic
def claim_need(*, actor: Person, need_id: int, now: datetime) -> Assignment:
    """Take an order from the open list (抢单), by the same rules as an offer."""
    policies.can_claim(actor).or_refuse()
    need = queries.locked_needs([need_id], along=("service", "area")).get(need_id)
    if need is None:
        raise NotFound
    held = queries.place_held(need, actor.pk) if need.places_filled else None
    if held is not None:
        return held
    _check_claimable(actor, need, now)
    queries.hold_volunteers([actor.pk])
    case = fit.case(need, now)
    pool = queries.pool_of([actor.pk], need, now, judging=True)
    bar = fit.taking_bar(case, pool, actor.pk)
    if bar is not None:
        _refuse(bar, need, now)
    visit = fit.first_visit(case, pool, actor.pk)
    assert visit is not None
    return take_place(need, _own_offer(case, actor), visit, actor, now)


def _check_claimable(actor: Person, need: Need, now: datetime) -> None:
    """An order that never waited for volunteers looks like none; one that is taken says so kindly."""
    policies.can_claim_need(actor, need).or_refuse()
    if not queries.was_waiting(need):
        raise NotFound
    if need.state == State.CANCELLED:
        raise Refused(_("这单已经取消，不用去了。谢谢您！"), code="cancelled")
    if need.state not in DISPATCHING or fit.places_left(need) < 1:
        raise Refused(_("谢谢您！刚刚已经有人接了，下次再请您。"), code="filled")
    if not areas.rule(OPEN_LIST, need.area, now):
        raise Refused(_("这里的单子由社区来派，不用自己接。"), code="closed")


def _own_offer(case: fit.Case, actor: Person) -> Offer:
    """The open question to the actor, or one that the actor asks of oneself, written when it is answered."""
    if actor.pk in case.asked.open:
        return offers.open_offer_to(case.need, actor.pk)
    return Offer(need=case.need, volunteer_id=actor.pk, source=OfferSource.CLAIM, wave=0, sent_at=case.now, answer_by=case.now)


@transaction.atomic
def release_assignment(*, actor: Person, assignment_id: int, reason: str, now: datetime) -> Assignment:
    """A volunteer cannot come. The order returns to the front of the queue with its urgency kept; the resident is told."""
    need = queries.locked_need(queries.visible_assignment(actor, assignment_id).need_id)
    place = queries.visible_assignment(actor, assignment_id, lock=True)
    policies.can_release_assignment(actor, place).or_refuse()
    reason = reason.strip()[:200]
    if not reason:
        raise Refused(_("请说一声原因，我们好转告居民。"), code="reason_needed", fields={"reason": _("请说一声原因，我们好转告居民。")})
    take(place, ASSIGNMENT_STEPS, "release")
    place.released_at, place.release_reason = now, reason
    place.save(update_fields=["state", "released_at", "release_reason"])
    need.places_filled = need.assignments.filter(state__in=HOLDING).count()
    need.save(update_fields=["places_filled"])
    reopen(need, now)
    told(events.RELEASED, need, actor, now, volunteer_id=place.volunteer_id, reason=reason)
    return place


def reopen(need: Need, now: datetime) -> None:
    """To the front of the queue; but an order that others are serving at this moment goes on with fewer people."""
    serving = need.state == State.SERVING
    if can_take(need, STEPS, "reopen") and not serving:
        take(need, STEPS, "reopen")
        need.staffed_at, need.wave = None, 0
    if need.state in DISPATCHING:
        need.due_at = min(need.due_at or now, now)
        need.save(update_fields=["state", "staffed_at", "wave", "due_at"])
