"""The pages of an order that stands: follow it, change it, call it off, confirm it, rate it, complain."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.http import PersonRequest, answered
from chunshui.needs import commands, queries
from chunshui.needs.forms import resident as forms
from chunshui.needs.states import Channel
from chunshui.needs.views.picture import qr_png


@require_GET
@login_required
@never_cache
def my_needs(request: PersonRequest) -> HttpResponse:
    """Orders for me and orders I placed, newest first."""
    now, text = timezone.now(), request.GET.get("q", "").strip()[:40]
    page = queries.slips(request.user, now, request.GET.get("cursor", ""), text)
    return render(request, "needs/my_needs.html", {"page": page, "q": text})


@require_GET
@login_required
@never_cache
def need(request: PersonRequest, need_id: int) -> HttpResponse:
    """One order: where it stands, who comes, the code, and every step in plain words."""
    try:
        return render(request, "needs/need.html", _context(request, need_id))
    except NotFound:
        return _where_it_is_served(request, need_id)


def _where_it_is_served(request: PersonRequest, need_id: int) -> HttpResponse:
    """A message links to the order: a volunteer's page of it is the place held, or the question asked."""
    kind, number = queries.served_page(request.user, need_id)
    return redirect(kind, number) if number else redirect(kind)


def _context(request: PersonRequest, need_id: int, **more: Any) -> dict[str, Any]:
    now = timezone.now()
    shown = queries.own_need(request.user, need_id)
    return {
        "slip": queries.slip(shown, now, request.user),
        "need": shown,
        "may": queries.may(request.user, shown),
        "address": queries.address_for(request.user, shown),
        "history": queries.history_lines(request.user, shown, now),
        "photos": list(shown.photos.all()),
        "series": queries.series_of(request.user, shown, now),
        "rating": getattr(shown, "rating", None),
        "due": queries.by_when(shown.due_at, now),
        **more,
    }


@require_GET
@login_required
@never_cache
def need_qr(request: PersonRequest, need_id: int) -> HttpResponse:
    """The service code as a picture, for the volunteer's camera; only who may show it gets it."""
    shown = queries.own_need(request.user, need_id)
    url = request.build_absolute_uri(reverse("scan", args=[queries.qr_text(shown)]))
    return HttpResponse(qr_png(url), content_type="image/png")


@require_GET
@login_required
@never_cache
def need_photo(request: PersonRequest, photo_id: int) -> HttpResponse:
    photo = queries.visible_photo(request.user, photo_id)
    with photo.image.open("rb") as file:
        return HttpResponse(file.read(), content_type="image/jpeg")


@login_required
@never_cache
def cancel_need(request: PersonRequest, need_id: int) -> HttpResponse:
    """This order; or, of a weekly one, every week from now on."""
    series = queries.series_of(request.user, queries.own_need(request.user, need_id), timezone.now())
    form = forms.CancelNeed(request.POST if request.method == "POST" else None, is_weekly=series is not None and series.can_stop)

    def verb() -> None:
        command = commands.cancel_series if form.ends_series() else commands.cancel_need
        command(actor=request.user, need_id=need_id, reason=form.reason(), now=timezone.now())

    if answered(form, verb):
        messages.success(request, _("取消了。约好的志愿者会收到消息。"))
        return redirect("need", need_id)
    return _page(request, "needs/cancel_need.html", need_id, form)


@require_POST
@login_required
def stop_series(request: PersonRequest, need_id: int) -> HttpResponse:
    """No more weeks; what is placed already stays."""
    try:
        commands.stop_series(actor=request.user, need_id=need_id, now=timezone.now())
    except Refused as refusal:
        return render(request, "needs/need.html", _context(request, need_id, refusal=refusal), status=422)
    messages.success(request, _("停了，以后不再自动点单。已经点好的照常来。"))
    return redirect("need", need_id)


@login_required
@never_cache
def change_note(request: PersonRequest, need_id: int) -> HttpResponse:
    shown = queries.own_need(request.user, need_id)
    form = forms.ChangeNote(request.POST if request.method == "POST" else None, initial={"note_to_volunteer": shown.note_to_volunteer})
    if answered(form, lambda: commands.change_note(actor=request.user, need_id=need_id, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("带到了。接单的志愿者看得到。"))
        return redirect("need", need_id)
    return _page(request, "needs/change_note.html", need_id, form)


@require_POST
@login_required
def confirm_delivery(request: PersonRequest, need_id: int) -> HttpResponse:
    """The help arrived. A refusal is said on the order's own page."""
    try:
        commands.confirm_delivery(actor=request.user, need_id=need_id, now=timezone.now())
    except Refused as refusal:
        return render(request, "needs/need.html", _context(request, need_id, refusal=refusal), status=422)
    messages.success(request, _("好的，记下了。帮得怎么样，请您评一评。"))
    return redirect("rate_need", need_id)


@require_POST
@login_required
def call_volunteer(request: PersonRequest, need_id: int, assignment_id: int) -> HttpResponse:
    """The number of who comes; the look is kept, and the volunteer can see it."""
    queries.own_need(request.user, need_id)
    try:
        phone = commands.see_phone(actor=request.user, assignment_id=assignment_id, whose="volunteer", now=timezone.now())
    except Refused as refusal:
        return render(request, "needs/need.html", _context(request, need_id, refusal=refusal), status=422)
    return render(request, "needs/need.html", _context(request, need_id, phone=phone, phone_of=assignment_id))


@login_required
@never_cache
def rate_need(request: PersonRequest, need_id: int) -> HttpResponse:
    shown = queries.own_need(request.user, need_id)
    form = forms.RateNeed(request.POST if request.method == "POST" else None)
    channel = Channel.WEB if request.user.pk == shown.resident_id else Channel.PROXY
    rate = lambda: commands.rate_need(actor=request.user, need_id=need_id, channel=channel, now=timezone.now(), **form.rating())  # noqa: E731
    if answered(form, rate):
        messages.success(request, _("评好了，谢谢您。"))
        return redirect("need", need_id)
    return _page(request, "needs/rate_need.html", need_id, form)


@login_required
@never_cache
def complain(request: PersonRequest, need_id: int) -> HttpResponse:
    form = forms.Complain(request.POST if request.method == "POST" else None)
    if answered(form, lambda: commands.complain(actor=request.user, need_id=need_id, now=timezone.now(), **form.cleaned_data)):
        messages.success(request, _("收到了。由没经手的人来查，查完给您回话。"))
        return redirect("need", need_id)
    return _page(request, "needs/complain.html", need_id, form)


def _page(request: PersonRequest, name: str, need_id: int, form: django_forms.Form) -> HttpResponse:
    context = _context(request, need_id, form=form)
    return render(request, name, context, status=422 if form.errors else 200)
