"""Offers: the public list and page, and the shop's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.http import PersonRequest, tell
from chunshui.redemption import commands, forms, queries
from chunshui.redemption.states import yuan
from chunshui.redemption.views.answering import chosen_area, workbook

FIELDS = ("title", "details", "discount", "points", "stock", "per_person", "starts_on", "ends_on")
NAMES = {"worth_fen": "worth", "photos": "photo"}


@require_safe
def offers(request: PersonRequest) -> HttpResponse:
    """What can be had for points in the area that the visitor chose, cheapest first."""
    area, form = chosen_area(request), forms.FindOffers(request.GET)
    filters = queries.OfferFilters(text=request.GET.get("q", "")[:60], **form.filters())
    page = queries.find_offers(area, filters, now=timezone.now(), cursor=request.GET.get("cursor", ""))
    shown = {"page": page, "form": form, "q": filters.text, "area": area, "is_filtered": bool(form.filters())}
    return render(request, "redemption/offers.html", shown)


@require_safe
def shop_offer(request: PersonRequest, offer_id: int) -> HttpResponse:
    shown = queries.offer_page(request.user, offer_id, timezone.now())
    return render(request, "redemption/offer.html", {"shown": shown, "offer": shown.offer, "merchant": shown.offer.merchant})


@require_safe
def offer_photo(request: PersonRequest, photo_id: int) -> HttpResponse:
    photo = queries.offer_photo(request.user, photo_id)
    with photo.image.open("rb") as file:
        return HttpResponse(file.read(), content_type="image/jpeg")


@login_required
@require_safe
def shop_offers(request: PersonRequest, merchant_id: int) -> HttpResponse:
    """The shop's own list, with drafts and what has ended."""
    merchant = queries.own_merchant(request.user, merchant_id)
    shown = queries.merchant_page(request.user, merchant_id, timezone.now())
    rows = queries.offers_of(merchant, now=timezone.now(), everything=True)
    return render(request, "redemption/shop_offers.html", {"merchant": merchant, "offers": rows, "can_make": shown.can_make_offer})


@login_required
@require_safe
def export_offers(request: PersonRequest, merchant_id: int) -> Any:
    merchant = queries.own_merchant(request.user, merchant_id)
    headers = [_("商品"), _("要几分"), _("优惠"), _("平时卖多少元"), _("剩下"), _("换走"), _("状态"), _("从哪天起"), _("到哪天止")]
    rows = (
        [row.title, row.points, row.discount, yuan(row.worth_fen), row.stock, row.taken, row.get_state_display(), row.starts_on, row.ends_on]
        for row in queries.offers_to_export(merchant)
    )
    return workbook(_("商品"), headers, rows)


@login_required
def make_offer(request: PersonRequest, merchant_id: int) -> HttpResponse:
    merchant = queries.own_merchant(request.user, merchant_id)
    if not queries.merchant_page(request.user, merchant_id, timezone.now()).can_make_offer:
        raise NotFound
    start = {"starts_on": clock.today(timezone.now()), "stock": 20, "per_person": 1}
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.OfferDetails(*posted, area=merchant.area, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.make_offer(actor=request.user, merchant_id=merchant_id, now=timezone.now(), **form.offer())
            messages.success(request, _("已存为草稿，看好了就上架。"))
            return redirect("shop_offer", made.pk)
        except Refused as refusal:
            tell(form, refusal, **NAMES)
    return render(request, "redemption/offer_form.html", {"form": form, "merchant": merchant}, status=422 if form.errors else 200)


@login_required
def change_offer(request: PersonRequest, offer_id: int) -> HttpResponse:
    shown = queries.offer_page(request.user, offer_id, timezone.now())
    if not shown.can_change:
        raise NotFound
    offer = shown.offer
    start = {name: getattr(offer, name) for name in FIELDS}
    start |= {"worth": yuan(offer.worth_fen).replace(",", ""), "area_ids": [area.pk for area in offer.areas.all()]}
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.OfferDetails(*posted, area=offer.merchant.area, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            commands.change_offer(actor=request.user, offer_id=offer_id, now=timezone.now(), **form.offer())
            messages.success(request, _("已更改。"))
            return redirect("shop_offer", offer_id)
        except Refused as refusal:
            tell(form, refusal, **NAMES)
    told = {"form": form, "merchant": offer.merchant, "offer": offer, "shown": shown}
    return render(request, "redemption/offer_form.html", told, status=422 if form.errors else 200)


@login_required
@require_POST
def step_offer(request: PersonRequest, offer_id: int | str, verb: str) -> HttpResponse:
    """Publish, pause, end."""
    common: dict[str, Any] = {"actor": request.user, "offer_id": int(offer_id), "now": timezone.now()}
    if verb == "publish":
        commands.publish_offer(**common)
    elif verb == "pause":
        commands.pause_offer(**common)
    else:
        commands.end_offer(**common)
    messages.success(request, _("已记下。"))
    return redirect("shop_offer", int(offer_id))


@login_required
@require_POST
def drop_offer_photo(request: PersonRequest, offer_id: int, photo_id: int) -> HttpResponse:
    commands.drop_offer_photo(actor=request.user, offer_id=offer_id, photo_id=photo_id, now=timezone.now())
    return redirect("change_offer", offer_id)
