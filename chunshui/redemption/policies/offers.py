"""Offers: made by the owner of an open shop, seen by everybody while they can be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.redemption.models import Merchant, Offer
from chunshui.redemption.policies.merchants import ONLY_OWNERS, is_clerk, is_owner
from chunshui.redemption.states import MerchantState, OfferState

if TYPE_CHECKING:
    from chunshui.people.models import Person


def can_view_offer(actor: Person, offer: Offer) -> Ruling:
    """Published ones of an open shop are public; drafts and ended ones are for the shop and the staff."""
    merchant = offer.merchant
    is_public = offer.state in (OfferState.PUBLISHED, OfferState.PAUSED) and merchant.state == MerchantState.ACTIVE
    if is_public or actor.acting.reaches(merchant.area.path) or is_clerk(actor, merchant):
        return YES
    return no(_("这件商品没有公开。"))


def can_make_offer(actor: Person, merchant: Merchant) -> Ruling:
    if not is_owner(actor, merchant):
        return no(ONLY_OWNERS)
    if merchant.state not in (MerchantState.APPROVED, MerchantState.ACTIVE):
        return no(_("店通过审核以后才能备商品。"), code="wrong_state")
    return YES


def can_change_offer(actor: Person, offer: Offer) -> Ruling:
    if offer.state == OfferState.ENDED:
        return no(_("结束了的商品不能再改，请新建一个。"), code="wrong_state")
    return YES if is_owner(actor, offer.merchant) else no(ONLY_OWNERS)


def can_publish_offer(actor: Person, offer: Offer) -> Ruling:
    if not is_owner(actor, offer.merchant):
        return no(ONLY_OWNERS)
    return YES if offer.merchant.state == MerchantState.ACTIVE else no(_("签了协议、开了店，才能上架。"), code="wrong_state")


def can_pause_offer(actor: Person, offer: Offer) -> Ruling:
    return YES if is_owner(actor, offer.merchant) else no(ONLY_OWNERS)


def can_end_offer(actor: Person, offer: Offer) -> Ruling:
    return can_pause_offer(actor, offer)


def is_for(offer: Offer, person: Person) -> Ruling:
    """Whether the offer's areas take this person in: one of them is, or lies above, where the person lives. A visitor is not asked."""
    limits = {area.pk for area in offer.areas.all()}
    is_in = person.pk is None or not limits or bool(limits & _home(person))
    return YES if is_in else no(_("这件商品只给指定社区的邻居。"), code="other_area")


def _home(person: Person) -> set[int | None]:
    return {person.area_id, person.street_id, person.community_id, *(person.area.lineage if person.area else [])}
