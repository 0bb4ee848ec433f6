"""A volunteer's own page: what is offered, a pause, credentials."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chunshui.kernel import choices, clock
from chunshui.kernel.errors import NotFound
from chunshui.kernel.http import PersonRequest
from chunshui.people import commands, queries
from chunshui.people.forms import own, register
from chunshui.people.states import Language, Skill, skills_of
from chunshui.people.views.doors import attempt, typed


@login_required
def my_volunteer(request: PersonRequest) -> HttpResponse:
    volunteer = queries.volunteer_of(request.user)
    if volunteer is None:
        return redirect("register")
    context = {
        "volunteer": volunteer,
        "skills": [Skill(code).label for code in skills_of(volunteer.qualifications)],
        "languages": [Language(code).label for code in choices.from_mask(volunteer.languages)],
        "slots": choices.from_mask(volunteer.free_time),
        "credentials": queries.credentials_held(request.user),
        "pause": own.Pause(),
        "today": clock.today(timezone.now()),
    }
    return render(request, "people/my_volunteer.html", context)


@login_required
def change_volunteer(request: PersonRequest) -> HttpResponse:
    """Skills, free time, reach: what is offered."""
    volunteer = queries.volunteer_of(request.user)
    if volunteer is None:
        raise NotFound
    now = timezone.now()
    form = register.Wishes(typed(request), today=clock.today(now), initial=_offered(volunteer))
    own_id = request.user.pk
    if form.is_valid() and attempt(form, lambda: commands.change_volunteer(actor=request.user, person_id=own_id, now=now, **form.cleaned_data)):
        messages.success(request, _("改好了，从现在起照新的派单。"))
        return redirect("my_volunteer")
    return render(request, "people/change_volunteer.html", {"form": form}, status=422 if form.errors else 200)


def _offered(volunteer: Any) -> dict[str, Any]:
    plain = {name: getattr(volunteer, name) for name in ("reach_metres", "week_limit", "refuses", "introduction")}
    masks = {name: choices.from_mask(getattr(volunteer, name)) for name in ("free_time", "languages")}
    return {**plain, **masks, "skills": skills_of(volunteer.qualifications)}


@login_required
@require_POST
def pause_volunteer(request: PersonRequest, person_id: int) -> HttpResponse:
    """No offers for a while; by the volunteer, or the staff for them."""
    form = own.Pause(request.POST)
    until = form.cleaned_data["until"] if form.is_valid() else None
    commands.pause(actor=request.user, person_id=person_id, until=until, now=timezone.now())
    messages.success(request, _("已经暂停，不再派单。"))
    return _back(request, person_id)


@login_required
@require_POST
def resume_volunteer(request: PersonRequest, person_id: int) -> HttpResponse:
    commands.resume(actor=request.user, person_id=person_id, now=timezone.now())
    messages.success(request, _("已经恢复。"))
    return _back(request, person_id)


@login_required
@require_POST
def leave_volunteer(request: PersonRequest, person_id: int) -> HttpResponse:
    commands.leave(actor=request.user, person_id=person_id, now=timezone.now())
    messages.success(request, _("已经退出，时长和编号都留着。"))
    return _back(request, person_id)


def _back(request: PersonRequest, person_id: int) -> HttpResponse:
    return redirect("my_volunteer") if person_id == request.user.pk else redirect("volunteer", person_id)


@login_required
def add_credential(request: PersonRequest) -> HttpResponse:
    form = own.AddCredential(typed(request))
    if form.is_valid():
        now = timezone.now()
        if attempt(form, lambda: commands.add_credential(actor=request.user, person_id=request.user.pk, now=now, **form.cleaned_data)):
            messages.success(request, _("交上去了，社区核对以后就算数。"))
            return redirect("my_volunteer")
    return render(request, "people/add_credential.html", {"form": form}, status=422 if form.errors else 200)
