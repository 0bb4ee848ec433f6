"""People who stand twice in the register: found, and taken apart again when they were two after all. Merging them is a page of the portal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from chunshui.areas import queries as areas
from chunshui.areas.states import AreaKind
from chunshui.kernel.http import PersonRequest, staff_only
from chunshui.people import commands, queries
from chunshui.people.forms import staff as forms
from chunshui.people.views.doors import attempt


@staff_only
@never_cache
def duplicates(request: PersonRequest) -> HttpResponse:
    """Likely duplicates of a street; the district looks street by street."""
    own = areas.visible_area(request.user.acting.area_id or 0)
    area = _street(request, own)
    groups = queries.duplicates_in(request.user, area) if area is not None else []
    now = timezone.now()
    shown = [[_line(person, now) for person in group] for group in groups]
    context = {"area": area, "streets": areas.streets() if own.kind == AreaKind.DISTRICT else [], "groups": shown}
    return render(request, "people/duplicates.html", context)


def _street(request: PersonRequest, own: Any) -> Any:
    """The street asked for, or the one of the acting role; None until the district chooses."""
    asked = request.GET.get("area", "")
    if asked.isdecimal() and len(asked) < 19:
        return areas.visible_area(int(asked))
    return None if own.kind == AreaKind.DISTRICT else own


def _line(person: Any, now: Any) -> dict[str, Any]:
    volunteer = queries.volunteer_of(person)
    return {"person": person, "contact": queries.contact_of(person), "identity": queries.identity_of(person), "volunteer": volunteer}


@staff_only
@never_cache
def twins(request: PersonRequest, person_id: int) -> HttpResponse:
    """Who else may be this person: by name and birthday, name and telephone, or the number of an identity paper."""
    person = queries.visible_person(request.user, person_id)
    form, now = forms.FindTwin(request.POST if request.method == "POST" else None), timezone.now()
    found = None
    if form.is_valid():
        found = queries.found_by_paper(request.user, form.cleaned_data["id_kind"], form.cleaned_data["id_number"], now)
        if found is None or found.pk == person.pk:
            form.add_error("id_number", _("没有别人用这个证件。"))
            found = None
    likely = [_line(each, now) for each in queries.likely_same(request.user, person) if found is None or each.pk != found.pk]
    lines = [*([_line(found, now)] if found else []), *likely]
    context = {"person": person, "lines": lines, "form": form, "merges": queries.merges_of(person), "undo": forms.Undo()}
    return render(request, "people/twins.html", context, status=422 if form.errors else 200)


@require_POST
@staff_only
def unmerge_people(request: PersonRequest, merge_id: int) -> HttpResponse:
    """They were two people after all."""
    merge, form, now = queries.visible_merge(request.user, merge_id), forms.Undo(request.POST), timezone.now()
    reason = request.POST.get("reason", "")
    if form.is_valid() and attempt(form, lambda: commands.unmerge_people(actor=request.user, merge_id=merge_id, reason=reason, now=now)):
        messages.success(request, _("拆开了，各自的资料、单子和记录都还回去了。"))
        return redirect("twins", merge.kept_id)
    person = queries.visible_person(request.user, merge.kept_id)
    likely = [_line(each, now) for each in queries.likely_same(request.user, person)]
    context = {"person": person, "lines": likely, "form": forms.FindTwin(), "merges": queries.merges_of(person), "undo": form}
    return render(request, "people/twins.html", context, status=422)
