"""A volunteer's own points: the head, what each service earned, the statement, the household."""

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
    from chunshui.redemption.queries import StatementLine


@login_required
@require_safe
def my_points(request: PersonRequest) -> HttpResponse:
    """The head, what ends next, and what each service earned. Holds whose time is over are given back first."""
    me, now = request.user, timezone.now()
    commands.expire_vouchers(now=now, person_id=me.pk)
    page = queries.award_page(me, request.GET.get("cursor", ""))
    shown = {"points": queries.points_of(me, now), "lots": queries.lots_of(me), "page": page, "vouchers": queries.waiting_vouchers(me, now)}
    return render(request, "redemption/my_points.html", shown)


@login_required
@require_safe
def points_statement(request: PersonRequest) -> HttpResponse:
    """Every movement of the account, newest first, with the balance after it."""
    form = forms.FindLines(request.GET)
    page = queries.statement_page(request.user, cursor=request.GET.get("cursor", ""), **form.chosen())
    return render(request, "redemption/points_statement.html", {"page": page, "form": form, "is_filtered": bool(form.chosen())})


@login_required
@require_safe
def export_points(request: PersonRequest) -> StreamingHttpResponse:
    """The statement as a workbook."""
    headers = [_("时间"), _("事项"), _("说明"), _("变动"), _("余额")]
    rows = (_cells(line) for line in queries.statement_lines(request.user, **forms.FindLines(request.GET).chosen()))
    return workbook(_("积分流水"), headers, rows)


def _cells(line: StatementLine) -> list[Any]:
    return [line.at, line.label, line.memo, line.points, line.balance]


@login_required
@require_safe
def household(request: PersonRequest) -> HttpResponse:
    return _household_page(request, forms.InviteToHousehold())


@login_required
@require_POST
def invite_to_household(request: PersonRequest) -> HttpResponse:
    form = forms.InviteToHousehold(request.POST)
    if form.is_valid():
        try:
            commands.invite_to_household(actor=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已邀请，对方同意后就能合用。"))
            return redirect("household")
        except Refused as refusal:
            tell(form, refusal)
    return _household_page(request, form, status=422)


@login_required
@require_POST
def answer_invitation(request: PersonRequest, place_id: int) -> HttpResponse:
    is_yes = request.POST.get("answer") == "yes"
    commands.answer_invitation(actor=request.user, place_id=place_id, is_yes=is_yes, now=timezone.now())
    messages.success(request, _("现在可以合用积分了。") if is_yes else _("已谢绝。"))
    return redirect("household")


@login_required
@require_POST
def leave_household(request: PersonRequest, place_id: int) -> HttpResponse:
    commands.leave_household(actor=request.user, place_id=place_id, now=timezone.now())
    messages.success(request, _("已退出，各人的积分还是各人的。"))
    return redirect("household")


def _household_page(request: PersonRequest, form: forms.InviteToHousehold, status: int = 200) -> HttpResponse:
    shown = queries.household_page(request.user, timezone.now())
    return render(request, "redemption/household.html", {"shown": shown, "form": form}, status=status)
