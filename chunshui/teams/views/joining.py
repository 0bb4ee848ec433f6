"""Joining and leaving teams, and the members' page of leaders and staff."""

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
from chunshui.kernel.http import PersonRequest, tell
from chunshui.teams import commands, forms, queries
from chunshui.teams.states import MemberState
from chunshui.teams.views.registry import joined


@login_required
@require_safe
def my_teams(request: PersonRequest) -> HttpResponse:
    me = request.user
    return render(request, "teams/my_teams.html", {"memberships": queries.teams_of(me.pk), "filed": queries.filed_by(me.pk)})


@login_required
@require_POST
def apply_to_team(request: PersonRequest, team_id: int) -> HttpResponse:
    form = forms.JoinTeam(request.POST)
    if form.is_valid():
        try:
            row = commands.apply_to_team(actor=request.user, team_id=team_id, now=timezone.now(), **form.cleaned_data)
            is_member = row.state == MemberState.MEMBER
            messages.success(request, _("您已加入。") if is_member else _("已申请，队长同意后会告诉您。"))
            return redirect("team", team_id)
        except Refused as refusal:
            tell(form, refusal)
    return joined(request, team_id, form)


@login_required
@require_POST
def leave_team(request: PersonRequest, team_id: int) -> HttpResponse:
    commands.leave_team(actor=request.user, team_id=team_id, now=timezone.now())
    messages.success(request, _("已离队。"))
    return redirect("my_teams")


@login_required
@require_safe
def team_members(request: PersonRequest, team_id: int) -> HttpResponse:
    team, page = queries.member_list(request.user, team_id, request.GET.get("cursor", ""))
    return render(request, "teams/team_members.html", {"team": team, "page": page})


@login_required
@require_POST
def decide_member(request: PersonRequest, team_id: int | str, person_id: int | str, verb: str) -> HttpResponse:
    """Accept, refuse, take off the list, name a leader or no longer."""
    common: dict[str, Any] = {"actor": request.user, "team_id": int(team_id), "person_id": int(person_id), "now": timezone.now()}
    if verb == "accept":
        commands.accept_member(**common)
    elif verb == "refuse":
        commands.refuse_member(**common)
    elif verb == "remove":
        commands.leave_team(**common)
    else:
        commands.name_leader(is_leader=verb == "lead", **common)
    messages.success(request, _("已记下。"))
    return redirect("team_members", int(team_id))
