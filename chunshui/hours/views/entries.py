"""Hours entered by hand: written, approved by a second person, and read and questioned by everybody."""

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

from chunshui.areas import queries as areas
from chunshui.hours import commands, queries
from chunshui.hours.forms import entries as forms
from chunshui.hours.states import EntryState
from chunshui.kernel.http import PersonRequest, answered, staff_only
from chunshui.people import queries as people


@login_required
@never_cache
def enter_team_hours(request: PersonRequest, team_id: int) -> HttpResponse:
    """For members of a team, by its leader or the staff."""
    team = queries.team_to_enter(request.user, team_id)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.TeamHours(*given, members=queries.members_to_enter(team))
    who: dict[str, Any] = {"actor": request.user, "team_id": team_id}
    if answered(form, lambda: commands.enter_team_hours(**who, now=timezone.now(), **form.values()), intervals="day_1"):
        messages.success(request, _("交上去了。公示期满就计入时长。"))
        return redirect("hour_entries")
    return render(request, "hours/enter.html", {"form": form, "team": team}, status=422 if form.errors else 200)


@login_required
@never_cache
def declare_hours(request: PersonRequest) -> HttpResponse:
    """A volunteer's own word; somebody else approves it."""
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.OwnHours(*given, teams=queries.teams_of_own(request.user))
    if answered(form, lambda: commands.declare_hours(actor=request.user, now=timezone.now(), **form.values()), intervals="day_1"):
        messages.success(request, _("交上去了。工作人员看过、公示期满，就计入时长。"))
        return redirect("hour_entries")
    return render(request, "hours/enter.html", {"form": form, "team": None}, status=422 if form.errors else 200)


@staff_only
@never_cache
def enter_area_hours(request: PersonRequest) -> HttpResponse:
    """For volunteers by their numbers, also such as were recorded in another system."""
    area = people.staff_area(request.user)
    form = forms.AreaHours(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    who: dict[str, Any] = {"actor": request.user, "area_id": area.pk}
    if answered(form, lambda: commands.enter_area_hours(**who, now=timezone.now(), **form.values()), intervals="day_1"):
        messages.success(request, _("交上去了。公示期满就计入时长。"))
        return redirect("hours_desk")
    return render(request, "hours/desk/enter.html", {"form": form, "area": area}, status=422 if form.errors else 200)


@require_GET
@login_required
@never_cache
def hour_entries(request: PersonRequest) -> HttpResponse:
    """What I entered, and what was entered for me."""
    page = queries.entries_of(request.user, request.GET.get("cursor", ""))
    return render(request, "hours/entries.html", {"page": page, "led": queries.teams_to_enter(request.user.pk)})


@require_GET
@staff_only
@never_cache
def hours_desk(request: PersonRequest) -> HttpResponse:
    """The manual entries of the area: first those that wait for a second person."""
    area, state = people.staff_area(request.user), request.GET.get("state", EntryState.WAITING)
    state = state if state in EntryState.values else ""
    page = queries.entries_in(request.user, area, state, request.GET.get("cursor", ""))
    return render(request, "hours/desk/entries.html", {"page": page, "area": area, "state": state, "states": EntryState.choices})


@require_GET
@login_required
@never_cache
def hour_entry(request: PersonRequest, entry_id: int) -> HttpResponse:
    return _entry(request, entry_id)


def _entry(request: PersonRequest, entry_id: int, approve: Any = None, refuse: Any = None) -> HttpResponse:
    context = {
        "shown": queries.entry_page(request.user, entry_id),
        "approve": approve or forms.Approve(auto_id="approve-%s"),
        "refuse": refuse or forms.Refuse(auto_id="refuse-%s"),
    }
    template = "hours/desk/entry.html" if request.user.is_staff_now else "hours/entry.html"
    return render(request, template, context, status=422 if approve or refuse else 200)


@require_POST
@login_required
def approve_entry(request: PersonRequest, entry_id: int) -> HttpResponse:
    form = forms.Approve(request.POST, auto_id="approve-%s")
    if answered(form, lambda: commands.approve_entry(actor=request.user, entry_id=entry_id, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("同意了，开始公示。"))
        return redirect("hour_entry", entry_id)
    return _entry(request, entry_id, approve=form)


@require_POST
@login_required
def refuse_entry(request: PersonRequest, entry_id: int) -> HttpResponse:
    form = forms.Refuse(request.POST, auto_id="refuse-%s")
    if answered(form, lambda: commands.refuse_entry(actor=request.user, entry_id=entry_id, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("没有通过，原因告诉他们了。"))
        return redirect("hour_entry", entry_id)
    return _entry(request, entry_id, refuse=form)


@require_POST
@login_required
def withdraw_entry(request: PersonRequest, entry_id: int) -> HttpResponse:
    commands.withdraw_entry(actor=request.user, entry_id=entry_id, now=timezone.now())
    messages.success(request, _("撤回了，不计时长。"))
    return redirect("hour_entry", entry_id)


@require_GET
@login_required
@never_cache
def hour_file(request: PersonRequest, file_id: int) -> HttpResponse:
    """A photo is shown; a PDF is handed out as a file, never opened on this site."""
    found = queries.visible_file(request.user, file_id)
    with found.file.open("rb") as file:
        answer = HttpResponse(file.read(), content_type="application/pdf" if found.is_pdf else "image/jpeg")
    if found.is_pdf:
        answer.headers["Content-Disposition"] = f'attachment; filename="evidence-{found.pk}.pdf"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@require_GET
def hours_publicity(request: PersonRequest) -> HttpResponse:
    """Everybody may read it, also who is not signed in."""
    area = areas.area_from(request.GET.get("area", ""))
    team = request.GET.get("team", "")
    team_id = int(team) if team.isdecimal() and len(team) < 19 else None
    page = queries.publicity(area, team_id, request.GET.get("cursor", ""))
    return render(request, "hours/publicity.html", {"page": page, "area": area, "communities": areas.communities()[:300]})


@login_required
@never_cache
def report_line(request: PersonRequest, line_id: int) -> HttpResponse:
    """Anybody may say what is wrong with a line; who it was is not shown to those it concerns."""
    line = queries.public_line(line_id)
    form = forms.Report(request.POST if request.method == "POST" else None)
    who: dict[str, Any] = {"actor": request.user, "line_id": line_id}
    if answered(form, lambda: commands.report_line(**who, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("收到了。有人核实以前，这一段不计时长。"))
        return redirect("hours_publicity")
    return render(request, "hours/report.html", {"form": form, "line": line}, status=422 if form.errors else 200)
