"""代录: a worker finds or adds the resident who telephones or stands at the counter, and places the order in their name."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from chunshui.areas import queries as areas
from chunshui.areas.states import AreaKind
from chunshui.kernel.http import PersonRequest, answered, staff_only
from chunshui.needs import commands, queries
from chunshui.needs.forms import intake as forms
from chunshui.needs.queries import desk as reads
from chunshui.people import queries as people


@staff_only
@never_cache
def desk_intake(request: PersonRequest) -> HttpResponse:
    """First who: search by name, phone or last four digits; then either the order for one found, or a new person."""
    text = request.GET.get("q", "").strip()[:40]
    found = _found(request, text) if text else []
    lines = [{"person": each, "contact": people.contact_of(each), "age": people.age(each, timezone.now())} for each in found]
    return render(request, "needs/desk/intake.html", {"q": text, "lines": lines, "area": reads.acting_area(request.user)})


def _found(request: PersonRequest, text: str) -> list[Any]:
    if text.isdigit() and len(text) == 11:
        return people.find_by_phone(request.user, text)
    return list(people.find_people(request.user, text, size=10).rows)


@staff_only
@never_cache
def take_order(request: PersonRequest, person_id: int) -> HttpResponse:
    """The whole order on one page, in the words of the person on the telephone."""
    resident = people.visible_person(request.user, person_id)
    now = timezone.now()
    form = forms.TakeOrder(request.POST if request.method == "POST" else None, **_choices(resident), now=now)
    placed: list[Any] = []
    if answered(form, lambda: placed.append(commands.place_need(actor=request.user, resident_id=person_id, now=timezone.now(), **form.order()))):
        return redirect("intake_done", placed[0].pk)
    context = {"resident": resident, "form": form, "contact": people.contact_of(resident), "age": people.age(resident, now)}
    return render(request, "needs/desk/take_order.html", context, status=422 if form.errors else 200)


def _choices(resident: Any) -> dict[str, Any]:
    community = resident.community
    if community is None or community.kind != AreaKind.COMMUNITY:
        return {"services": [], "known": [], "doors": [], "resident": resident, "address": ""}
    services = [(each.code, str(each)) for each in queries.menu(community.pk)]
    known = [(str(each.pk), each.name) for each in queries.served_before(resident.pk)]
    doors = [each.name for each in areas.doors(community.pk)]
    return {"services": services, "known": known, "doors": doors, "resident": resident, "address": people.address_of(resident)}


@staff_only
@never_cache
def intake_done(request: PersonRequest, need_id: int) -> HttpResponse:
    """What to say on the telephone: the number, the service code, when to expect an answer."""
    need = queries.visible_need(request.user, need_id)
    now = timezone.now()
    return render(request, "needs/desk/intake_done.html", {"need": need, "slip": queries.slip(need, now), "due": queries.by_when(need.due_at, now)})
