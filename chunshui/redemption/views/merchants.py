"""Merchants: the public list and page, applying, the agreement, the plate."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.http import PersonRequest, tell
from chunshui.redemption import commands, forms, queries
from chunshui.redemption.states import agreement_numbered
from chunshui.redemption.views.answering import chosen_area, drawing, qr


@require_safe
def shops(request: PersonRequest) -> HttpResponse:
    """Open merchants of the area that the visitor chose: a map, and the list that says the same."""
    area, text, form = chosen_area(request), request.GET.get("q", "")[:60], forms.FindShops(request.GET)
    chosen = {name: value for name, value in form.filters().items() if name != "state"}
    filters = queries.MerchantFilters(text=text, **chosen)
    page = queries.find_merchants(area, filters, now=timezone.now(), cursor=request.GET.get("cursor", ""))
    told = {"pins": queries.pins(area, filters), "words": {"in": _("放大"), "out": _("缩小"), "note": _("示意图")}, "drawn": drawing(area)}
    shown = {"page": page, "form": form, "q": text, "area": area, "is_filtered": bool(chosen), "told": told}
    return render(request, "redemption/shops.html", shown)


@require_safe
def shop(request: PersonRequest, merchant_id: int) -> HttpResponse:
    return shop_page(request, merchant_id, {})


def shop_page(request: PersonRequest, merchant_id: int, more: dict[str, Any], status: int = 200) -> HttpResponse:
    now = timezone.now()
    shown = queries.merchant_page(request.user, merchant_id, now)
    start = {"review_form": forms.ReviewShop(), "reason_form": forms.Reason()}
    offers = queries.offers_of(shown.merchant, now=now)
    return render(request, "redemption/shop.html", {"shown": shown, "merchant": shown.merchant, "offers": offers, **start, **more}, status=status)


@login_required
def apply_shop(request: PersonRequest) -> HttpResponse:
    start = {"area_id": request.user.community_id or request.COOKIES.get("area", ""), "manager": request.user.name}
    form = forms.ApplyShop(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.apply_merchant(actor=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已提交，社区审核后会告诉您。"))
            return redirect("shop", made.pk)
        except Refused as refusal:
            tell(form, refusal)
    return render(request, "redemption/apply_shop.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def change_shop(request: PersonRequest, merchant_id: int) -> HttpResponse:
    shown = queries.merchant_page(request.user, merchant_id, timezone.now())
    if not shown.can_change:
        raise NotFound
    form = forms.ShopDetails(request.POST if request.method == "POST" else None, initial=vars(shown.merchant))
    if request.method == "POST" and form.is_valid():
        try:
            commands.change_merchant(actor=request.user, merchant_id=merchant_id, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已更改。"))
            return redirect("shop", merchant_id)
        except Refused as refusal:
            tell(form, refusal)
    return render(request, "redemption/apply_shop.html", {"form": form, "merchant": shown.merchant}, status=422 if form.errors else 200)


@login_required
@require_safe
def my_shops(request: PersonRequest) -> HttpResponse:
    return render(request, "redemption/my_shops.html", {"clerkships": queries.clerkships_of(request.user.pk)})


@login_required
def shop_agreement(request: PersonRequest, merchant_id: int) -> HttpResponse:
    """The text that waits to be accepted, or the one that was."""
    shown = queries.merchant_page(request.user, merchant_id, timezone.now())
    text = shown.agreement or (agreement_numbered(shown.accepted.version) if shown.accepted and shown.is_mine else None)
    if text is None:
        raise NotFound
    form = forms.AcceptAgreement(request.POST if request.method == "POST" else None, initial={"version": text.version})
    if request.method == "POST" and form.is_valid():
        try:
            commands.accept_agreement(actor=request.user, merchant_id=merchant_id, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("协议已签，您的店开张了。"))
            return redirect("shop", merchant_id)
        except Refused as refusal:
            tell(form, refusal)
    told = {"shown": shown, "merchant": shown.merchant, "text": text, "clauses": text.words(get_language() or ""), "form": form}
    return render(request, "redemption/agreement.html", told, status=422 if form.errors else 200)


@login_required
@require_safe
def shop_plate(request: PersonRequest, merchant_id: int) -> HttpResponse:
    """The plate to print and hang up: name, number, level, and a QR code of the public page."""
    merchant = queries.own_merchant(request.user, merchant_id)
    if merchant.opened_at is None:
        raise NotFound
    url = request.build_absolute_uri(reverse("shop", args=[merchant.pk]))
    return render(request, "redemption/plate.html", {"merchant": merchant, "qr": qr(url), "url": url})
