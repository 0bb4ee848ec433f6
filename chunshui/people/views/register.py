"""Registering as a volunteer, in four steps. The draft is sealed with the person's own key and survives every refusal."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from chunshui.kernel import clock
from chunshui.kernel.errors import Refused
from chunshui.kernel.http import PersonRequest, client_address, staff_only, tell
from chunshui.people import commands, queries
from chunshui.people.forms import register as forms
from chunshui.people.states import STEPS
from chunshui.people.views.doors import attempt

LAST = 4
TITLES = {1: gettext_lazy("您是谁"), 2: gettext_lazy("您住在哪里"), 3: gettext_lazy("您能做什么"), 4: gettext_lazy("核对和同意")}
CONTEXT = "register-draft"
UNKEPT = {"csrfmiddlewaretoken", "guardian_code"}


@login_required
def register(request: PersonRequest) -> HttpResponse:
    """Begin, or show what is registered already."""
    request.session.pop("register_for", None)
    volunteer = queries.volunteer_of(request.user)
    if volunteer is not None and volunteer.state not in STEPS["reapply"].sources:
        return redirect("my_volunteer")
    return redirect("register_step", step=1)


@staff_only
def register_for(request: PersonRequest, person_id: int) -> HttpResponse:
    """The staff register somebody who cannot do it alone."""
    person = queries.visible_person(request.user, person_id)
    request.session["register_for"] = person.pk
    request.session.pop("register", None)
    return redirect("register_step", step=1)


@login_required
def register_step(request: PersonRequest, step: int) -> HttpResponse:
    if not 1 <= step <= LAST:
        raise Http404
    person = _subject(request)
    draft = _draft(request, person)
    missing = [each for each in range(1, step) if str(each) not in draft]
    if missing and request.method != "POST":
        return redirect("register_step", step=missing[0])
    data = None
    if request.method == "POST":
        data = request.POST
        draft[str(step)] = {name: values for name, values in data.lists() if name not in UNKEPT}
        _keep(request, person, draft)
    form = _form(request, person, draft, step, data)
    if data is not None and form.is_valid() and _photo(request, person, form):
        if step < LAST:
            return redirect("register_step", step=step + 1)
        if _register(request, person, draft, form):
            request.session.pop("register", None)
            return redirect("register_done")
    return _page(request, person, draft, form, step)


def _page(request: PersonRequest, person: Any, draft: dict[str, Any], form: Any, step: int) -> HttpResponse:
    assisted = person.pk != request.user.pk
    context = {"form": form, "step": step, "last": LAST, "title": TITLES[step], "person": person, "assisted": assisted}
    if step == LAST:
        context |= {"answers": _answers(request, person, draft), "has_guardian": "guardian_name" in form.fields}
    return render(request, f"people/register_{step}.html", context, status=422 if form.errors else 200)


def _subject(request: PersonRequest) -> Any:
    return queries.visible_person(request.user, int(request.session.get("register_for", request.user.pk)))


def _draft(request: PersonRequest, person: Any) -> dict[str, Any]:
    kept = request.session.get("register", "")
    if not kept:
        return {}
    try:
        draft: dict[str, Any] = json.loads(queries.unsealed_for(person, b64decode(kept), CONTEXT))
    except ValueError:
        return {}
    return draft


def _keep(request: PersonRequest, person: Any, draft: dict[str, Any]) -> None:
    request.session["register"] = b64encode(queries.sealed_for(person, json.dumps(draft), CONTEXT)).decode()


def _typed(draft: dict[str, Any], step: int) -> Any:
    return MultiValueDict(draft.get(str(step), {}))


def _form(request: PersonRequest, person: Any, draft: dict[str, Any], step: int, data: Any) -> django_forms.Form:
    today = clock.today(timezone.now())
    kinds: dict[int, Any] = {1: forms.Identity, 2: forms.Contact, 3: forms.Wishes}
    if step in kinds:
        return kinds[step](data, today=today, initial=_initial(person, draft, kinds[step], step), auto_id="f_%s")  # type: ignore[no-any-return]
    lines = queries.consent_lines(person, timezone.now())
    assisted = person.pk != request.user.pk
    form = forms.Consents(data, today=today, lines=lines, minor=_is_minor(draft, today), assisted=assisted, auto_id="f_%s")
    form.initial = {name: values[-1] for name, values in draft.get("4", {}).items()}
    return form


def _initial(person: Any, draft: dict[str, Any], form: Any, step: int) -> dict[str, Any]:
    if str(step) not in draft:
        return {"name": person.name} if step == 1 else {"area_id": person.community_id, "address": queries.opened(person, "address")}
    many = (django_forms.MultipleChoiceField, django_forms.TypedMultipleChoiceField)
    values = draft[str(step)]
    return {name: values.get(name, []) if isinstance(field, many) else values.get(name, [""])[-1] for name, field in form.base_fields.items()}


def _is_minor(draft: dict[str, Any], today: Any) -> bool:
    identity = forms.Identity(_typed(draft, 1), today=today)
    identity.is_valid()
    born_on = identity.cleaned_data.get("born_on")
    return born_on is not None and queries.age_on(born_on, today) < 18


def _photo(request: PersonRequest, person: Any, form: Any) -> bool:
    upload = request.FILES.get("photo") if "photo" in form.fields else None
    if upload is None:
        return True
    if (upload.size or 0) > 8 * 1024 * 1024:
        form.add_error("photo", _("照片太大，最多 8 MB。"))
        return False
    now = timezone.now()
    content = upload.read()
    return attempt(form, lambda: commands.add_paper(actor=request.user, person_id=person.pk, content=content, now=now)) is not None


def _register(request: PersonRequest, person: Any, draft: dict[str, Any], form: Any) -> bool:
    arguments: dict[str, Any] = {"refuses": []}
    for step in (1, 2, 3):
        part = _form(request, person, draft, step, _typed(draft, step))
        if not part.is_valid():
            form.add_error(None, _("第 %(step)d 步还没有填好，请回去看看。") % {"step": step})
            return False
        arguments |= part.cleaned_data
    arguments.pop("photo")
    address = arguments.pop("address")
    arguments |= form.arguments()
    now = timezone.now()
    try:
        commands.register_volunteer(actor=request.user, person_id=person.pk, address=address, now=now, **arguments)
    except Refused as refusal:
        tell(form, refusal)
        return False
    return True


def _answers(request: PersonRequest, person: Any, draft: dict[str, Any]) -> list[dict[str, Any]]:
    """What was typed, to be read once more."""
    found = []
    for step in (1, 2, 3):
        form = _form(request, person, draft, step, _typed(draft, step))
        form.is_valid()
        for name, field in form.fields.items():
            words = _words(field, form.cleaned_data.get(name))
            if words:
                found.append({"term": field.label, "words": words, "step": step})
    return found


def _words(field: Any, value: Any) -> str:
    if isinstance(field, django_forms.FileField) or value in (None, "", [], 0):
        return ""
    flat: dict[Any, str] = {}
    for key, label in getattr(field, "choices", []):
        flat |= {str(k): str(v) for k, v in label} if isinstance(label, list) else {str(key): str(label).partition("｜")[0]}
    values = value if isinstance(value, list) else [value]
    return _("、").join(flat.get(str(each), str(each)) for each in values)


@login_required
@require_POST
def register_guardian_code(request: PersonRequest) -> HttpResponse:
    """Send a code to the guardian's phone; what was typed stays."""
    person = _subject(request)
    draft = _draft(request, person)
    draft["4"] = {name: values for name, values in request.POST.lists() if name not in UNKEPT}
    _keep(request, person, draft)
    phone, now = request.POST.get("guardian_phone", ""), timezone.now()
    try:
        commands.request_code(phone=phone, now=now, address=client_address(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        shown = queries.code_just_sent(phone, now)
        messages.success(request, _("验证码已发给监护人。") + (_("演示：验证码是 %(code)s") % {"code": shown} if shown else ""))
    return redirect("register_step", step=LAST)


@login_required
def register_done(request: PersonRequest) -> HttpResponse:
    person = _subject(request)
    volunteer = queries.visible_volunteer(request.user, person.pk)
    return render(request, "people/register_done.html", {"volunteer": volunteer, "person": person, "assisted": person.pk != request.user.pk})
