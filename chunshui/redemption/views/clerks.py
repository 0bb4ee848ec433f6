"""Who stands at the counters of a shop."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chunshui.kernel.errors import Refused
from chunshui.kernel.http import PersonRequest, tell
from chunshui.redemption import commands, forms, queries
from chunshui.redemption.views.answering import qr


@login_required
def shop_clerks(request: PersonRequest, merchant_id: int) -> HttpResponse:
    """The people of the shop; an owner makes an invitation that is shown as a QR code and works for a day."""
    merchant = queries.own_merchant(request.user, merchant_id)
    form, url = forms.InviteClerk(request.POST if request.method == "POST" else None), ""
    if request.method == "POST" and form.is_valid():
        try:
            text = commands.invite_clerk(actor=request.user, merchant_id=merchant_id, now=timezone.now(), **form.cleaned_data)
            url = request.build_absolute_uri(reverse("join_counter", args=[text]))
        except Refused as refusal:
            tell(form, refusal)
    own = queries.clerk_of(request.user, merchant)
    shown = {"merchant": merchant, "clerks": queries.clerks_of(merchant), "form": form, "url": url, "qr": qr(url) if url else "", "own": own}
    return render(request, "redemption/clerks.html", shown, status=422 if form.errors else 200)


@login_required
def join_counter(request: PersonRequest, invitation: str) -> HttpResponse:
    told = queries.invitation(invitation, timezone.now())
    if request.method == "POST":
        clerk = commands.add_clerk(actor=request.user, invitation=invitation, now=timezone.now())
        messages.success(request, _("您是这家店的店员了。"))
        return redirect("shop", clerk.merchant_id)
    return render(request, "redemption/join_counter.html", {"told": told, "merchant": told.merchant})


@login_required
@require_POST
def end_clerk(request: PersonRequest, merchant_id: int, clerk_id: int) -> HttpResponse:
    clerk = commands.end_clerk(actor=request.user, clerk_id=clerk_id, now=timezone.now())
    messages.success(request, _("已记下。"))
    return redirect("my_shops") if clerk.person_id == request.user.pk else redirect("shop_clerks", merchant_id)
