"""The volunteer's pages: today, invitations, the open list, at the door, and afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.http import PersonRequest, answered
from chunshui.needs import commands, queries
from chunshui.needs.forms import volunteer as forms
from chunshui.needs.states import AssignmentState, CheckWay
from chunshui.people import queries as people
from chunshui.people.states import ConsentKind


@require_GET
@login_required
@never_cache
def volunteer_home(request: PersonRequest) -> HttpResponse:
    """Today's first, then who asks, then what is open near by."""
    now = timezone.now()
    context = {
        "volunteer": people.volunteer_of(request.user),
        "tasks": queries.tasks(request.user, now),
        "invitations": queries.invitations(request.user, now),
        "team_questions": queries.team_questions(request.user, now),
        "near": queries.near(request.user, now),
    }
    return render(request, "needs/volunteer/home.html", context)


@require_GET
@login_required
@never_cache
def offer(request: PersonRequest, offer_id: int) -> HttpResponse:
    """What is asked, when and roughly where. The address comes with the yes."""
    return _offer(request, offer_id)


def _offer(request: PersonRequest, offer_id: int, *, refusal: Refused | None = None, status: int = 200) -> HttpResponse:
    now = timezone.now()
    asked = queries.visible_offer(request.user, offer_id)
    found = next((each for each in queries.invitations(request.user, now) if each.offer_id == offer_id), None)
    if asked.volunteer_id != request.user.pk:
        raise NotFound
    context = {"offer": asked, "invitation": found, "refusal": refusal, "title": queries.title(asked.need)}
    return render(request, "needs/volunteer/offer.html", context, status=status)


@require_POST
@login_required
def accept_offer(request: PersonRequest, offer_id: int) -> HttpResponse:
    """Yes. Who comes second is thanked, and nothing is lost."""
    try:
        place = commands.accept_offer(actor=request.user, offer_id=offer_id, now=timezone.now())
    except Refused as refusal:
        return _offer(request, offer_id, refusal=refusal, status=422)
    messages.success(request, _("接好了，谢谢您。到了先对服务码。"))
    return redirect("task", place.pk)


@login_required
@never_cache
def decline_offer(request: PersonRequest, offer_id: int) -> HttpResponse:
    """No costs nothing; a word why is welcome and never needed."""
    form = forms.DeclineOffer(request.POST if request.method == "POST" else None)
    if answered(form, lambda: commands.decline_offer(actor=request.user, offer_id=offer_id, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("好的，我们问别人。接不了没关系。"))
        return redirect("volunteer_home")
    asked = queries.visible_offer(request.user, offer_id)
    context = {"offer": asked, "form": form, "title": queries.title(asked.need)}
    return render(request, "needs/volunteer/decline_offer.html", context, status=422 if form.errors else 200)


@require_GET
@login_required
@never_cache
def open_list(request: PersonRequest) -> HttpResponse:
    """抢单: what waits near me and fits me; the same rules as when somebody asks."""
    page = queries.near(request.user, timezone.now(), request.GET.get("cursor", ""))
    return render(request, "needs/volunteer/open_list.html", {"page": page, "volunteer": people.volunteer_of(request.user)})


@require_POST
@login_required
def claim_need(request: PersonRequest, need_id: int) -> HttpResponse:
    try:
        place = commands.claim_need(actor=request.user, need_id=need_id, now=timezone.now())
    except Refused as refusal:
        page = queries.near(request.user, timezone.now())
        context = {"page": page, "refusal": refusal, "volunteer": people.volunteer_of(request.user)}
        return render(request, "needs/volunteer/open_list.html", context, status=422)
    messages.success(request, _("接好了，谢谢您。到了先对服务码。"))
    return redirect("task", place.pk)


@require_GET
@login_required
@never_cache
def task(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """One place that I hold: whom, where, when, what to bring in mind; 到了 and 做完了."""
    return render(request, "needs/volunteer/task.html", _task(request, assignment_id))


def _task(request: PersonRequest, assignment_id: int, **more: Any) -> dict[str, Any]:
    now: datetime = timezone.now()
    place = queries.visible_assignment(request.user, assignment_id)
    if place.volunteer_id != request.user.pk:
        raise NotFound
    return {
        "task": queries.task(request.user, place, now),
        "need": place.need,
        "dangers": queries.danger_words(place.need),
        "photos": list(place.need.photos.all()),
        "location_agreed": people.has_consent(request.user.pk, ConsentKind.LOCATION, now),
        "code_form": forms.CheckCode(),
        **more,
    }


@require_POST
@login_required
def check_in(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """到了."""
    return _check(request, assignment_id, commands.check_in, _("签到了。做完了再输一次服务码。"))


@require_POST
@login_required
def check_out(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """做完了."""
    return _check(request, assignment_id, commands.check_out, _("辛苦了，时间记好了。"))


def _check(request: PersonRequest, assignment_id: int, verb: Any, words: str) -> HttpResponse:
    form = forms.CheckCode(request.POST)
    if answered(form, lambda: verb(actor=request.user, assignment_id=assignment_id, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, words)
        return redirect("task", assignment_id)
    return render(request, "needs/volunteer/task.html", _task(request, assignment_id, code_form=form, form=form), status=422)


@login_required
@never_cache
def scan(request: PersonRequest, token: str) -> HttpResponse:
    """What the camera opens: the resident's code is already in, one tap checks in or out."""
    place = queries.place_on(request.user, queries.need_of_qr(token))
    if request.method != "POST":
        context = _task(request, place.pk, token=token)
        return render(request, "needs/volunteer/scan.html", context)
    verb = commands.check_out if place.state == AssignmentState.PRESENT else commands.check_in
    try:
        verb(actor=request.user, assignment_id=place.pk, way=CheckWay.QR, code=token, now=timezone.now())
    except Refused as refusal:
        return render(request, "needs/volunteer/scan.html", _task(request, place.pk, token=token, refusal=refusal), status=422)
    messages.success(request, _("辛苦了，时间记好了。") if place.state == AssignmentState.PRESENT else _("签到了。做完了再扫一次。"))
    return redirect("task", place.pk)


@login_required
@never_cache
def release_assignment(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """I cannot come: the order goes back to the front of the queue."""
    form = forms.ReleaseAssignment(request.POST if request.method == "POST" else None)
    release = lambda: commands.release_assignment(  # noqa: E731
        actor=request.user, assignment_id=assignment_id, reason=form.reason(), now=timezone.now()
    )
    if answered(form, release):
        messages.success(request, _("知道了，我们马上另外找人。谢谢您早说。"))
        return redirect("volunteer_home")
    context = _task(request, assignment_id, form=form)
    return render(request, "needs/volunteer/release_assignment.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def remark(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """Thank the resident, or tell the community what was wrong."""
    form = forms.Remark(request.POST if request.method == "POST" else None)
    if answered(form, lambda: commands.remark(actor=request.user, assignment_id=assignment_id, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("收到了，谢谢您。"))
        return redirect("my_services")
    return render(request, "needs/volunteer/remark.html", _task(request, assignment_id, form=form), status=422 if form.errors else 200)


@require_GET
@login_required
@never_cache
def my_services(request: PersonRequest) -> HttpResponse:
    page = queries.served(request.user, timezone.now(), request.GET.get("cursor", ""))
    return render(request, "needs/volunteer/my_services.html", {"page": page, "volunteer": people.volunteer_of(request.user)})


@require_GET
@login_required
@never_cache
def my_answers(request: PersonRequest) -> HttpResponse:
    """What is remembered of my answers, in plain words; mine alone."""
    return render(request, "needs/volunteer/my_answers.html", {"remembered": queries.remembered_of(request.user)})


@require_POST
@login_required
def call_resident(request: PersonRequest, assignment_id: int) -> HttpResponse:
    """The resident's number, for the person who is coming; the look is logged and the resident sees it."""
    phone = commands.see_phone(actor=request.user, assignment_id=assignment_id, whose="resident", now=timezone.now())
    return render(request, "needs/volunteer/task.html", _task(request, assignment_id, phone=phone))
