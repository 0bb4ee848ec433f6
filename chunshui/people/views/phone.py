"""换登录手机号: by oneself, or with a worker's help for who lost the old phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from chunshui.kernel import masking
from chunshui.kernel.http import PersonRequest, client_address, staff_only
from chunshui.people import commands, queries
from chunshui.people.forms import own as forms
from chunshui.people.forms.staff import GivePhone
from chunshui.people.views.doors import attempt, typed, went


def _sent(request: PersonRequest, key: str, form: Any) -> bool:
    """Whether a code went to the new phone, which is then kept in this session."""
    if not form.is_valid():
        return False
    phone, now = form.cleaned_data["phone"], timezone.now()
    if not went(form, lambda: commands.request_code(phone=phone, now=now, address=client_address(request))):
        return False
    request.session[key] = phone
    return True


@login_required
@never_cache
def change_login_phone(request: PersonRequest) -> HttpResponse:
    """The new number first."""
    form = forms.NewPhone(typed(request))
    if _sent(request, "new_phone", form):
        return redirect("prove_login_phone")
    person = queries.visible_person(request.user, request.user.pk)
    context = {"form": form, "contact": queries.contact_of(person)}
    return render(request, "people/change_login_phone.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def prove_login_phone(request: PersonRequest) -> HttpResponse:
    """Then the code that came there."""
    phone = request.session.get("new_phone", "")
    if not phone:
        return redirect("change_login_phone")
    form, now = forms.ProvePhone(typed(request)), timezone.now()
    if form.is_valid():
        more: dict[str, Any] = {"session_key": str(request.session.session_key), "now": now}
        if attempt(form, lambda: commands.change_login_phone(actor=request.user, phone=phone, **form.cleaned_data, **more)) is not None:
            request.session.pop("new_phone", None)
            messages.success(request, _("换好了，以后用新号码登录。别的设备都已退出，旧号码收到了通知。"))
            return redirect("sessions")
    context = {"form": form, "phone": masking.phone(phone), "shown": queries.code_just_sent(phone, now)}
    return render(request, "people/prove_login_phone.html", context, status=422 if form.errors else 200)


@staff_only
@never_cache
def give_login_phone(request: PersonRequest, person_id: int) -> HttpResponse:
    """For somebody at the counter: the new number, to which the code goes."""
    person = queries.visible_person(request.user, person_id)
    form = forms.NewPhone(typed(request))
    if _sent(request, f"new_phone:{person_id}", form):
        return redirect("give_login_phone_code", person_id)
    context = {"form": form, "person": person, "contact": queries.contact_of(person), "changes": queries.phone_changes_of(person)}
    return render(request, "people/give_login_phone.html", context, status=422 if form.errors else 200)


@staff_only
@never_cache
def give_login_phone_code(request: PersonRequest, person_id: int) -> HttpResponse:
    """The code as it is read out, and why the number changes."""
    person, phone = queries.visible_person(request.user, person_id), request.session.get(f"new_phone:{person_id}", "")
    if not phone:
        return redirect("give_login_phone", person_id)
    form, now = GivePhone(typed(request)), timezone.now()
    if form.is_valid():
        given = {"person_id": person_id, "phone": phone, "now": now, **form.cleaned_data}
        if attempt(form, lambda: commands.give_login_phone(actor=request.user, **given)) is not None:
            request.session.pop(f"new_phone:{person_id}", None)
            messages.success(request, _("换好了。他在别的设备上都已退出，旧号码收到了通知。"))
            return redirect("resident", person_id)
    context = {"form": form, "person": person, "phone": masking.phone(phone), "shown": queries.code_just_sent(phone, now)}
    return render(request, "people/give_login_phone_code.html", context, status=422 if form.errors else 200)
