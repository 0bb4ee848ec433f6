"""The assembly of /api/v1: routers of the domains, tokens, and the one shape of every problem."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer

from chunshui.areas.api import router as areas
from chunshui.hours.api import router as hours
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.rest import Unknown
from chunshui.needs.api import router as needs
from chunshui.notices.api import router as notices
from chunshui.people import commands, queries
from chunshui.people.api import router as people
from chunshui.teams.api import router as teams

PROBLEM = "application/problem+json"
FORBIDDEN = frozenset({"forbidden", "own_case", "missing_scope", "involved", "no_relation"})


class Token(HttpBearer):
    """A personal token, made on the profile page."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        now = timezone.now()
        person = queries.person_by_token(token, now) if token.isascii() else None
        if person is not None:
            commands.use_token(plain=token, now=now)
        return person


class Api(NinjaAPI):
    def create_response(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().create_response(request, *args, **kwargs)
        if getattr(request, "is_replayed", False):
            response["Idempotency-Replayed"] = "true"
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
    if method == "post":
        key = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"}
        operation.setdefault("parameters", []).append({"in": "header", "name": "Idempotency-Key", "required": False, "schema": key})


api = Api(title="Chunshui 春水", version="1.0.0", urls_namespace="api", auth=Token(), docs_url=None, openapi_url="/openapi.json")
for prefix, router in (("", needs), ("", people), ("", teams), ("", hours), ("", notices), ("", areas)):
    api.add_router(prefix, router)


def problem(request: HttpRequest, status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, "code": code, "errors": errors or []}
    response = JsonResponse(body, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})
    response["Content-Language"] = translation.get_language() or "zh-hans"
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
    errors = [{"field": ".".join(str(part) for part in each["loc"]), "message": str(each["msg"])} for each in error.errors]
    return problem(request, 422, "invalid", _("有几处要改。"), errors)


@api.exception_handler(Unknown)
def _unknown_name(request: HttpRequest, error: Unknown) -> HttpResponse:
    return problem(request, 422, "unknown_parameter", _("有几处要改。"), [{"field": str(error)[:80], "message": _("没有这个参数。")}])
