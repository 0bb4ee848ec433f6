"""A volunteer's own hours."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from chunshui.hours import queries
from chunshui.kernel.http import PersonRequest


@login_required
@require_safe
def my_hours(request: PersonRequest) -> HttpResponse:
    me = request.user
    page = queries.records_of(me, me.pk, request.GET.get("cursor", ""))
    return render(request, "hours/my_hours.html", {"page": page, "totals": queries.totals(me, me.pk, timezone.now())})
