"""Signing in and out, the second factor, the acting role."""

from __future__ import annotations

from base64 import b32encode
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_otp import login as otp_login
from django_otp.oath import TOTP

from chunshui.kernel import masking
from chunshui.kernel.http import PersonRequest, client_address
from chunshui.people import commands, queries
from chunshui.people.forms import sign_in as forms_of
from chunshui.people.states import SECOND_FACTOR, RoleKind
from chunshui.people.views.doors import attempt, remember, safe, typed, went

BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """The phone first; then the code that was sent there."""
    if "next" in request.GET:
        request.session["next"] = request.GET["next"]
    if request.user.is_authenticated:
        return redirect(_after(request))
    form = forms_of.RequestCode(typed(request), initial={"phone": request.session.get("phone", "")})
    if form.is_valid():
        phone = form.cleaned_data["phone"]
        now = timezone.now()
        if went(form, lambda: commands.request_code(phone=phone, now=now, address=client_address(request))):
            request.session["phone"] = phone
            return redirect("sign_in_code")
    return _sign_in_page(request, form)


def _sign_in_page(request: HttpRequest, form: Any) -> HttpResponse:
    context = {"form": form, "accounts": queries.demo_accounts()}
    return render(request, "people/sign_in.html", context, status=422 if form.errors else 200)


@never_cache
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The six digits."""
    phone = request.session.get("phone", "")
    if not phone:
        return redirect("sign_in")
    form = forms_of.SignInByCode(typed(request))
    if form.is_valid():
        now = timezone.now()
        person = attempt(form, lambda: commands.sign_in_by_code(phone=phone, now=now, **form.cleaned_data))
        if person is not None:
            return _enter(request, person)
    shown = queries.code_just_sent(phone, timezone.now())
    context = {"form": form, "phone": masking.phone(phone), "shown": shown}
    return render(request, "people/sign_in_code.html", context, status=422 if form.errors else 200)


@never_cache
def sign_in_password(request: HttpRequest) -> HttpResponse:
    form = forms_of.SignInByPassword(typed(request))
    if form.is_valid():
        now = timezone.now()
        person = attempt(form, lambda: commands.sign_in_by_password(now=now, address=client_address(request), **form.cleaned_data))
        if person is not None:
            return _enter(request, person)
    return render(request, "people/sign_in_password.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def sign_in_demo(request: HttpRequest) -> HttpResponse:
    """One click into a listed account, in its staff role if it has one; demonstration only."""
    now = timezone.now()
    chosen = request.POST.get("person", "")
    person = commands.demo_sign_in(person_id=int(chosen) if chosen.isdecimal() else 0, now=now)
    role = queries.open_roles(person).first()
    if role is None:
        return _enter(request, person)
    answer = _enter(request, person)
    otp_login(request, commands.demo_second_factor(actor=person, now=now))
    request.session["acting"] = str(role.pk)
    return answer


def _enter(request: HttpRequest, person: Any) -> HttpResponse:
    login(request, person, backend=BACKEND)
    request.session.pop("phone", None)
    request.session["acting"] = ""
    remember(request, person)
    return redirect(_after(request))


def _after(request: HttpRequest) -> str:
    return safe(request, str(request.session.pop("next", "")), settings.LOGIN_REDIRECT_URL)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    commands.forget_session(session_key=str(request.session.session_key))
    logout(request)
    return redirect("home")


@login_required
@never_cache
def verify(request: PersonRequest) -> HttpResponse:
    """Enrol the second factor, or give it."""
    if "next" in request.GET:
        request.session["next"] = request.GET["next"]
    form = forms_of.Verify(typed(request))
    now = timezone.now()
    if form.is_valid():
        device = attempt(form, lambda: commands.check_second_factor(actor=request.user, now=now, **form.cleaned_data))
        if device is not None:
            otp_login(request, device)
            return redirect(_after(request))
    device = queries.second_factor(request.user) or commands.begin_second_factor(actor=request.user, now=now)
    context = {"form": form, "device": device, "shown": _demo_code(device)}
    if not device.confirmed:
        context |= {"qr": _qr(device.config_url), "secret": b32encode(device.bin_key).decode()}
    return render(request, "people/verify.html", context, status=422 if form.errors else 200)


def _demo_code(device: Any) -> str:
    """The code that the next check accepts, shown in the demonstration only."""
    if not settings.DEMO:
        return ""
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    totp.time = timezone.now().timestamp()
    if totp.t() <= device.last_t:
        totp.drift += device.last_t + 1 - totp.t()
    return f"{totp.token():0{device.digits}d}"


def _qr(text: str) -> str:
    return str(segno.make(text, error="m").png_data_uri(scale=5, border=3))


@login_required
@require_POST
def switch_role(request: PersonRequest) -> HttpResponse:
    """Act in another of one's roles; a staff role asks for the second factor."""
    chosen = request.POST.get("acting", "")
    request.session["acting"] = chosen if chosen.isdecimal() or chosen in (RoleKind.RESIDENT, RoleKind.VOLUNTEER) else ""
    if chosen.isdecimal():
        role = queries.open_role(request.user, int(chosen))
        if role.kind in SECOND_FACTOR and not request.user.is_verified():  # type: ignore[attr-defined]
            request.session["next"] = safe(request, request.POST.get("next", ""), reverse("home"))
            return redirect("verify")
        messages.success(request, _("现在是：%(role)s") % {"role": f"{role.get_kind_display()} {role.area or ''}"})
    return redirect(safe(request, request.POST.get("next", ""), reverse("home")))
