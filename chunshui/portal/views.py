"""Home, the components page and the error pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from chunshui.portal import forms


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html")


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
