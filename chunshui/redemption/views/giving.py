"""The community fund: the public page where every fen goes in and out, giving back, and the staff's second look."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chunshui.areas import queries as areas
from chunshui.areas.states import AreaKind
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.http import PersonRequest, staff_only, tell
from chunshui.people import queries as people
from chunshui.redemption import commands, forms, queries
from chunshui.redemption.states import COMING_IN, yuan
from chunshui.redemption.views.answering import chosen_area, workbook

FEN = {"fen": "yuan"}


@require_safe
def my_fund(request: PersonRequest) -> HttpResponse:
    """The fund of the community that one acts in, chose or lives in; else the choice of one."""
    acting = request.user.acting
    area = areas.area_from(str(acting.area_id or "")) or chosen_area(request) or getattr(request.user, "community", None)
    if area is not None and area.kind == AreaKind.COMMUNITY:
        return redirect("fund", area.pk)
    within = areas.areas_below(area, AreaKind.COMMUNITY) if area is not None else areas.communities()
    return render(request, "redemption/fund_choice.html", {"communities": within[:300], "area": area})


@require_safe
def fund(request: PersonRequest, area_id: int) -> HttpResponse:
    area, form = _community(area_id), forms.FindEntries(request.GET)
    filters = queries.FundFilters(text=request.GET.get("q", "")[:60], **form.filters())
    page = queries.fund_entries(area, filters, request.GET.get("cursor", ""))
    shown = {"page": page, "form": form, "q": filters.text, "is_filtered": bool(form.filters()), "shown": queries.fund_page(area), "area": area}
    return render(request, "redemption/fund.html", {**shown, "coming_in": COMING_IN})


@require_safe
def export_fund(request: PersonRequest, area_id: int) -> Any:
    area = _community(area_id)
    filters = queries.FundFilters(text=request.GET.get("q", "")[:60], **forms.FindEntries(request.GET).filters())
    headers = [_("编号"), _("收支"), _("元"), _("哪个月的"), _("往来单位"), _("说明"), _("状态"), _("入账时间"), _("凭证")]
    rows = (
        [row.pk, row.get_kind_display(), (row.fen if row.kind in COMING_IN else -row.fen) / 100, f"{row.month:%Y-%m}", row.party, row.words,
         row.get_state_display(), row.decided_at, len(row.receipts.all())]
        for row in queries.entries_to_export(area, filters)
    )  # fmt: skip
    return workbook(_("社区基金"), headers, rows)


@require_safe
def fund_entry(request: PersonRequest, entry_id: int) -> HttpResponse:
    return _entry_page(request, entry_id, forms.DecideEntry())


@require_safe
def fund_receipt(request: PersonRequest, receipt_id: int) -> HttpResponse:
    row = queries.receipt(request.user, receipt_id)
    with row.image.open("rb") as file:
        return HttpResponse(file.read(), content_type="image/jpeg")


@login_required
@require_POST
def decide_entry(request: PersonRequest, entry_id: int | str, verb: str) -> HttpResponse:
    """Confirm, refuse, reverse."""
    form = forms.DecideEntry(request.POST)
    form.is_valid()
    common: dict[str, Any] = {
        "actor": request.user,
        "entry_id": int(entry_id),
        "opinion": form.cleaned_data.get("opinion", ""),
        "now": timezone.now(),
    }
    try:
        if verb == "confirm":
            commands.confirm_entry(**common)
        elif verb == "refuse":
            commands.refuse_entry(**common)
        else:
            commands.reverse_entry(**common)
    except Refused as refusal:
        tell(form, refusal)
        return _entry_page(request, int(entry_id), form, status=422)
    messages.success(request, _("已记下。"))
    return redirect("fund_entry", int(entry_id))


@staff_only
@require_safe
def fund_waiting(request: PersonRequest) -> HttpResponse:
    area = people.staff_area(request.user)
    page = queries.waiting_entries(request.user, area, request.GET.get("cursor", ""))
    return render(request, "redemption/fund_waiting.html", {"page": page, "area": area, "is_community": area.kind == AreaKind.COMMUNITY})


@staff_only
def declare_entry(request: PersonRequest) -> HttpResponse:
    """Money out of the fund, and money in that comes from no shop."""
    area = people.staff_area(request.user)
    if area.kind != AreaKind.COMMUNITY:
        raise NotFound
    form = forms.DeclareEntry(*_posted(request), initial={"month": clock.month_start(timezone.now())})
    if request.method == "POST" and form.is_valid():
        try:
            made = commands.declare_entry(actor=request.user, area_id=area.pk, now=timezone.now(), **form.entry())
            messages.success(request, _("已提交，另一位同事核对后入账。"))
            return redirect("fund_entry", made.pk)
        except Refused as refusal:
            tell(form, refusal, **FEN)
    return render(request, "redemption/declare_entry.html", {"form": form, "area": area}, status=422 if form.errors else 200)


@login_required
def give_back(request: PersonRequest, merchant_id: int) -> HttpResponse:
    """What a shop gave, what it pledged, and the form for more."""
    merchant = queries.own_merchant(request.user, merchant_id)
    form = forms.GiveBack(*_posted(request), initial={"month": clock.month_start(timezone.now())})
    if request.method == "POST" and form.is_valid():
        try:
            commands.give_back(actor=request.user, merchant_id=merchant_id, now=timezone.now(), **form.entry())
            messages.success(request, _("谢谢！社区核对后就公开。"))
            return redirect("give_back", merchant_id)
        except Refused as refusal:
            tell(form, refusal, **FEN)
    return _giving_page(request, merchant, form, forms.PledgeShare(), 422 if form.errors else 200)


@login_required
@require_POST
def pledge_share(request: PersonRequest, merchant_id: int) -> HttpResponse:
    merchant = queries.own_merchant(request.user, merchant_id)
    form = forms.PledgeShare(request.POST)
    if form.is_valid():
        try:
            commands.pledge_share(actor=request.user, merchant_id=merchant_id, now=timezone.now(), **form.pledge())
            messages.success(request, _("已记下。"))
            return redirect("give_back", merchant_id)
        except Refused as refusal:
            tell(form, refusal, permille="percent")
    start = {"month": clock.month_start(timezone.now())}
    return _giving_page(request, merchant, forms.GiveBack(initial=start), form, 422)


def _giving_page(request: PersonRequest, merchant: Any, form: Any, pledge_form: Any, status: int) -> HttpResponse:
    shown = {
        "merchant": merchant,
        "form": form,
        "pledge_form": pledge_form,
        "pledge": queries.pledge_of(merchant),
        "given": yuan(queries.given_by(merchant)),
        "page": queries.entries_of(merchant, request.GET.get("cursor", "")),
        "own": queries.clerk_of(request.user, merchant),
        "coming_in": COMING_IN,
    }
    return render(request, "redemption/giving.html", shown, status=status)


def _posted(request: PersonRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _community(area_id: int) -> Any:
    """A community; only communities have a fund."""
    area = areas.visible_area(area_id)
    if area.kind != AreaKind.COMMUNITY:
        raise NotFound
    return area


def _entry_page(request: PersonRequest, entry_id: int, form: Any, status: int = 200) -> HttpResponse:
    shown = queries.entry_page(request.user, entry_id)
    return render(request, "redemption/fund_entry.html", {"shown": shown, "entry": shown.entry, "form": form}, status=status)
