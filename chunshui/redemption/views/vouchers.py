"""A volunteer's own vouchers: take an offer, show the code, cancel, dispute."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.http import PersonRequest, tell
from chunshui.redemption import commands, forms, queries
from chunshui.redemption.views.answering import workbook

if TYPE_CHECKING:
    from chunshui.redemption.models import Voucher

DARK = "#1E1A1A"


@login_required
@require_POST
def take_offer(request: PersonRequest, offer_id: int) -> HttpResponse:
    """Points go on hold, the code is shown."""
    made = commands.take_offer(actor=request.user, offer_id=offer_id, now=timezone.now())
    return redirect("voucher", made.pk)


@login_required
@require_safe
def vouchers(request: PersonRequest) -> HttpResponse:
    me = request.user
    commands.expire_vouchers(now=timezone.now(), person_id=me.pk)
    form, text = forms.FindVouchers(request.GET), request.GET.get("q", "")[:60]
    page = queries.voucher_page(me, text=text, cursor=request.GET.get("cursor", ""), **form.chosen())
    return render(request, "redemption/vouchers.html", {"page": page, "form": form, "q": text, "is_filtered": bool(form.chosen())})


@login_required
@require_safe
def export_vouchers(request: PersonRequest) -> StreamingHttpResponse:
    found = queries.vouchers_of(request.user, text=request.GET.get("q", "")[:60], **forms.FindVouchers(request.GET).chosen())
    headers = [_("兑换了什么"), _("商家"), _("积分"), _("状态"), _("兑换时间"), _("核销时间"), _("说明")]
    return workbook(_("我的兑换"), headers, (_cells(row) for row in found.iterator(chunk_size=1000)))


def _cells(voucher: Voucher) -> list[Any]:
    words = [voucher.title, voucher.merchant.name, voucher.points, voucher.get_state_display()]
    return [*words, voucher.taken_at, voucher.settled_at, voucher.reason]


@login_required
@require_safe
def voucher(request: PersonRequest, voucher_id: int) -> HttpResponse:
    commands.expire_vouchers(now=timezone.now(), person_id=request.user.pk)
    return _voucher_page(request, voucher_id, forms.OpenDispute())


@login_required
@require_safe
def voucher_qr(request: PersonRequest, voucher_id: int) -> HttpResponse:
    """What the merchant scans: the address of the counter with the code. Only for the volunteer, only while it is good."""
    shown = queries.voucher_shown(request.user, voucher_id, timezone.now())
    if not shown.code:
        raise NotFound
    address = request.build_absolute_uri(f"{reverse('counter')}?{urlencode({'code': shown.code})}")
    picture = BytesIO()
    segno.make(address, error="m", micro=False).save(picture, kind="png", scale=10, border=2, dark=DARK)
    answer = HttpResponse(picture.getvalue(), content_type="image/png")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_POST
def cancel_voucher(request: PersonRequest, voucher_id: int) -> HttpResponse:
    commands.cancel_voucher(actor=request.user, voucher_id=voucher_id, now=timezone.now())
    messages.success(request, _("已取消，分退回来了。"))
    return redirect("voucher", voucher_id)


@login_required
@require_POST
def open_dispute(request: PersonRequest, voucher_id: int) -> HttpResponse:
    form = forms.OpenDispute(request.POST)
    if form.is_valid():
        try:
            commands.open_dispute(actor=request.user, voucher_id=voucher_id, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("申诉记下了，社区看过会告诉您。"))
            return redirect("voucher", voucher_id)
        except Refused as refusal:
            tell(form, refusal)
    return _voucher_page(request, voucher_id, form, status=422)


def _voucher_page(request: PersonRequest, voucher_id: int, form: forms.OpenDispute, status: int = 200) -> HttpResponse:
    shown = queries.voucher_shown(request.user, voucher_id, timezone.now())
    answer = render(request, "redemption/voucher.html", {"shown": shown, "voucher": shown.voucher, "form": form}, status=status)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
