"""The assembly of /api/v1: routers of the domains, tokens, and the one shape of every problem."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from chunshui.areas.api import router as areas
from chunshui.hours.api import router as hours
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.faults import fault
from chunshui.kernel.rest import PRINTABLE, Unknown, Unreadable, count_call
from chunshui.needs.api import router as needs
from chunshui.notices.api import router as notices
from chunshui.people import commands, queries
from chunshui.people.api import router as people
from chunshui.teams.api import router as teams

PROBLEM = "application/problem+json"
log = logging.getLogger("chunshui.api")
FORBIDDEN = frozenset({"forbidden", "own_case", "missing_scope", "involved", "no_relation"})


@dataclass(frozen=True)
class Own:
    """Seals what is kept of an answer under the caller's own key."""

    person: Any

    def seal(self, text: str) -> bytes:
        return bytes(queries.sealed_for(self.person, text, "api-answer"))

    def unseal(self, sealed: bytes) -> str:
        return str(queries.unsealed_for(self.person, sealed, "api-answer"))


class Token(HttpBearer):
    """A personal token, made on the profile page."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        now = timezone.now()
        person = queries.person_by_token(token, now) if token.isascii() else None
        if person is not None:
            count_call(person.token_id)
            commands.use_token(plain=token, now=now)
            request.sealing = Own(person)  # type: ignore[attr-defined]
            if not told_language(request):
                translation.activate(person.language)
        return person


class Api(NinjaAPI):
    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().create_response(request, *args, **kwargs)
        if getattr(request, "is_replayed", False):
            response["Idempotency-Replayed"] = "true"
        response["Content-Language"] = "en" if translation.get_language() == "en" else "zh-Hans"
        return response

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        """Problems have their own media type; every write takes an idempotency key."""
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _told(method, operation)
        return schema


def _told(method: str, operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if int(status) >= HTTPStatus.BAD_REQUEST:
            response["content"] = {PROBLEM: response.get("content", {}).get("application/json", {})}
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query" and parameter["schema"].get("type") == "string" and "pattern" not in parameter["schema"]:
            parameter["schema"]["pattern"] = PRINTABLE
    if method == "post":
        key = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"}
        operation.setdefault("parameters", []).append({"in": "header", "name": "Idempotency-Key", "required": False, "schema": key})


api = Api(title="Chunshui 春水", version="1.0.0", urls_namespace="api", auth=Token(), docs_url=None, openapi_url="/openapi.json")
for prefix, router in (("", needs), ("", people), ("", teams), ("", hours), ("", notices), ("", areas)):
    api.add_router(prefix, router)


def problem(request: HttpRequest, status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "code": code, "errors": errors or []}
    response = JsonResponse(body, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})
    response["Content-Language"] = "en" if translation.get_language() == "en" else "zh-Hans"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = "60"
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _status(code: str) -> int:
    if code == "too_many":
        return HTTPStatus.TOO_MANY_REQUESTS
    if code == "bad_key":
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.FORBIDDEN if code in FORBIDDEN else HTTPStatus.CONFLICT


@api.exception_handler(Refused)
def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    errors = [{"field": name, "message": str(text)} for name, text in refusal.fields.items()]
    return problem(request, _status(refusal.code), refusal.code, str(refusal), errors)


@api.exception_handler(NotFound)
def _not_found(request: HttpRequest, error: NotFound) -> HttpResponse:
    return problem(request, 404, "not_found", _("没有找到。"))


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(request, 401, "unauthenticated", _("请带上有效的令牌。"))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(request, error.status_code, "bad_request", _("看不懂这个请求。"))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return problem(request, 422, "invalid", _("有几处要改。"), [fault(each) for each in error.errors])


@api.exception_handler(Unreadable)
def _unreadable(request: HttpRequest, error: Unreadable) -> HttpResponse:
    return problem(request, 422, "invalid", _("有几处要改。"), [{"field": str(error), "message": _("里面有不能用的字符。")}])


@api.exception_handler(Unknown)
def _unknown_name(request: HttpRequest, error: Unknown) -> HttpResponse:
    return problem(request, 422, "unknown_parameter", _("有几处要改。"), [{"field": str(error)[:80], "message": _("没有这个参数。")}])


def told_language(request: HttpRequest) -> str:
    """What Accept-Language asks for, if it asks for anything."""
    return request.headers.get("Accept-Language", "").strip(" *")


def answered(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A door whose every answer, also to a wrong method, to a body beyond bounds and to a fault of ours, has the one shape."""

    @wraps(view)
    def shaped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except RequestDataTooBig:
            return problem(request, 413, "too_large", _("请求太大了。"))
        except (SuspiciousOperation, UnicodeError):
            return problem(request, 400, "bad_request", _("看不懂这个请求。"))
        except Exception:
            log.exception("A door of the API failed")
            return problem(request, 500, "fault", _("系统出错了，请过一会儿再试。"))
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            return response
        refusal = problem(request, 405, "wrong_method", _("这里不能用这个方法。"))
        refusal["Allow"] = response.headers.get("Allow", "")
        return refusal

    return shaped


def unknown_path(request: HttpRequest, path: str = "") -> HttpResponse:
    return problem(request, 404, "not_found", _("没有找到。"))
