"""Home, the components page and the error pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from chunshui.areas import queries as areas
from chunshui.needs import queries as needs
from chunshui.notices import queries as notices
from chunshui.people import queries as people
from chunshui.portal import forms
from chunshui.redemption import queries as redemption

YEAR = 365 * 24 * 3600
TILES = 7


@require_GET
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Two doors, my open order, the menu of the place, and the ways to everything else; signed in or not."""
    now, actor = timezone.now(), request.user if request.user.is_authenticated else None
    community = needs.community_for(actor, request.COOKIES.get("place", ""))
    context: dict[str, Any] = {"community": community}
    big = getattr(request, "ui", "std") != "std"
    context["services"] = needs.choices(community.pk if community else 0)[: 4 if big else TILES]
    if community is not None:
        context["answer_minutes"] = needs.answer_minutes(community, now)
    if actor is not None:
        context |= _mine(actor, now)
    return render(request, "portal/home.html", context)


def _mine(actor: Any, now: datetime) -> dict[str, Any]:
    """What waits for the person who is signed in."""
    volunteer = people.volunteer_of(actor)
    return {
        "slips": needs.open_slips(actor, now),
        "volunteer": volunteer,
        "tasks": needs.tasks(actor, now)[:1] if volunteer else [],
        "invited": len(needs.invitations(actor, now)) if volunteer else 0,
        "unread": notices.unread_count(actor),
        "keeps_shop": redemption.acts_for_a_merchant(actor),
    }


@never_cache
def choose_place(request: HttpRequest) -> HttpResponse:
    """Where help is wanted: a street, then its community, kept on this device for a year."""
    onward = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = "/"
    chosen = request.POST.get("community", "")
    if request.method == "POST" and chosen.isdigit() and areas.communities().filter(pk=int(chosen)).exists():
        response = redirect(onward)
        response.set_cookie("place", chosen, max_age=YEAR, samesite="Lax", httponly=True)
        return response
    street = request.GET.get("street", "")
    context: dict[str, Any] = {"onward": onward, "streets": areas.streets()}
    if street.isdigit():
        context |= {"street": areas.visible_area(int(street)), "communities": areas.communities(int(street))}
    return render(request, "portal/choose_place.html", context)


@dataclass(frozen=True)
class SampleRow:
    title: str
    who: str
    due: str
    people: int


@dataclass(frozen=True)
class SamplePage:
    next: str = "next"
    previous: str = "previous"


COMPONENT_PAGES = {
    "phone": "portal/components.html",
    "staff": "portal/components/staff.html",
    "desk": "portal/components/desk.html",
    "kiosk": "portal/components/kiosk.html",
}


def components(request: HttpRequest, shell: str = "phone") -> HttpResponse:
    """Every component in every state; forms answer as they do elsewhere, but nothing is kept."""
    if shell not in COMPONENT_PAGES:
        raise Http404
    posted = request.method == "POST"
    blank = forms.Sample(request.POST if posted else None, initial={"day": "1", "place": "home", "stars": "4", "free": [1, 4, 22]})
    context = {
        "blank": blank,
        "form": blank,
        "wrong": forms.Sample({"wrong-name": ""}, prefix="wrong"),
        "rows": [
            SampleRow(_("代取药：社区医院"), _("冉启明 81 岁 · 南桥巷 3 号"), _("今天 17:00 前"), 1),
            SampleRow(_("推轮椅下楼晒太阳"), _("谭建华 · 桂花巷 6 号"), _("明天下午"), 2),
            SampleRow(_("上门理发"), _("罗德芬 85 岁 · 莺花巷 41 号"), _("周日上午"), 1),
        ],
        "page": SamplePage(),
        "sort": request.GET.get("sort", "due"),
        "view": request.GET.get("view", "list"),
    }
    return render(request, COMPONENT_PAGES[shell], context, status=422 if posted and not blank.is_valid() else 200)


def offline(request: HttpRequest) -> HttpResponse:
    """Kept by the phone for when there is no network."""
    return render(request, "portal/offline.html")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
