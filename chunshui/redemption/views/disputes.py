"""Disputes about redemptions, for the staff of the area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chunshui.kernel.errors import Refused
from chunshui.kernel.http import PersonRequest, staff_only, tell
from chunshui.redemption import commands, forms, queries
from chunshui.redemption.views.answering import workbook

if TYPE_CHECKING:
    from chunshui.redemption.models import Dispute


@staff_only
@require_safe
def disputes(request: PersonRequest) -> HttpResponse:
    form, text = forms.FindDisputes(request.GET), request.GET.get("q", "")[:60]
    state = form.chosen().get("state", "open")
    page = queries.dispute_page(request.user, state, text, request.GET.get("cursor", ""))
    return render(request, "redemption/disputes.html", {"page": page, "form": form, "q": text, "is_filtered": "state" in request.GET})


@staff_only
@require_safe
def export_disputes(request: PersonRequest) -> Any:
    state = forms.FindDisputes(request.GET).chosen().get("state", "open")
    found = queries.disputes_in(request.user, state, request.GET.get("q", "")[:60])
    headers = [_("申诉时间"), _("兑换了什么"), _("商家"), _("积分"), _("谁的"), _("发生了什么"), _("状态"), _("理由")]
    return workbook(_("兑换申诉"), headers, (_cells(row) for row in found.iterator(chunk_size=1000)))


def _cells(row: Dispute) -> list[Any]:
    voucher = row.voucher
    who = voucher.person.masked_name
    return [row.opened_at, voucher.title, voucher.merchant.name, voucher.points, who, row.words, row.get_state_display(), row.result]


@staff_only
@require_safe
def dispute(request: PersonRequest, dispute_id: int) -> HttpResponse:
    return _dispute_page(request, dispute_id, forms.DecideDispute())


@staff_only
@require_POST
def decide_dispute(request: PersonRequest, dispute_id: int) -> HttpResponse:
    form = forms.DecideDispute(request.POST)
    if form.is_valid():
        try:
            commands.decide_dispute(actor=request.user, dispute_id=dispute_id, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已决定，双方都会知道。"))
            return redirect("dispute", dispute_id)
        except Refused as refusal:
            tell(form, refusal)
    return _dispute_page(request, dispute_id, form, status=422)


def _dispute_page(request: PersonRequest, dispute_id: int, form: forms.DecideDispute, status: int = 200) -> HttpResponse:
    shown = queries.dispute_shown(request.user, dispute_id)
    return render(request, "redemption/dispute.html", {"shown": shown, "dispute": shown.dispute, "form": form}, status=status)
