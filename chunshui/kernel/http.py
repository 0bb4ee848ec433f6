"""What every door shares: the request with a person, acting roles, screen modes, and answers made of NotFound and Refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string
from django.utils.timezone import now

from chunshui.kernel.errors import NotFound, Refused

if TYPE_CHECKING:
    from chunshui.people.models import Person

GetResponse = Callable[[HttpRequest], HttpResponse]
MODES = ("std", "elder", "xl")
LANGUAGES = ("zh-hans", "en")
YEAR = 365 * 24 * 3600


class PersonRequest(HttpRequest):
    """A request whose person is signed in (doors that require it are decorated)."""

    user: Person
    ui: str


class ActingMiddleware:
    """The signed-in person acts in one role at a time; the session remembers which."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.acting_person = import_string(settings.ACTING_PERSON)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        signed_in = request.user
        request.user = SimpleLazyObject(lambda: self.acting_person(signed_in, request))  # type: ignore[assignment]
        return self.get_response(request)


class ModeMiddleware:
    """Screen mode (`?ui=`) and language (`?lang=`): a link chooses, a cookie and the account keep it; a new device asks the account."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.change_person = import_string(settings.CHANGE_PERSON)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ui = _chosen(request, "ui", MODES) or _of_account(request, "ui_mode", MODES) or "std"
        language = _chosen(request, "lang", LANGUAGES) or _of_account(request, "language", LANGUAGES) or _told(request)
        request.ui = ui  # type: ignore[attr-defined]
        translation.activate(language)
        request.LANGUAGE_CODE = language
        self._keep(request, ui_mode=request.GET.get("ui") == ui and ui, language=request.GET.get("lang") == language and language)
        response = self.get_response(request)
        for name, value in (("ui", ui), ("lang", language)):
            if request.GET.get(name) == value:
                response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True)
        response.headers.setdefault("Content-Language", "en" if language == "en" else "zh-Hans")
        patch_vary_headers(response, ("Cookie",))
        translation.deactivate()
        return response

    def _keep(self, request: HttpRequest, **chosen: str | bool) -> None:
        """On the account, if what the link says is new there."""
        if not any(chosen.values()) or not request.user.is_authenticated:
            return
        changes = {column: value for column, value in chosen.items() if value and getattr(request.user, column) != value}
        if changes:
            self.change_person(actor=request.user, person_id=request.user.pk, now=now(), **changes)


def _told(request: HttpRequest) -> str:
    """Programs say their language in a header; people choose it on the page."""
    return "en" if request.path.startswith("/api/") and request.headers.get("Accept-Language", "").lower().startswith("en") else "zh-hans"


def _chosen(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> str:
    for value in (request.GET.get(name, ""), request.COOKIES.get(name, "")):
        if value in allowed:
            return value
    return ""


def _of_account(request: HttpRequest, column: str, allowed: tuple[str, ...]) -> str:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    kept = getattr(request.user, column, "")
    return kept if kept in allowed else ""


def client_address(request: HttpRequest) -> str:
    """The browser's address: the connection's own, or what the proxy in front wrote last into the header that the setting names."""
    told = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "") if settings.CLIENT_ADDRESS_HEADER else ""
    return told.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def staff_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for who acts in a staff role: others are led to sign in, to give the second factor, or get the 403 page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person: Any = request.user
        if not person.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not person.is_staff_now:
            raise PermissionDenied
        if not person.acting.confirmed:
            return redirect(f"{reverse('verify')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return guarded


class AnswerMiddleware:
    """NotFound becomes the 404 page; a Refused that no form caught becomes a page with the reason (409)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotFound):
            return render(request, "404.html", status=404)
        if isinstance(error, Refused):
            return _refused(request, error)
        return None


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The reason as a page; for a part of a page, as a message at its top."""
    if not getattr(request, "htmx", False):
        return render(request, "refused.html", {"refusal": refusal}, status=409)
    response = render(request, "refused.html#told", {"refusal": refusal}, status=422)
    response.headers["HX-Retarget"] = "#flash"
    response.headers["HX-Reswap"] = "innerHTML show:#flash:top"
    return response


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every page."""
    ui = getattr(request, "ui", "std")
    english = translation.get_language() == "en"
    return {
        "ui": ui,
        "elder": ui != "std",
        "is_demo": settings.DEMO,
        "site_name": settings.SITE_NAME_EN if english else settings.SITE_NAME,
        "hotline": settings.HOTLINE,
        "hotline_link": settings.HOTLINE.replace("-", ""),
        "department": settings.RESPONSIBLE_DEPARTMENT,
    }


def tell(form: forms.BaseForm, refusal: Refused, **names: str) -> None:
    """Put the reason of a refusal at the fields it names, else above the form; `names`: the form's field for an input of the command."""
    placed = {names.get(field, field): str(text) for field, text in refusal.fields.items()}
    is_known = any(name in form.fields for name in placed)
    for name, text in placed.items() if is_known else [("", str(refusal))]:
        form.add_error(name if name in form.fields else None, text)


def answered(form: forms.BaseForm, verb: Callable[[], Any], **names: str) -> bool:
    """Run one command when the form is right; what it refuses is told in the form."""
    if not form.is_valid():
        return False
    try:
        verb()
    except Refused as refusal:
        tell(form, refusal, **names)
        return False
    return True
