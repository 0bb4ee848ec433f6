"""Merchants as the staff of the area see them: the list, the review, suspending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chunshui.kernel.errors import Refused
from chunshui.kernel.http import PersonRequest, staff_only, tell
from chunshui.people import queries as people
from chunshui.redemption import commands, forms, queries
from chunshui.redemption.views.answering import workbook
from chunshui.redemption.views.merchants import shop_page


@staff_only
@require_safe
def shops_staff(request: PersonRequest) -> HttpResponse:
    """Every merchant of the area, in any state; what waits for review is one filter away."""
    area, form = people.staff_area(request.user), forms.FindShops(request.GET)
    filters = queries.MerchantFilters(text=request.GET.get("q", "")[:60], **form.filters())
    page = queries.merchants_of_staff(request.user, area, filters, request.GET.get("cursor", ""))
    shown = {"page": page, "form": form, "q": filters.text, "area": area, "is_filtered": bool(form.filters())}
    return render(request, "redemption/shops_staff.html", {**shown, "waiting": queries.waiting_count(request.user, area)})


@staff_only
@require_safe
def export_shops(request: PersonRequest) -> Any:
    area = people.staff_area(request.user)
    filters = queries.MerchantFilters(text=request.GET.get("q", "")[:60], **forms.FindShops(request.GET).filters())
    headers = [_("编号"), _("店名"), _("经营类别"), _("统一社会信用代码"), _("所在社区"), _("地址"), _("电话"), _("负责人"), _("状态"), _("爱心等级")]
    rows = (
        [row.number, row.name, row.get_kind_display(), row.credit_code, str(row.area), row.address, row.phone, row.manager,
         row.get_state_display(), row.get_badge_display()]
        for row in queries.merchants_to_export(request.user, area, filters)
    )  # fmt: skip
    return workbook(_("商家"), headers, rows)


@login_required
@require_POST
def review_shop(request: PersonRequest, merchant_id: int) -> HttpResponse:
    form = forms.ReviewShop(request.POST)
    if form.is_valid():
        try:
            commands.review_merchant(actor=request.user, merchant_id=merchant_id, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已审核，结果已告诉申请人。"))
            return redirect("shops_staff")
        except Refused as refusal:
            tell(form, refusal)
    return shop_page(request, merchant_id, {"form": form, "review_form": form}, status=422)


@login_required
@require_POST
def decide_shop(request: PersonRequest, merchant_id: int | str, verb: str) -> HttpResponse:
    """Suspend, restore, leave."""
    form = forms.Reason(request.POST)
    form.is_valid()
    common: dict[str, Any] = {"actor": request.user, "merchant_id": int(merchant_id), "now": timezone.now()}
    reason = form.cleaned_data.get("reason", "")
    try:
        if verb == "restore":
            commands.restore_merchant(**common)
        elif verb == "suspend":
            commands.suspend_merchant(reason=reason, **common)
        else:
            commands.leave_merchant(reason=reason, **common)
    except Refused as refusal:
        tell(form, refusal)
        return shop_page(request, int(merchant_id), {"form": form, "reason_form": form}, status=422)
    messages.success(request, _("已记下。"))
    return redirect("shops_staff") if request.user.is_staff_now else redirect("my_shops")
