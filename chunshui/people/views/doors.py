"""What the pages of people share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from chunshui.kernel.errors import Refused
from chunshui.kernel.http import client_address, tell
from chunshui.people import commands


def attempt(form: forms.BaseForm, command: Callable[[], Any]) -> Any:
    """The command's answer, or None with the refusal shown in the form."""
    try:
        return command()
    except Refused as refusal:
        tell(form, refusal)
        return None


def went(form: forms.BaseForm, command: Callable[[], None]) -> bool:
    """Whether a command that answers nothing went through; else the refusal is shown in the form."""
    try:
        command()
    except Refused as refusal:
        tell(form, refusal)
        return False
    return True


def remember(request: HttpRequest, person: Any) -> None:
    """Keep this browser in the list of those that are signed in."""
    device, key = request.META.get("HTTP_USER_AGENT", ""), str(request.session.session_key)
    commands.start_session(actor=person, session_key=key, device=device, address=client_address(request), now=timezone.now())


def safe(request: HttpRequest, url: str, otherwise: str) -> str:
    """A way back inside this site."""
    inside = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if inside and url else otherwise


def typed(request: HttpRequest) -> Any:
    """What was posted, also when it is nothing; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None
