"""The kiosk: a standing touch screen in the largest mode, on which every visit begins clean."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chunshui.needs.views.draft import KIOSK, PLACED
from chunshui.needs.views.walk import Walk
from chunshui.people import commands as people


@require_GET
@never_cache
def kiosk(request: HttpRequest) -> HttpResponse:
    """A standing touch screen: the largest mode, and every visit begins clean."""
    if request.session.get(KIOSK):
        clean(request)
        request.session.pop(PLACED, None)
    request.session[KIOSK] = True
    walk = Walk(request)
    if walk.community is None:
        return redirect(f"{reverse('choose_place')}?next={reverse('kiosk')}")
    return render(request, "needs/ask/kiosk.html", {"services": walk.asking.services, "community": walk.community})


@require_POST
def leave_kiosk(request: HttpRequest) -> HttpResponse:
    """This screen is an ordinary browser again."""
    request.session.flush()
    return redirect("home")


def clean(request: HttpRequest) -> None:
    """The next person must find nothing of this one."""
    placed = request.session.get(PLACED)
    people.forget_session(session_key=str(request.session.session_key))
    logout(request)
    request.session[KIOSK] = True
    if placed:
        request.session[PLACED] = placed
