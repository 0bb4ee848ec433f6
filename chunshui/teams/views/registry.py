"""The register: the public list and page of a team, filing, changing, reviewing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chunshui.areas import queries as areas
from chunshui.kernel import clock, export
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.http import PersonRequest, staff_only, tell
from chunshui.teams import commands, forms, queries

if TYPE_CHECKING:
    from chunshui.teams.models import Team


@require_safe
def teams(request: PersonRequest) -> HttpResponse:
    """The register: for staff in the area they act in, for everyone else in the area they chose."""
    actor, text = request.user, request.GET.get("q", "")[:60]
    is_staff = bool(actor.pk and actor.is_staff_now and actor.acting.area_id)
    area = areas.area_from(request.GET.get("area") or (str(actor.acting.area_id) if is_staff else request.COOKIES.get("area", "")))
    form = forms.FindTeams(request.GET)
    page = queries.find_teams(area, text=text, cursor=request.GET.get("cursor", ""), **form.filters())
    shown = {"page": page, "form": form, "q": text, "area": area, "is_filtered": bool(form.filters())}
    return render(request, "teams/teams_staff.html" if is_staff else "teams/teams.html", shown)


@require_safe
def team(request: PersonRequest, team_id: int) -> HttpResponse:
    return _team_page(request, team_id, {})


@login_required
def file_team(request: PersonRequest) -> HttpResponse:
    start = {"area_id": request.user.community_id or request.COOKIES.get("area", "")}
    form = forms.FileTeam(request.POST if request.method == "POST" else None, initial=start)
    parent = request.GET.get("parent", "")
    if request.method == "POST" and form.is_valid():
        try:
            parent_id = int(parent) if parent.isdecimal() and len(parent) < 19 else None
            made = commands.file_team(actor=request.user, parent_id=parent_id, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已提交，工作人员审核后就能公开。"))
            return redirect("team", made.pk)
        except Refused as refusal:
            tell(form, refusal)
    return render(request, "teams/file_team.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def change_team(request: PersonRequest, team_id: int) -> HttpResponse:
    shown = queries.team_page(request.user, team_id)
    if not shown.can_change:
        raise NotFound
    form = forms.TeamDetails(request.POST if request.method == "POST" else None, initial={**vars(shown.team), **shown.team.proposed})
    if request.method == "POST" and form.is_valid():
        try:
            changed = commands.change_team(actor=request.user, team_id=team_id, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已提交，名称和类型审核后才更改。") if changed.is_change_waiting else _("已更改。"))
            return redirect("team", team_id)
        except Refused as refusal:
            tell(form, refusal)
    return render(request, "teams/file_team.html", {"form": form, "team": shown.team}, status=422 if form.errors else 200)


@staff_only
@require_safe
def export_teams(request: PersonRequest) -> Any:
    """The list as a workbook, leaders masked."""
    acting = request.user.acting
    area = areas.visible_area(acting.area_id) if acting.area_id else None
    filters = {**forms.FindTeams(request.GET).filters(), "text": request.GET.get("q", "")[:60]}
    headers = [_("编号"), _("队伍名称"), _("队伍类型"), _("所在社区"), _("服务类别"), _("队员"), _("常备"), _("队长"), _("成立日期")]
    rows = (_cells(row) for row in queries.teams_to_export(area, filters))
    answer = StreamingHttpResponse(export.workbook(_("志愿队伍"), headers, rows), content_type=export.CONTENT_TYPE)
    answer.headers["Content-Disposition"] = content_disposition_header(True, export.file_name(_("志愿队伍"), clock.today(timezone.now())))
    return answer


def _cells(team: Team) -> list[Any]:
    leaders = "、".join(row.person.masked_name for row in team.leading)  # type: ignore[attr-defined]
    words = "、".join(queries.category_words(team))
    standing = _("是") if team.is_standing else ""
    return [team.number, team.name, team.get_kind_display(), str(team.area), words, team.members_count, standing, leaders, team.founded_on]


@staff_only
@require_safe
def review_teams(request: PersonRequest) -> HttpResponse:
    page = queries.review_queue(request.user, request.GET.get("cursor", ""))
    return render(request, "teams/review_teams.html", {"page": page})


@login_required
@require_POST
def review_team(request: PersonRequest, team_id: int) -> HttpResponse:
    form = forms.ReviewTeam(request.POST)
    if form.is_valid():
        try:
            commands.review_team(actor=request.user, team_id=team_id, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("已审核，结果已告诉申报人。"))
            return redirect("review_teams")
        except Refused as refusal:
            tell(form, refusal)
    return _team_page(request, team_id, {"form": form, "review_form": form}, status=422)


@login_required
@require_POST
def decide_team(request: PersonRequest, team_id: int | str, verb: str) -> HttpResponse:
    """Suspend, restore, mark as standing or no longer."""
    team_id = int(team_id)
    form = forms.Reason(request.POST)
    form.is_valid()
    common: dict[str, Any] = {"actor": request.user, "team_id": team_id, "now": timezone.now()}
    if verb == "suspend":
        commands.suspend_team(reason=form.cleaned_data.get("reason", ""), **common)
    elif verb == "restore":
        commands.restore_team(**common)
    else:
        commands.set_standing(is_standing=verb == "standing", **common)
    messages.success(request, _("已记下。"))
    return redirect("team", team_id)


def _team_page(request: PersonRequest, team_id: int, more: dict[str, Any], status: int = 200) -> HttpResponse:
    shown = queries.team_page(request.user, team_id)
    start = {"review_form": forms.ReviewTeam(), "join_form": forms.JoinTeam(), "reason_form": forms.Reason()}
    return render(request, "teams/team.html", {"shown": shown, "team": shown.team, **start, **more}, status=status)


def joined(request: HttpRequest, team_id: int, form: django_forms.Form) -> HttpResponse:
    """The page of a team with a join form that was refused."""
    return _team_page(request, team_id, {"form": form, "join_form": form}, status=422)  # type: ignore[arg-type]
