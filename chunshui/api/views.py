"""The page that lists what the API can do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from chunshui.api.root import api, problem


def docs(request: HttpRequest) -> HttpResponse:
    """Every operation by its subject; the schema itself is for machines."""
    schema = api.get_openapi_schema()
    groups: dict[str, list[dict[str, str]]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            words = (operation.get("description") or operation.get("summary") or "").split("\n")[0]
            groups.setdefault(operation["tags"][0], []).append({"method": method.upper(), "path": path, "words": words})
    return render(request, "api/docs.html", {"groups": groups})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django refuses before any route (a host name that is none): a problem for programs, the plain page for people."""
    if request.path.startswith("/api/"):
        return problem(request, 400, "bad_request", _("看不懂这个请求。"))
    return defaults.bad_request(request, exception)
