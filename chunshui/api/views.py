"""The page that lists what the API can do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chunshui.api.root import api


def docs(request: HttpRequest) -> HttpResponse:
    """Every operation by its subject; the schema itself is for machines."""
    schema = api.get_openapi_schema()
    groups: dict[str, list[dict[str, str]]] = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            words = (operation.get("description") or operation.get("summary") or "").split("\n")[0]
            groups.setdefault(operation["tags"][0], []).append({"method": method.upper(), "path": path, "words": words})
    return render(request, "api/docs.html", {"groups": groups})
