"""Offers are made, changed, published, paused and ended by their merchant."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock, pictures
from chunshui.kernel.errors import NotFound, Refused, Text
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.redemption import events, policies, queries
from chunshui.redemption.models import Merchant, Offer, OfferPhoto
from chunshui.redemption.states import MOST_FEN, MOST_OFFERS, MOST_PHOTOS, MOST_POINTS, MOST_STOCK, OFFER_STEPS, OfferState

if TYPE_CHECKING:
    from chunshui.people.models import Person

FIELDS = ("title", "details", "discount", "worth_fen", "points", "stock", "per_person", "starts_on", "ends_on")


@transaction.atomic
def make_offer(
    *,
    actor: Person,
    merchant_id: int,
    title: str,
    points: int,
    stock: int,
    details: str = "",
    discount: str = "",
    worth_fen: int = 0,
    per_person: int = 0,
    starts_on: date | None = None,
    ends_on: date | None = None,
    area_ids: Sequence[int] = (),
    photos: Sequence[IO[bytes]] = (),
    now: datetime,
) -> Offer:
    """A draft of what the shop gives for points; the merchant decides the price and the discount."""
    merchant = queries.own_merchant(actor, merchant_id, lock=True)
    policies.can_make_offer(actor, merchant).or_refuse()
    _refuse_if(queries.open_count(merchant) >= areas.rule(MOST_OFFERS, merchant.area, now), "", _("商品太多了，请先结束几个。"), code="too_many")
    starts_on = starts_on or clock.today(now)
    given = {"title": title, "details": details, "discount": discount, "worth_fen": worth_fen, "points": points, "stock": stock}
    fields = {**given, "per_person": per_person, "starts_on": starts_on, "ends_on": ends_on}
    fields = _checked(fields, merchant, now)
    images = pictures.checked(photos, most=MOST_PHOTOS)
    offer = Offer.objects.create(merchant=merchant, made_by=actor, made_at=now, **fields)
    offer.areas.set(_areas(area_ids))
    _attach(offer, images, now)
    _tell(events.OFFER_MADE, offer, actor, now, title=offer.title, points=offer.points, stock=offer.stock)
    return offer


@transaction.atomic
def change_offer(
    *, actor: Person, offer_id: int, area_ids: Sequence[int] | None = None, photos: Sequence[IO[bytes]] = (), now: datetime, **changes: Any
) -> Offer:
    """Change an offer; codes that were given out keep the price at which they were taken."""
    offer = queries.visible_offer(actor, offer_id, lock=True)
    policies.can_change_offer(actor, offer).or_refuse()
    _refuse_if(bool(changes.keys() - set(FIELDS)), "", _("这些内容不能改。"), code="unknown_field")
    fields = _checked({**{name: getattr(offer, name) for name in FIELDS}, **changes}, offer.merchant, now)
    images = pictures.checked(photos, most=MOST_PHOTOS, already=offer.photos.count())
    changed = sorted(name for name in FIELDS if fields[name] != getattr(offer, name))
    for name in changed:
        setattr(offer, name, fields[name])
    offer.save(update_fields=changed)
    if area_ids is not None:
        offer.areas.set(_areas(area_ids))
    _attach(offer, images, now)
    _tell(events.OFFER_CHANGED, offer, actor, now, fields=changed)
    return offer


@transaction.atomic
def publish_offer(*, actor: Person, offer_id: int, now: datetime) -> Offer:
    """Let volunteers have it, from its first day on while there is stock."""
    offer = queries.visible_offer(actor, offer_id, lock=True)
    policies.can_publish_offer(actor, offer).or_refuse()
    _refuse_if(offer.stock < 1, "", _("没有库存了，请先补货。"), code="no_stock")
    _refuse_if(offer.ends_on is not None and offer.ends_on < clock.today(now), "", _("截止的日子已经过了，请先改日子。"), code="over")
    offer.published_at = now
    return _step(offer, "publish", events.OFFER_PUBLISHED, actor, now)


@transaction.atomic
def pause_offer(*, actor: Person, offer_id: int, now: datetime) -> Offer:
    """Give out no more codes for now; those given out stay good."""
    offer = queries.visible_offer(actor, offer_id, lock=True)
    policies.can_pause_offer(actor, offer).or_refuse()
    return _step(offer, "pause", events.OFFER_PAUSED, actor, now)


@transaction.atomic
def end_offer(*, actor: Person, offer_id: int, now: datetime) -> Offer:
    """The end of an offer; codes given out stay good."""
    offer = queries.visible_offer(actor, offer_id, lock=True)
    policies.can_end_offer(actor, offer).or_refuse()
    return _step(offer, "end", events.OFFER_ENDED, actor, now)


@transaction.atomic
def drop_offer_photo(*, actor: Person, offer_id: int, photo_id: int, now: datetime) -> Offer:
    """Take a photo off an offer."""
    offer = queries.visible_offer(actor, offer_id, lock=True)
    policies.can_change_offer(actor, offer).or_refuse()
    photo = OfferPhoto.objects.filter(pk=photo_id, offer=offer).first()
    if photo is None:
        raise NotFound
    photo.image.delete(save=False)
    photo.delete()
    _tell(events.OFFER_CHANGED, offer, actor, now, fields=["photos"])
    return offer


def end_past_offers(*, now: datetime, limit: int = 500) -> int:
    """End what lies beyond its last day; returns how many."""
    rows = Offer.objects.filter(ends_on__lt=clock.today(now)).exclude(state=OfferState.ENDED).order_by("id")
    return sum(_end_past(offer_id, now) for offer_id in list(rows.values_list("pk", flat=True)[:limit]))


@transaction.atomic
def _end_past(offer_id: int, now: datetime) -> int:
    rows = Offer.objects.select_for_update(of=("self",)).select_related("merchant").filter(pk=offer_id, ends_on__lt=clock.today(now))
    offer = rows.exclude(state=OfferState.ENDED).first()
    if offer is None:
        return 0
    _step(offer, "end", events.OFFER_ENDED, None, now)
    return 1


def _step(offer: Offer, verb: str, name: str, actor: Person | None, now: datetime) -> Offer:
    take(offer, OFFER_STEPS, verb)
    offer.save(update_fields=["state", "published_at"])
    _tell(name, offer, actor, now)
    return offer


def _checked(fields: dict[str, Any], merchant: Merchant, now: datetime) -> dict[str, Any]:
    """Every rule of an offer; the first one broken is told at its field."""
    fields = {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
    _refuse_if(not 2 <= len(fields["title"]) <= 40, "title", _("请写商品名，2 到 40 个字。"))
    most = areas.rule(MOST_POINTS, merchant.area, now)
    _refuse_if(not 1 <= fields["points"] <= most, "points", _("要几分？请填 1 到 %(most)d。") % {"most": most})
    _refuse_if(not 0 <= fields["stock"] <= MOST_STOCK, "stock", _("备多少份？请填 0 到 %(most)d。") % {"most": MOST_STOCK})
    _refuse_if(not 0 <= fields["per_person"] <= 1000, "per_person", _("每人限几份？请填 0 到 1000，0 是不限。"))
    _refuse_if(not 0 <= fields["worth_fen"] <= MOST_FEN, "worth_fen", _("平时的价格不对，请看一看。"))
    _refuse_if(fields["ends_on"] is not None and fields["ends_on"] < fields["starts_on"], "ends_on", _("截止的日子在开始的日子前面了。"))
    return fields


def _areas(ids: Sequence[int]) -> list[int]:
    """Ids of areas that exist; an unknown one is refused."""
    return sorted({areas.visible_area(area_id).pk for area_id in ids})


def _attach(offer: Offer, images: list[bytes], now: datetime) -> None:
    for image in images:
        photo = OfferPhoto(offer=offer, at=now)
        photo.image.save(f"{secrets.token_hex(12)}.jpg", ContentFile(image), save=True)


def _refuse_if(wrong: bool, field: str, text: Text, *, code: str = "invalid") -> None:
    if wrong:
        raise Refused(text, code=code, fields={field: text} if field else {})


def _tell(name: str, offer: Offer, actor: Person | None, now: datetime, **data: Any) -> None:
    merchant = offer.merchant
    emit(name, subject="shop_offer", subject_id=offer.pk, actor=actor, at=now, area_id=merchant.area_id, merchant_id=merchant.pk, **data)
