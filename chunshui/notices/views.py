"""The inbox."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from chunshui.kernel.http import PersonRequest
from chunshui.notices import commands, queries


@login_required
@require_safe
def inbox(request: PersonRequest) -> HttpResponse:
    page = queries.inbox(request.user, request.GET.get("cursor", ""))
    return render(request, "notices/inbox.html", {"page": page, "unread": queries.unread_count(request.user)})


@login_required
@require_POST
def mark_read(request: PersonRequest, message_id: int | None = None) -> HttpResponse:
    """Mark one message read and go where it leads, or all and stay."""
    commands.mark_read(actor=request.user, message_id=message_id, now=timezone.now())
    if message_id is None:
        return redirect("inbox")
    return redirect(_own(request, queries.visible_message(request.user, message_id).url) or "inbox")


def _own(request: HttpRequest, url: str) -> str:
    return url if url_has_allowed_host_and_scheme(url, {request.get_host()}) else ""
