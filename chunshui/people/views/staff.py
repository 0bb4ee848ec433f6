"""Volunteers and residents as the staff of an area see them: masked, searched, reviewed, revealed for a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chunshui.areas import queries as areas
from chunshui.kernel import choices, clock, export
from chunshui.kernel.http import PersonRequest, staff_only
from chunshui.people import commands, queries
from chunshui.people.forms import staff as forms
from chunshui.people.states import FocusGroup, Language, RevealField, Skill, skills_of
from chunshui.people.views.doors import attempt, safe, typed


def _area(request: PersonRequest) -> Any:
    """The area of the acting role, or the one below it that the page was asked for."""
    asked = request.GET.get("area", "")
    return areas.visible_area(int(asked) if asked.isdecimal() else request.user.acting.area_id or 0)


def _line(volunteer: Any) -> dict[str, Any]:
    skills = [str(Skill(code).label) for code in skills_of(volunteer.qualifications)[:3]]
    person = volunteer.person
    return {"row": volunteer, "person": person, "contact": queries.contact_of(person), "skills": _("、").join(skills)}


@staff_only
def volunteers(request: PersonRequest) -> HttpResponse:
    form = forms.FindVolunteers(request.GET)
    page = queries.volunteers_of(request.user, _area(request), form.filters(), request.GET.get("cursor", ""))
    lines = [_line(row) for row in page.rows]
    narrowed = any(request.GET.get(name) for name in ("state", "skill", "slot", "credential"))
    context = {"form": form, "page": page, "lines": lines, "q": request.GET.get("q", ""), "narrowed": narrowed, "area": _area(request)}
    return render(request, "people/volunteers.html", context)


@staff_only
@require_POST
def export_volunteers(request: PersonRequest) -> Any:
    """The list as a workbook, masked like the page."""
    area = _area(request)
    filters = forms.FindVolunteers(request.GET).filters()
    commands.export_volunteers(actor=request.user, area_id=area.pk, now=timezone.now())
    headers = [_("编号"), _("姓名"), _("电话"), _("社区"), _("状态"), _("服务次数"), _("服务分钟"), _("登记日期")]
    rows = (_cells(row) for row in queries.volunteers_to_export(request.user, area, filters))
    answer = StreamingHttpResponse(export.workbook(_("志愿者"), headers, rows), content_type=export.CONTENT_TYPE)
    name = export.file_name("volunteers", clock.today(timezone.now()))
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cells(row: Any) -> list[Any]:
    name, phone = queries.short_name(row.person), queries.contact_of(row.person)
    state = str(row.get_state_display())
    return [row.number, name, phone, str(row.community or ""), state, row.services_total, row.minutes_total, clock.today(row.registered_at)]


@staff_only
def volunteer(request: PersonRequest, person_id: int) -> HttpResponse:
    return _volunteer_page(request, person_id, forms.Review())


def _volunteer_page(request: PersonRequest, person_id: int, form: Any) -> HttpResponse:
    row = queries.visible_volunteer(request.user, person_id)
    context = (
        _line(row)
        | _sealed(row.person)
        | {
            "form": form,
            "all_skills": [Skill(code).label for code in skills_of(row.qualifications)],
            "languages": [Language(code).label for code in choices.from_mask(row.languages)],
            "slots": choices.from_mask(row.free_time),
            "credentials": queries.credentials_held(row.person),
            "papers": queries.papers_of(row.person),
            "age": queries.age(row.person, timezone.now()),
            "relations": queries.relations_of(row.person),
        }
    )
    return render(request, "people/volunteer.html", context, status=422 if form.errors else 200)


def _sealed(person: Any) -> dict[str, Any]:
    fields = [
        {"field": RevealField.PHONE, "masked": queries.contact_of(person)},
        {"field": RevealField.ID, "masked": queries.identity_of(person)},
        {"field": RevealField.ADDRESS, "masked": queries.address_of(person)},
    ]
    return {"person": person, "sealed": [each for each in fields if each["masked"]]}


@staff_only
def review_volunteers(request: PersonRequest) -> HttpResponse:
    page = queries.waiting_volunteers(request.user, _area(request), request.GET.get("cursor", ""))
    return render(request, "people/review_volunteers.html", {"page": page, "lines": [_line(row) for row in page.rows]})


@staff_only
@require_POST
def review_volunteer(request: PersonRequest, person_id: int) -> HttpResponse:
    form = forms.Review(request.POST)
    if form.is_valid():
        now, approve = timezone.now(), request.POST.get("answer") == "approve"
        review = {"approve": approve, "reason": form.cleaned_data["reason"], "now": now}
        if attempt(form, lambda: commands.review_volunteer(actor=request.user, person_id=person_id, **review)):
            messages.success(request, _("审核通过，可以派单了。") if approve else _("没有通过，原因已告诉本人。"))
            return redirect("review_volunteers")
    return _volunteer_page(request, person_id, form)


@staff_only
@require_POST
def review_credential(request: PersonRequest, credential_id: int) -> HttpResponse:
    approve = request.POST.get("answer") == "approve"
    credential = commands.review_credential(actor=request.user, credential_id=credential_id, approve=approve, now=timezone.now())
    messages.success(request, _("证书核对好了。"))
    return redirect("volunteer", credential.person_id)


@staff_only
def paper(request: PersonRequest, person_id: int, paper_id: int) -> Any:
    """A photo of papers, for who reviews them; never cached."""
    answer = FileResponse(queries.paper(request.user, person_id, paper_id).image.open("rb"), content_type="image/jpeg")
    answer["Cache-Control"] = "no-store"
    return answer


@staff_only
def residents(request: PersonRequest) -> HttpResponse:
    form = forms.FindResidents(request.GET)
    form.is_valid()
    area, q, focus = _area(request), form.cleaned_data.get("q", ""), form.cleaned_data.get("focus", "")
    page = queries.residents_of(request.user, area, q, focus, request.GET.get("cursor", ""))
    now, may_merge = timezone.now(), queries.may_find_duplicates(request.user, area)
    lines = [{"person": each, "contact": queries.contact_of(each), "age": queries.age(each, now), "groups": _groups(each)} for each in page.rows]
    return render(
        request,
        "people/residents.html",
        {"form": form, "page": page, "lines": lines, "q": q, "narrowed": bool(focus), "area": area, "may_merge": may_merge},
    )


def _groups(person: Any) -> list[str]:
    return [str(FocusGroup(code).label) for code in person.focus_groups]


@staff_only
def resident(request: PersonRequest, person_id: int) -> HttpResponse:
    return _resident_page(request, person_id, {})


def _resident_page(request: PersonRequest, person_id: int, bound: dict[str, Any]) -> HttpResponse:
    person = queries.visible_person(request.user, person_id)
    context = _sealed(person) | {
        "age": queries.age(person, timezone.now()),
        "groups": _groups(person),
        "relations": queries.relations_of(person),
        "helped": queries.helped_by(person),
        "volunteer": queries.volunteer_of(person),
        "may_merge": queries.may_find_duplicates(request.user, person.area),
        "groups_form": bound.get("groups") or forms.ChangeGroups(initial={"focus_groups": person.focus_groups}),
        "relation_form": bound.get("relation") or forms.AddRelation(auto_id="r_%s"),
        "form": next(iter(bound.values()), None),
    }
    return render(request, "people/resident.html", context, status=422 if bound else 200)


@staff_only
def add_resident(request: PersonRequest) -> HttpResponse:
    """Record somebody who has no account."""
    initial = {"area_id": request.user.acting.area_id, "channel": "desk"}
    form = forms.AddPerson(typed(request), initial=initial)
    if form.is_valid():
        now = timezone.now()
        person = attempt(form, lambda: commands.add_person(actor=request.user, now=now, **form.arguments()))
        if person is not None:
            messages.success(request, _("登记好了：%(name)s") % {"name": person.name})
            return redirect("resident", person.pk)
    return render(request, "people/add_resident.html", {"form": form}, status=422 if form.errors else 200)


@staff_only
def change_address(request: PersonRequest, person_id: int) -> HttpResponse:
    """A new address; doors that the community knows are offered."""
    person = queries.visible_person(request.user, person_id)
    form = forms.ChangeAddress(typed(request), initial={"area_id": person.community_id})
    if form.is_valid():
        now = timezone.now()
        move: dict[str, Any] = {"person_id": person_id, "latitude": None, "longitude": None, "now": now}
        if attempt(form, lambda: commands.set_address(actor=request.user, **move, **form.cleaned_data)):
            messages.success(request, _("住址改好了。"))
            return redirect("resident", person_id)
    doors = areas.doors(person.community_id) if person.community_id else []
    context = {"form": form, "person": person, "doors": doors, "masked": queries.address_of(person)}
    return render(request, "people/change_address.html", context, status=422 if form.errors else 200)


@staff_only
@require_POST
def change_groups(request: PersonRequest, person_id: int) -> HttpResponse:
    form = forms.ChangeGroups(request.POST)
    if form.is_valid():
        now = timezone.now()
        if attempt(form, lambda: commands.change_person(actor=request.user, person_id=person_id, now=now, **form.cleaned_data)):
            messages.success(request, _("改好了。"))
            return redirect("resident", person_id)
    return _resident_page(request, person_id, {"groups": form})


@staff_only
@require_POST
def add_relation(request: PersonRequest, person_id: int) -> HttpResponse:
    form = forms.AddRelation(request.POST, auto_id="r_%s")
    if form.is_valid():
        now = timezone.now()
        if attempt(form, lambda: commands.name_helper(actor=request.user, person_id=person_id, now=now, **form.cleaned_data)):
            messages.success(request, _("加好了。"))
            return redirect("resident", person_id)
    return _resident_page(request, person_id, {"relation": form})


@login_required
@require_POST
def reveal_person(request: PersonRequest, person_id: int) -> HttpResponse:
    """Show one sealed value once; a part of any page, or a page of its own."""
    form = forms.Reveal(request.POST)
    value = None
    if form.is_valid():
        now = timezone.now()
        value = attempt(form, lambda: commands.reveal(actor=request.user, person_id=person_id, now=now, **form.cleaned_data))
    field = request.POST.get("field", "")
    context = {
        "person_id": person_id,
        "form": form,
        "value": value,
        "field": field,
        "label": RevealField(field).label if field in RevealField.values else "",
        "back": safe(request, request.META.get("HTTP_REFERER", ""), "/"),
    }
    template = "people/reveal.html#part" if getattr(request, "htmx", False) else "people/reveal.html"
    answer = render(request, template, context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer
