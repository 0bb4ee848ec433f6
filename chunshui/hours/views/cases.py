"""The review queue of hours, appeals, and the repair of a bar."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chunshui.hours import commands, queries
from chunshui.hours.forms import cases as forms
from chunshui.hours.states import AppealState, CaseState
from chunshui.kernel import clock
from chunshui.kernel.http import PersonRequest, answered, staff_only
from chunshui.people import queries as people


@require_GET
@staff_only
@never_cache
def hour_cases(request: PersonRequest) -> HttpResponse:
    """What is worth a look, what weighs most first."""
    state = CaseState.CLOSED if request.GET.get("ended") else CaseState.OPEN
    page = queries.cases_in(request.user, people.staff_area(request.user), state, request.GET.get("cursor", ""))
    lines = [(case, queries.case_title(case), queries.case_words(case)) for case in page]
    return render(request, "hours/desk/cases.html", {"page": page, "lines": lines, "ended": state == CaseState.CLOSED})


@staff_only
@never_cache
def decide_case(request: PersonRequest, case_id: int) -> HttpResponse:
    """All that it is about, and the decision of somebody who had no part in it."""
    shown = queries.case_page(request.user, case_id)
    form = forms.Decide(request.POST if request.method == "POST" else None)
    who: dict[str, Any] = {"actor": request.user, "case_id": case_id}
    if answered(form, lambda: commands.decide_case(**who, now=timezone.now(), **form.values())):
        messages.success(request, _("核实结果记下了。"))
        return redirect("hour_cases")
    return render(request, "hours/desk/case.html", {"shown": shown, "form": form}, status=422 if form.errors else 200)


@require_GET
@staff_only
@never_cache
def hour_appeals(request: PersonRequest) -> HttpResponse:
    state = request.GET.get("state", AppealState.OPEN)
    page = queries.appeals_in(request.user, people.staff_area(request.user), state, request.GET.get("cursor", ""))
    return render(request, "hours/desk/appeals.html", {"page": page, "state": state, "states": AppealState.choices})


@require_GET
@login_required
@never_cache
def my_appeals(request: PersonRequest) -> HttpResponse:
    return render(request, "hours/appeals.html", {"page": queries.appeals_of(request.user, request.GET.get("cursor", ""))})


@login_required
@never_cache
def appeal_record(request: PersonRequest, record_id: int) -> HttpResponse:
    """Beginning with the times that the record says."""
    record = queries.visible_record(request.user, record_id)
    start, end = clock.local(record.started_at), clock.local(record.ended_at)
    given = {"day_1": start.date(), "from_1": start.time(), "until_1": end.time()}
    form = forms.AppealRecord(request.POST if request.method == "POST" else None, initial=given)
    who: dict[str, Any] = {"actor": request.user, "record_id": record_id}
    if answered(form, lambda: commands.appeal_record(**who, now=timezone.now(), **form.values())):
        messages.success(request, _("收到了，没经手的人会核实。"))
        return redirect("my_appeals")
    return render(request, "hours/appeal_form.html", {"form": form, "record": record}, status=422 if form.errors else 200)


@login_required
@never_cache
def appeal_missing(request: PersonRequest) -> HttpResponse:
    form = forms.AppealMissing(request.POST if request.method == "POST" else None)
    if answered(form, lambda: commands.appeal_missing(actor=request.user, now=timezone.now(), **form.values())):
        messages.success(request, _("收到了，没经手的人会核实。"))
        return redirect("my_appeals")
    return render(request, "hours/appeal_form.html", {"form": form, "record": None}, status=422 if form.errors else 200)


@require_GET
@login_required
@never_cache
def hour_appeal(request: PersonRequest, appeal_id: int) -> HttpResponse:
    return _appeal(request, appeal_id)


def _appeal(request: PersonRequest, appeal_id: int, grant: Any = None, dismiss: Any = None) -> HttpResponse:
    context = {
        "shown": queries.appeal_page(request.user, appeal_id),
        "grant": grant or forms.Answer(auto_id="grant-%s"),
        "dismiss": dismiss or forms.Answer(auto_id="dismiss-%s"),
    }
    template = "hours/desk/appeal.html" if request.user.is_staff_now else "hours/appeal.html"
    return render(request, template, context, status=422 if grant or dismiss else 200)


@require_POST
@login_required
def grant_appeal(request: PersonRequest, appeal_id: int) -> HttpResponse:
    form = forms.Answer(request.POST, auto_id="grant-%s")
    if answered(form, lambda: commands.grant_appeal(actor=request.user, appeal_id=appeal_id, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("同意了，已经告诉志愿者。"))
        return redirect("hour_appeal", appeal_id)
    return _appeal(request, appeal_id, grant=form)


@require_POST
@login_required
def dismiss_appeal(request: PersonRequest, appeal_id: int) -> HttpResponse:
    form = forms.Answer(request.POST, auto_id="dismiss-%s")
    if answered(form, lambda: commands.dismiss_appeal(actor=request.user, appeal_id=appeal_id, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("没有同意，原因告诉志愿者了。"))
        return redirect("hour_appeal", appeal_id)
    return _appeal(request, appeal_id, dismiss=form)


@require_POST
@login_required
def withdraw_appeal(request: PersonRequest, appeal_id: int) -> HttpResponse:
    commands.withdraw_appeal(actor=request.user, appeal_id=appeal_id, now=timezone.now())
    messages.success(request, _("申诉撤回了。"))
    return redirect("my_appeals")


@require_POST
@login_required
def repair_sanction(request: PersonRequest, sanction_id: int) -> HttpResponse:
    commands.repair_sanction(actor=request.user, sanction_id=sanction_id, now=timezone.now())
    messages.success(request, _("补录资格恢复了，谢谢您的服务。"))
    return redirect("my_hours")
