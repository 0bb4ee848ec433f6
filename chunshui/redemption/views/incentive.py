"""The ranking of a month, a shop's monthly statement, and recycling the points that it collected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chunshui.kernel.errors import Refused
from chunshui.kernel.http import PersonRequest, staff_only, tell
from chunshui.people import queries as people
from chunshui.redemption import commands, forms, queries
from chunshui.redemption.views.answering import chosen_area, workbook


@require_safe
def shop_ranking(request: PersonRequest) -> HttpResponse:
    area, month = chosen_area(request), queries.month_of(request.GET.get("month", ""), timezone.now())
    months = {"earlier": queries.months_back(month, 1), "later": queries.months_back(month, -1)}
    return render(request, "redemption/ranking.html", {"rows": queries.ranking(area, month), "month": month, "area": area, **months})


@login_required
@require_safe
def shop_statement(request: PersonRequest, merchant_id: int) -> HttpResponse:
    merchant = queries.own_merchant(request.user, merchant_id)
    month = queries.month_of(request.GET.get("month", ""), timezone.now())
    page = queries.statement_rows(merchant, month, request.GET.get("cursor", ""))
    shown = {"merchant": merchant, "shown": queries.statement(merchant, month), "page": page, "recyclings": queries.recyclings_of(merchant)}
    return render(request, "redemption/statement.html", shown)


@login_required
@require_safe
def export_statement(request: PersonRequest, merchant_id: int) -> Any:
    """The month as a workbook; customers masked."""
    merchant = queries.own_merchant(request.user, merchant_id)
    month = queries.month_of(request.GET.get("month", ""), timezone.now())
    headers = [_("核销时间"), _("商品"), _("积分"), _("志愿者"), _("新客人"), _("状态")]
    rows = (
        [row.settled_at, row.title, row.points, row.person.masked_name, _("是") if row.is_new_customer else "", row.get_state_display()]
        for row in queries.statement_to_export(merchant, month)
    )
    return workbook(_("对账单"), headers, rows)


@staff_only
def recycle_points(request: PersonRequest, merchant_id: int) -> HttpResponse:
    """What a shop collected, and what the community does with it."""
    people.staff_area(request.user)
    merchant = queries.visible_merchant(request.user, merchant_id)
    form = forms.Recycle(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.recycle_points(actor=request.user, merchant_id=merchant_id, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已记下。"))
            return redirect("recycle_points", merchant_id)
        except Refused as refusal:
            tell(form, refusal)
    shown = {"merchant": merchant, "form": form, "collected": queries.collected(merchant), "recyclings": queries.recyclings_of(merchant)}
    return render(request, "redemption/recycle.html", shown, status=422 if form.errors else 200)
