"""我的行程: the volunteer's day on foot, in order, on a map and on paper; and another order, with what it would mean."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chunshui.kernel.http import PersonRequest, answered
from chunshui.needs import commands
from chunshui.needs.forms import routes as forms
from chunshui.needs.queries.routes import day as reads


@require_GET
@login_required
@never_cache
def my_route(request: PersonRequest) -> HttpResponse:
    """Only what the reader has promised is on it; nothing else about the residents."""
    now = timezone.now()
    return _page(request, forms.Day(request.GET).chosen(now) or reads.next_day(request.user, now))


def _page(request: PersonRequest, day: date, status: int = 200, **more: Any) -> HttpResponse:
    context = {"afternoon": reads.afternoon(request.user, day, timezone.now()), **more}
    return render(request, "needs/volunteer/my_route.html", context, status=status)


@require_POST
@login_required
def order_visits(request: PersonRequest) -> HttpResponse:
    """Another order: first what it means, then, when one is sure, the new hours."""
    form = forms.OrderVisits(request.POST)
    now, user = timezone.now(), request.user

    def order() -> None:
        given = form.cleaned_data
        commands.order_visits(actor=user, day=given["day"], assignment_ids=given["order"], sure=given["sure"], now=now)

    if answered(form, order):
        messages.success(request, _("顺序换好了，居民会收到新的时间。"))
        return redirect(f"{reverse('my_route')}?day={form.cleaned_data['day']}")
    day = forms.Day(request.POST).chosen(now) or reads.next_day(user, now)
    tried = reads.trial(user, day, form.cleaned_data.get("order") or [], now)
    return _page(request, day, 422, trial=tried, form=form)
