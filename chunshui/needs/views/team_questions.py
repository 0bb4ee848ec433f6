"""A leader answers for the team that was asked: names members who go, or says that the team cannot."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from chunshui.kernel.http import PersonRequest, answered
from chunshui.needs import commands, queries
from chunshui.needs.forms import volunteer as forms


@login_required
@never_cache
def accept_for_team(request: PersonRequest, team_id: int, need_id: int) -> HttpResponse:
    """What is asked, when and roughly where, and which members could go. The address comes to those who go."""
    now = timezone.now()
    question = queries.team_question(request.user, need_id, team_id, now)
    members = queries.members_who_fit(request.user, need_id, team_id, now) if question.is_open else []
    form = forms.TeamAnswer(request.POST if request.method == "POST" else None, members=[(each.person_id, each.words) for each in members])
    who: dict[str, Any] = {"actor": request.user, "need_id": need_id, "team_id": team_id}
    if answered(form, lambda: commands.accept_for_team(**who, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("接好了，谢谢你们队。派去的队员马上收到消息。"))
        return redirect("volunteer_home")
    if request.method == "POST":
        question = queries.team_question(request.user, need_id, team_id, now)
    context = {"question": question, "form": form, "need_id": need_id}
    return render(request, "needs/volunteer/team_question.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def decline_for_team(request: PersonRequest, team_id: int, need_id: int) -> HttpResponse:
    """No costs nothing."""
    question = queries.team_question(request.user, need_id, team_id, timezone.now())
    form = forms.DeclineOffer(request.POST if request.method == "POST" else None)
    who: dict[str, Any] = {"actor": request.user, "need_id": need_id, "team_id": team_id}
    if answered(form, lambda: commands.decline_for_team(**who, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("好的，我们问别人。接不了没关系。"))
        return redirect("volunteer_home")
    context = {"question": question, "form": form, "need_id": need_id}
    return render(request, "needs/volunteer/team_declines.html", context, status=422 if form.errors else 200)
