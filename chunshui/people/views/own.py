"""My page: who I am here, in which roles, who saw what, and how to leave."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chunshui.kernel.http import YEAR, PersonRequest
from chunshui.people import commands, queries
from chunshui.people.forms import own as forms
from chunshui.people.forms.sign_in import SetPassword
from chunshui.people.states import Channel
from chunshui.people.views.doors import attempt, remember, typed, went


@login_required
def me(request: PersonRequest) -> HttpResponse:
    person = queries.visible_person(request.user, request.user.pk)
    context = {
        "person": person,
        "volunteer": queries.volunteer_of(person),
        "contact": queries.contact_of(person),
        "roles": queries.roles_to_act_in(request.user),
        "kind": "volunteer" if request.user.acting.kind == "volunteer" else "resident",
    }
    return render(request, "people/me.html", context)


@login_required
def change_me(request: PersonRequest) -> HttpResponse:
    """Name, address, size of letters, language."""
    person = queries.visible_person(request.user, request.user.pk)
    initial = {name: getattr(person, name) for name in ("name", "ui_mode", "language")}
    initial |= {"area_id": person.community_id, "address": queries.opened(person, "address")}
    form = forms.ChangeMe(typed(request), initial=initial)
    if form.is_valid() and attempt(form, lambda: _change(request, dict(form.cleaned_data), initial)):
        messages.success(request, _("改好了。"))
        answer = redirect("me")
        for name, value in (("ui", form.cleaned_data["ui_mode"]), ("lang", form.cleaned_data["language"])):
            answer.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True)
        return answer
    return render(request, "people/change_me.html", {"form": form}, status=422 if form.errors else 200)


def _change(request: PersonRequest, data: dict[str, Any], before: dict[str, Any]) -> Any:
    area_id, address = data.pop("area_id"), data.pop("address")
    now, own = timezone.now(), request.user.pk
    if area_id and (area_id != before["area_id"] or address != before["address"]):
        commands.set_address(actor=request.user, person_id=own, area_id=area_id, address=address, latitude=None, longitude=None, now=now)
    return commands.change_person(actor=request.user, person_id=own, now=now, **data)


@login_required
def change_password(request: PersonRequest) -> HttpResponse:
    form = SetPassword(typed(request))
    if form.is_valid():
        now, password = timezone.now(), form.cleaned_data["password"]
        if went(form, lambda: commands.set_password(actor=request.user, password=password, now=now)):
            update_session_auth_hash(request, request.user)
            remember(request, request.user)
            messages.success(request, _("密码改好了，别的设备都已退出。"))
            return redirect("sessions")
    return render(request, "people/change_password.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def my_data(request: PersonRequest) -> HttpResponse:
    """Consents, who saw what, a copy of everything, the end."""
    person = queries.visible_person(request.user, request.user.pk)
    context = {
        "person": person,
        "lines": [line for line in queries.consent_lines(person, timezone.now()) if line.kind not in ("guardian", "proxy", "address") or line.given],
        "page": queries.reveals_of(person, request.GET.get("cursor", "")),
    }
    return render(request, "people/my_data.html", context)


@login_required
@require_POST
def give_consent(request: PersonRequest, kind: str) -> HttpResponse:
    commands.give_consent(actor=request.user, person_id=request.user.pk, kind=kind, channel=Channel.SELF, now=timezone.now())
    return redirect("my_data")


@login_required
@require_POST
def withdraw_consent(request: PersonRequest, kind: str) -> HttpResponse:
    commands.withdraw_consent(actor=request.user, person_id=request.user.pk, kind=kind, now=timezone.now())
    messages.success(request, _("已经收回。"))
    return redirect("my_data")


@login_required
@require_POST
def export_own(request: PersonRequest) -> HttpResponse:
    record = commands.export_own(actor=request.user, now=timezone.now())
    answer = HttpResponse(json.dumps(record, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
def erase(request: PersonRequest) -> HttpResponse:
    form = forms.Erase(typed(request))
    if form.is_valid():
        commands.erase(actor=request.user, person_id=request.user.pk, now=timezone.now())
        logout(request)
        messages.success(request, _("已经注销。您的电话、证件和住址已无法恢复，服务时长以化名保留。"))
        return redirect("home")
    return render(request, "people/erase.html", {"form": form}, status=422 if form.errors else 200)


@login_required
def family(request: PersonRequest) -> HttpResponse:
    """Who may speak for me, and for whom I may speak."""
    form = forms.NameHelper(typed(request))
    if form.is_valid():
        now = timezone.now()
        if attempt(form, lambda: commands.name_helper(actor=request.user, now=now, **form.cleaned_data)):
            messages.success(request, _("加好了。他可以替您点单、确认和评价。"))
            return redirect("family")
    context = {"form": form, "helpers": queries.relations_of(request.user), "helped": queries.helped_by(request.user)}
    return render(request, "people/family.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def end_relation(request: PersonRequest, relation_id: int) -> HttpResponse:
    commands.end_relation(actor=request.user, relation_id=relation_id, now=timezone.now())
    return redirect("family")


@login_required
def sessions(request: PersonRequest) -> HttpResponse:
    changes = queries.phone_changes_of(request.user)
    context = {"rows": queries.sessions_of(request.user), "current": request.session.session_key, "changes": changes}
    return render(request, "people/sessions.html", context)


@login_required
@require_POST
def end_session(request: PersonRequest, session_id: int) -> HttpResponse:
    commands.end_session(actor=request.user, session_id=session_id, now=timezone.now())
    messages.success(request, _("那台设备已经退出。"))
    return redirect("sessions")


@login_required
def tokens(request: PersonRequest) -> HttpResponse:
    """Tokens of the API; a new one is shown this once."""
    form = forms.MakeToken(typed(request))
    plain = ""
    if form.is_valid():
        now, role_id = timezone.now(), request.user.acting.role_id
        made = attempt(form, lambda: commands.make_token(actor=request.user, role_id=role_id, now=now, **form.cleaned_data))
        if made is not None:
            plain, form = made[1], forms.MakeToken()
    context = {"form": form, "plain": plain, "rows": queries.tokens_of(request.user), "now": timezone.now()}
    answer = render(request, "people/tokens.html", context, status=422 if form.errors else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
def end_token(request: PersonRequest, token_id: int) -> HttpResponse:
    commands.end_token(actor=request.user, token_id=token_id, now=timezone.now())
    messages.success(request, _("令牌已停用。"))
    return redirect("tokens")
