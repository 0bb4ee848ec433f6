"""The menu as the staff keep it: the district's services, a community's own, what residents see of both."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chunshui.areas import queries as areas
from chunshui.areas.states import AreaKind
from chunshui.kernel.errors import NotFound
from chunshui.kernel.http import PersonRequest, answered, staff_only
from chunshui.needs import commands, queries
from chunshui.needs.forms import menu as forms
from chunshui.needs.queries import desk as reads


@staff_only
@never_cache
def service_menu(request: PersonRequest) -> HttpResponse:
    """What a community offers of the district's menu, and its own services; above the communities the district's menu itself."""
    community = _community(request)
    form = forms.MenuLine(request.POST if request.method == "POST" else None)
    if community is not None and answered(form, lambda: _set_line(request, community, form)):
        messages.success(request, _("改好了。"))
        return redirect(f"{request.path}?community={community.pk}")
    context = _kept(request, community) | {"lines": _lines(community, form if form.errors else None), "form": form if form.errors else None}
    return render(request, "needs/desk/service_menu.html", context, status=422 if form.errors else 200)


def _kept(request: PersonRequest, community: Any) -> dict[str, Any]:
    """The services that are kept as they are on this page: the district's above, a community's own within it."""
    key = community.pk if community is not None else None
    return {
        "community": community,
        "communities": areas.areas_below(reads.acting_area(request.user), AreaKind.COMMUNITY)[:200],
        "services": queries.services_of(key),
        "retired": queries.services_of(key, is_offered=False),
        "may_add": queries.may_change_service(request.user, community),
        "inside": f"?community={key}" if key is not None else "",
    }


def _set_line(request: PersonRequest, community: Any, form: forms.MenuLine) -> Any:
    given = form.cleaned_data
    rest = {"is_offered": given["is_offered"], "note": given["note"], "minutes": given["minutes"]}
    return commands.set_menu_line(actor=request.user, community_id=community.pk, service_code=given["service"], now=timezone.now(), **rest)


def _community(request: PersonRequest) -> Any:
    """The community asked for, or the one of the acting role; None until an official chooses."""
    area = reads.acting_area(request.user)
    asked = request.GET.get("community", "")
    if asked.isdecimal() and len(asked) < 19:
        found = areas.visible_area(int(asked))
        return found if found.path.startswith(area.path) and found.kind == AreaKind.COMMUNITY else None
    return area if area.kind == AreaKind.COMMUNITY else None


def _lines(community: Any, bound: forms.MenuLine | None) -> list[dict[str, Any]]:
    """The district's menu with what this community made of it."""
    if community is None:
        return []
    rows = queries.whole_menu(community.pk)
    return [_line(service, is_offered, bound) for service, is_offered in rows if service.community_id is None]


def _line(service: Any, is_offered: bool, bound: forms.MenuLine | None) -> dict[str, Any]:
    initial = {"service": service.code, "is_offered": is_offered, "note": service.note, "minutes": service.minutes}
    refused = bound is not None and bound["service"].value() == service.code
    form = bound if refused else forms.MenuLine(initial=initial, auto_id=f"{service.code}-%s")
    return {"service": service, "form": form, "is_offered": is_offered}


@require_GET
@staff_only
@never_cache
def menu_preview(request: PersonRequest) -> HttpResponse:
    """The menu of a community as its residents see it, in the standard and in the elder words."""
    community = _community(request)
    if community is None:
        raise NotFound
    context = {"community": community, "choices": queries.choices(community.pk), "text": request.GET.get("q", "").strip()[:200]}
    context["proposed"] = queries.propose_services(context["text"], community.pk) if context["text"] else None
    return render(request, "needs/desk/menu_preview.html", context)


@staff_only
@never_cache
def add_service(request: PersonRequest) -> HttpResponse:
    """A new line: the district's, or with a community its own; looked at before it is kept."""
    community = _community(request)
    form = forms.Service(request.POST if request.method == "POST" else None, is_own=community is not None, is_new=True)
    key = community.pk if community is not None else None
    if "preview" not in request.POST and answered(form, lambda: _add(request, key, form)):
        messages.success(request, _("放上菜单了。"))
        return redirect(_menu_url(community))
    context = {"community": community, "form": form, "preview": _previewed(form), "may_add": queries.may_change_service(request.user, community)}
    return render(request, "needs/desk/add_service.html", context, status=422 if form.errors else 200)


def _add(request: PersonRequest, community_id: int | None, form: forms.Service) -> Any:
    return commands.add_service(actor=request.user, community_id=community_id, now=timezone.now(), **form.values())


def _menu_url(community: Any) -> str:
    return reverse("service_menu") + (f"?community={community.pk}" if community is not None else "")


def _previewed(form: forms.Service) -> Any:
    """What was typed, as residents would see it; nothing while it cannot be."""
    return queries.previewed(form.values()) if form.is_bound and form.is_valid() else None


@staff_only
@never_cache
def change_service(request: PersonRequest, code: str) -> HttpResponse:
    """One line of the menu: what it says, how residents see it, what became of it."""
    service = queries.service_named(code)
    form = forms.Service(
        request.POST if request.method == "POST" else None,
        initial=queries.service_values(service),
        is_own=service.community_id is not None,
        is_new=False,
    )
    if "preview" not in request.POST and answered(form, lambda: _change(request, code, form)):
        messages.success(request, _("改好了。"))
        return redirect("change_service", code)
    return _service_page(request, service, form, forms.Retire())


def _change(request: PersonRequest, code: str, form: forms.Service) -> Any:
    return commands.change_service(actor=request.user, service_code=code, now=timezone.now(), **form.values())


def _service_page(request: PersonRequest, service: Any, form: forms.Service, retire: forms.Retire) -> HttpResponse:
    own, now = service.community, timezone.now()
    context = {
        "service": service,
        "community": own,
        "form": form,
        "retire": retire,
        "preview": _previewed(form) or queries.choice(service),
        "is_typed": form.is_bound and form.is_valid(),
        "may_change": queries.may_change_service(request.user, own),
        "history": queries.service_history(service, own or _community(request), now),
        "back": _menu_url(own or _community(request)),
    }
    return render(request, "needs/desk/change_service.html", context, status=422 if form.errors or retire.errors else 200)


@require_POST
@staff_only
def retire_service(request: PersonRequest, code: str) -> HttpResponse:
    """Off the menu, with the reason; orders that stand go on."""
    service, retire = queries.service_named(code), forms.Retire(request.POST)
    reason = request.POST.get("reason", "")
    if answered(retire, lambda: commands.retire_service(actor=request.user, service_code=code, reason=reason, now=timezone.now())):
        messages.success(request, _("停用了。已经点的单照常办。"))
        return redirect("change_service", code)
    blank = forms.Service(initial=queries.service_values(service), is_own=service.community_id is not None, is_new=False)
    return _service_page(request, service, blank, retire)


@require_POST
@staff_only
def restore_service(request: PersonRequest, code: str) -> HttpResponse:
    commands.restore_service(actor=request.user, service_code=code, now=timezone.now())
    messages.success(request, _("恢复了，又可以点了。"))
    return redirect("change_service", code)
