"""Health for load balancers and operators."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from chunshui.kernel import health


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    report = health.report(timezone.now())
    return JsonResponse(report, status=200 if report["ready"] else 503)
