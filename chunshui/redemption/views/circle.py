"""The circle of a community, for everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chunshui.areas import queries as areas
from chunshui.redemption import queries
from chunshui.redemption.views.answering import chosen_area, workbook


@require_safe
def circle(request: HttpRequest, area_id: int) -> HttpResponse:
    """Hours given → points issued → redeemed → customers brought → given back."""
    area = areas.visible_area(area_id)
    whole, months = queries.circle_of(area, timezone.now())
    above = areas.ancestors(area)
    return render(request, "redemption/circle.html", {"area": area, "above": above, "whole": whole, "months": months})


@require_safe
def circle_here(request: HttpRequest) -> HttpResponse:
    """The circle of the community that the visitor chose, else of the district."""
    return redirect("circle", (chosen_area(request) or areas.district()).pk)


@require_safe
def export_circle(request: HttpRequest, area_id: int) -> StreamingHttpResponse:
    area = areas.visible_area(area_id)
    whole, months = queries.circle_of(area, timezone.now())
    points = [_("发出积分"), _("收回"), _("到期"), _("兑换"), _("退回")]
    headers = [_("月份"), _("服务"), _("小时"), *points, _("核销次数"), _("带来顾客"), _("反哺（元）")]
    rows = [_cells(str(_("累计")), whole), *[_cells(f"{turn.month:%Y-%m}", turn) for turn in months]]
    return workbook(_("共融圈"), headers, rows)


def _cells(label: str, turn: queries.Turn) -> list[Any]:
    points = [turn.issued, turn.taken_back, turn.expired, turn.redeemed, turn.refunded]
    return [label, turn.services, turn.hours, *points, turn.vouchers, turn.customers, turn.given_back_fen / 100]
