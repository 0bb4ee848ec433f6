"""The counter: a code is scanned or typed, shown, and redeemed; the merchant's list of redemptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chunshui.kernel.errors import Refused
from chunshui.kernel.http import PersonRequest, tell
from chunshui.redemption import commands, forms, queries
from chunshui.redemption.views.answering import workbook

if TYPE_CHECKING:
    from chunshui.redemption.models import Voucher


@login_required
@require_safe
def counter(request: PersonRequest) -> HttpResponse:
    """Without a code the door for one; with a code (the scanned address, or typed) what it is good for. Looking redeems nothing."""
    form = forms.PresentCode(request.GET if "code" in request.GET else None)
    shown = None
    if form.is_valid():
        try:
            shown = commands.present_code(actor=request.user, code=form.cleaned_data["code"], now=timezone.now())
        except Refused as refusal:
            tell(form, refusal)
    return _counter(request, form, shown)


@login_required
@require_POST
def settle_voucher(request: PersonRequest) -> HttpResponse:
    """The goods went over the counter."""
    form = forms.PresentCode(request.POST)
    if form.is_valid():
        try:
            done = commands.settle_code(actor=request.user, code=form.cleaned_data["code"], now=timezone.now())
            messages.success(request, _("核销成功：%(title)s，收 %(points)d 分。") % {"title": done.title, "points": done.points})
            return redirect("counter_voucher", done.pk)
        except Refused as refusal:
            tell(form, refusal)
    return _counter(request, form, None)


def _counter(request: PersonRequest, form: forms.PresentCode, shown: Voucher | None) -> HttpResponse:
    days = queries.counters_of(request.user, timezone.now())
    is_wrong = form.is_bound and shown is None
    context = {"form": form, "voucher": shown, "code": queries.code_of(shown) if shown else "", "days": days}
    return render(request, "redemption/counter.html", context, status=422 if is_wrong else 200)


@login_required
@require_safe
def counter_voucher(request: PersonRequest, voucher_id: int) -> HttpResponse:
    return _counter_voucher(request, voucher_id, forms.RefundVoucher())


@login_required
@require_POST
def refund_voucher(request: PersonRequest, voucher_id: int) -> HttpResponse:
    form = forms.RefundVoucher(request.POST)
    if form.is_valid():
        try:
            commands.refund_voucher(actor=request.user, voucher_id=voucher_id, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已退回，分还给志愿者了。"))
            return redirect("counter_voucher", voucher_id)
        except Refused as refusal:
            tell(form, refusal)
    return _counter_voucher(request, voucher_id, form, status=422)


def _counter_voucher(request: PersonRequest, voucher_id: int, form: forms.RefundVoucher, status: int = 200) -> HttpResponse:
    shown = queries.counter_voucher(request.user, voucher_id, timezone.now())
    return render(request, "redemption/counter_voucher.html", {"shown": shown, "voucher": shown.voucher, "form": form}, status=status)


@login_required
@require_safe
def counter_vouchers(request: PersonRequest, merchant_id: int) -> HttpResponse:
    merchant = queries.served_merchant(request.user, merchant_id)
    form, text = forms.FindVouchers(request.GET), request.GET.get("q", "")[:60]
    page = queries.counter_page(merchant, text=text, cursor=request.GET.get("cursor", ""), **form.chosen())
    shown = {"merchant": merchant, "page": page, "form": form, "q": text, "is_filtered": bool(form.chosen())}
    return render(request, "redemption/counter_vouchers.html", shown)


@login_required
@require_safe
def export_counter_vouchers(request: PersonRequest, merchant_id: int) -> StreamingHttpResponse:
    """The merchant's redemptions as a workbook, volunteers masked."""
    merchant = queries.served_merchant(request.user, merchant_id)
    found = queries.vouchers_at(merchant, text=request.GET.get("q", "")[:60], **forms.FindVouchers(request.GET).chosen())
    headers = [_("核销时间"), _("兑换了什么"), _("积分"), _("谁的"), _("店员"), _("状态"), _("说明")]
    return workbook(_("核销记录"), headers, (_cells(row) for row in found.iterator(chunk_size=1000)))


def _cells(voucher: Voucher) -> list[Any]:
    clerk = voucher.settled_by.name if voucher.settled_by else ""
    return [voucher.settled_at, voucher.title, voucher.points, voucher.person.masked_name, clerk, voucher.get_state_display(), voucher.reason]
