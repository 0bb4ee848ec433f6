"""Choosing where one is, and the settings of the district."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chunshui.areas import commands, forms, policies, queries
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.http import YEAR, PersonRequest, tell

if TYPE_CHECKING:
    from chunshui.areas.models import Area


def choose_area(request: HttpRequest) -> HttpResponse:
    """Street, then community; the cookie `area` remembers it for a year."""
    onward = request.POST.get("next") or request.GET.get("next", "")
    chosen = queries.area_from(request.POST.get("area", "")) if request.method == "POST" else None
    if chosen is None:
        return render(request, "areas/choose_area.html", {**_choices(request), "next": onward})
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()})
    response = redirect(onward if safe else "home")
    response.set_cookie("area", str(chosen.pk), max_age=YEAR, samesite="Lax", httponly=True)
    return response


def _choices(request: HttpRequest) -> dict[str, object]:
    street = queries.area_from(request.GET.get("street", ""))
    shown = queries.communities(street.pk) if street else queries.streets()
    return {"street": street, "choices": shown, "now_in": queries.area_from(request.COOKIES.get("area", ""))}


@login_required
def settings_rules(request: PersonRequest) -> HttpResponse:
    area = _own_area(request)
    return render(request, "areas/settings_rules.html", {"area": area, "lines": queries.rule_lines(area, timezone.now())})


@login_required
def set_rule(request: PersonRequest, key: str) -> HttpResponse:
    area, declared, now = _own_area(request), queries.declared_rule(key), timezone.now()
    form = forms.SetRule(declared, request.POST if request.method == "POST" else None, initial={"effective_on": clock.today(now)})
    if request.method == "POST" and form.is_valid():
        try:
            commands.set_rule(area_id=area.pk, key=key, actor=request.user, now=now, **form.cleaned_data)
            messages.success(request, _("已记下，到那天生效。"))
            return redirect("settings_rules")
        except Refused as refusal:
            tell(form, refusal)
    line = next(each for each in queries.rule_lines(area, now) if each.rule.key == key)
    shown = {"area": area, "line": line, "form": form, "history": queries.rule_history(area, key)}
    shown |= {"back": reverse("settings_rules"), "back_words": _("规则设置")}
    return render(request, "areas/set_rule.html", shown, status=422 if form.errors else 200)


@login_required
def calendar_days(request: PersonRequest) -> HttpResponse:
    policies.can_set_day(request.user).or_refuse()
    now = timezone.now()
    form = forms.SetDay(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.set_day(actor=request.user, now=now, **form.cleaned_data)
            messages.success(request, _("已记入工作日历。"))
            return redirect("calendar_days")
        except Refused as refusal:
            tell(form, refusal)
    shown = {"form": form, "days": queries.day_overrides(clock.today(now)), "today": clock.today(now)}
    return render(request, "areas/calendar_days.html", shown, status=422 if form.errors else 200)


@login_required
@require_POST
def clear_day(request: PersonRequest) -> HttpResponse:
    form = forms.ClearDay(request.POST)
    if not form.is_valid():
        raise NotFound
    commands.clear_day(actor=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("已按国家日历。"))
    return redirect("calendar_days")


def _own_area(request: PersonRequest) -> Area:
    """The area of the role one acts in; refused to whoever sets no rules."""
    acting = request.user.acting
    area = queries.visible_area(acting.area_id) if acting.area_id else queries.district()
    policies.can_set_rule(request.user, area).or_refuse()
    return area
