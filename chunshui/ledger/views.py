"""The proofs of the ledger, for those who answer for the system."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from chunshui.kernel.http import PersonRequest
from chunshui.ledger import queries


@login_required
def ledger_audits(request: PersonRequest) -> HttpResponse:
    shown = queries.visible_audits(request.user, request.GET.get("cursor", ""))
    last = queries.last_audit()
    lines = queries.proof_lines(last) if last else []
    return render(request, "ledger/audits.html", {"page": shown, "last": last, "lines": lines, "alarm": queries.alarm()})
