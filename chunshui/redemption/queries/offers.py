"""Reads of offers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from chunshui.kernel import clock, paging, search
from chunshui.kernel.errors import NotFound
from chunshui.redemption import policies
from chunshui.redemption.models import Merchant, MerchantToken, Offer, OfferPhoto, OfferRows
from chunshui.redemption.queries.merchants import SIZE, icon_of, within
from chunshui.redemption.states import MerchantState, OfferState, yuan

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person


@dataclass(frozen=True)
class OfferFilters:
    kind: str = ""
    text: str = ""
    most_points: int = 0
    state: str = ""


@dataclass(frozen=True)
class OfferPage:
    """An offer as the person who looks may see it; `why_not` says why it cannot be had, empty when it can."""

    offer: Offer
    icon: str
    photos: list[OfferPhoto]
    worth: str
    area_names: list[str]
    why_not: str
    can_change: bool
    can_publish: bool
    can_pause: bool
    can_end: bool


def visible_offer(actor: Person, offer_id: int, *, lock: bool = False) -> Offer:
    """The one way to reach an offer; missing and hidden look the same."""
    rows = Offer.objects.select_for_update(of=("self",)) if lock else Offer.objects.all()
    offer = rows.select_related("merchant__area", "merchant__community").filter(pk=offer_id).first()
    if offer is None or not policies.can_view_offer(actor, offer):
        raise NotFound
    return offer


def offer_photo(actor: Person, photo_id: int) -> OfferPhoto:
    photo = OfferPhoto.objects.select_related("offer__merchant__area").filter(pk=photo_id).first()
    if photo is None or not policies.can_view_offer(actor, photo.offer):
        raise NotFound
    return photo


def why_not(offer: Offer, person: Person, day: date) -> str:
    """Why this person cannot have this offer on this day, apart from points and the limit per person; empty when nothing stands against it."""
    if offer.merchant.state != MerchantState.ACTIVE or offer.state != OfferState.PUBLISHED:
        return str(offer.get_state_display())
    ruling = policies.is_for(offer, person)
    return str(_not_now(offer, day) or ("" if ruling else ruling.reason))


def _not_now(offer: Offer, day: date) -> str:
    if day < offer.starts_on:
        return _("还没到开始的日子。")
    if offer.ends_on is not None and day > offer.ends_on:
        return _("已经过期了。")
    return _("已经兑完了。") if offer.stock < 1 else ""


def offers_of(merchant: Merchant, *, now: datetime, everything: bool = False) -> list[Offer]:
    """What a merchant offers now; for its own people also drafts, pauses and what has ended."""
    rows = Offer.objects.filter(merchant=merchant) if everything else Offer.objects.on(clock.today(now)).filter(merchant=merchant)
    return list(_pictured(rows).order_by("state" if everything else "points", "-id")[:200])


def find_offers(area: Area | None, filters: OfferFilters | None = None, *, now: datetime, cursor: str = "", size: int = SIZE) -> paging.Page[Offer]:
    """What can be had now in an area, cheapest first."""
    return paging.page(_pictured(_open_rows(area, filters or OfferFilters(), now)), ["points", "-id"], cursor, size)


def offers_to_export(merchant: Merchant) -> Iterator[Offer]:
    return Offer.objects.filter(merchant=merchant).order_by("id").iterator(chunk_size=500)


def _open_rows(area: Area | None, filters: OfferFilters, now: datetime) -> OfferRows:
    rows = Offer.objects.on(clock.today(now)).filter(stock__gt=0)
    if area is not None:
        rows = rows.filter(merchant__in=within(Merchant.objects.active(), area))
    if filters.kind:
        rows = rows.filter(merchant__kind=filters.kind)
    if filters.most_points:
        rows = rows.filter(points__lte=filters.most_points)
    if filters.text.strip() and not search.is_searchable(filters.text):
        return rows.none()
    for token in sorted(search.bigrams(filters.text)):
        named = MerchantToken.objects.filter(token=token).values("merchant_id")
        rows = rows.filter(Q(title__icontains=token) | Q(merchant_id__in=named))
    return rows


def _pictured(rows: OfferRows) -> OfferRows:
    first = Prefetch("photos", OfferPhoto.objects.order_by("id"))
    return rows.select_related("merchant__community", "merchant__area").prefetch_related(first)


def offer_page(actor: Person, offer_id: int, now: datetime) -> OfferPage:
    offer = visible_offer(actor, offer_id)
    return OfferPage(
        offer=offer,
        icon=icon_of(offer.merchant),
        photos=list(offer.photos.order_by("id")),
        worth=yuan(offer.worth_fen) if offer.worth_fen else "",
        area_names=[str(area) for area in offer.areas.all()],
        why_not=why_not(offer, actor, clock.today(now)),
        can_change=bool(policies.can_change_offer(actor, offer)),
        can_publish=bool(policies.can_publish_offer(actor, offer)) and offer.state in (OfferState.DRAFT, OfferState.PAUSED),
        can_pause=bool(policies.can_pause_offer(actor, offer)) and offer.state == OfferState.PUBLISHED,
        can_end=bool(policies.can_end_offer(actor, offer)) and offer.state != OfferState.ENDED,
    )


def open_count(merchant: Merchant) -> int:
    return Offer.objects.filter(merchant=merchant).exclude(state=OfferState.ENDED).count()
