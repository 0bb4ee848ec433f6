"""Pages of proofs: asking, the unit's queue and publicity, the sheet, and what anybody may check."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from typing import Any

import segno
from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chunshui.hours import commands, queries
from chunshui.hours.forms import proofs as forms
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.http import PersonRequest, client_address, staff_only, tell

FILES = {
    "paper.pdf": ("application/pdf", queries.paper, "pdf"),
    "proof.json": ("application/json", lambda proof: json.dumps(queries.signed_document(proof), ensure_ascii=False, indent=1), "json"),
    "badge.jwt": ("application/jwt", queries.badge, "jwt"),
}


@login_required
@require_safe
def my_proofs(request: PersonRequest) -> HttpResponse:
    return render(request, "hours/my_proofs.html", {"page": queries.proofs_of(request.user, request.GET.get("cursor", ""))})


@login_required
def ask_proof(request: PersonRequest) -> HttpResponse:
    """Who proves, which days, for what; the services can be chosen one by one."""
    me, today = request.user, clock.today(timezone.now())
    units, posted = queries.units_of(me.pk), request.POST if request.method == "POST" else None
    start = {"area_id": units[0].pk if units else None, "since": date(today.year, 1, 1), "until": today}
    form = forms.AskProof(posted, units=units, initial=start)
    records = list(queries.provable_records(me.pk, units[-1], date(2000, 1, 1), today).reverse()[:40]) if units else []
    choice = forms.ChooseRecords(posted, records=records)
    if posted is not None and form.is_valid() and choice.is_valid():
        try:
            proof = commands.request_proof(actor=me, now=timezone.now(), **form.cleaned_data, **choice.cleaned_data)
            messages.success(request, _("已申请，单位受理后会告诉您。"))
            return redirect("proof", proof.pk)
        except Refused as refusal:
            tell(form, refusal)
    shown = {"form": form, "choice": choice, "units": units}
    return render(request, "hours/ask_proof.html", shown, status=422 if form.errors or choice.errors else 200)


@login_required
@require_safe
def proof(request: PersonRequest, proof_id: int) -> HttpResponse:
    return _proof_page(request, proof_id, {})


def _proof_page(request: PersonRequest, proof_id: int, more: dict[str, Any], status: int = 200) -> HttpResponse:
    page = queries.proof_page(request.user, proof_id, timezone.now())
    row = page.proof
    shown = {"name_shown": row.name_shown, "shows_hours": row.shows_hours, "shows_items": row.shows_items}
    blank = {"issue_form": forms.IssueProof(), "reason_form": forms.ProofReason(), "show_form": forms.ShowProof(initial=shown)}
    return render(request, "hours/proof.html", {"page": page, "proof": row, **blank, **more}, status=status)


@login_required
@require_POST
def decide_proof(request: PersonRequest, proof_id: int | str, verb: str) -> HttpResponse:
    """Withdraw, accept, issue, refuse, revoke, or choose what strangers read."""
    proof_id = int(proof_id)
    kinds: dict[str, tuple[str, type[django_forms.Form]]] = {
        "issue": ("issue_form", forms.IssueProof),
        "show": ("show_form", forms.ShowProof),
        "refuse": ("reason_form", forms.ProofReason),
        "revoke": ("reason_form", forms.ProofReason),
    }
    name, kind = kinds.get(verb, ("form", django_forms.Form))
    form = kind(request.POST)
    if not form.is_valid():
        return _proof_page(request, proof_id, {"form": form, name: form}, 422)
    more: dict[str, Any] = {**form.cleaned_data, **({"site": request.build_absolute_uri("/")} if verb == "issue" else {})}
    getattr(commands, f"{verb}_proof")(actor=request.user, proof_id=proof_id, now=timezone.now(), **more)
    messages.success(request, _("已记下。"))
    return redirect("proof", proof_id)


@login_required
@require_POST
def object_to_proof(request: PersonRequest, proof_id: int) -> HttpResponse:
    commands.object_to_proof(actor=request.user, proof_id=proof_id, words=request.POST.get("words", "")[:500], now=timezone.now())
    messages.success(request, _("已收到，处理后会告诉您结果。"))
    return redirect("published_proofs")


@login_required
@require_safe
def proof_file(request: PersonRequest, proof_id: int | str, name: str) -> HttpResponse:
    """The sealed PDF, the signed JSON or the JWT."""
    row = queries.visible_proof(request.user, int(proof_id))
    kind, read, ending = FILES[name]
    answer = HttpResponse(read(row), content_type=kind)
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{row.number}.{ending}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_safe
def proof_sheet(request: PersonRequest, proof_id: int) -> HttpResponse:
    """The same on a page, for reading and printing."""
    row = queries.visible_proof(request.user, proof_id)
    service = queries.signed_document(row)["credentialSubject"]["volunteerService"]
    hours, minutes = divmod(service["service"]["minutes"], 60)
    return render(request, "hours/proof_sheet.html", {"proof": row, "service": service, "hours": hours, "minutes": minutes})


@staff_only
@require_safe
def proof_queue(request: PersonRequest) -> HttpResponse:
    """What waits, and the unit's book."""
    page = queries.proof_queue(request.user, request.GET.get("cursor", ""))
    return render(request, "hours/proof_queue.html", {"page": page, "issued": queries.issued_proofs(request.user, size=20)})


@login_required
@require_safe
def published_proofs(request: PersonRequest) -> HttpResponse:
    page = queries.published_proofs(None, timezone.now(), request.GET.get("cursor", ""))
    return render(request, "hours/published_proofs.html", {"page": page})


@require_safe
def check_proof(request: HttpRequest) -> HttpResponse:
    """Number and code, typed by whoever holds the paper."""
    form = forms.CheckProof(request.GET if request.GET.get("number") or request.GET.get("code") else None)
    if form.is_bound and form.is_valid() and form.cleaned_data["code"].isalnum() and form.cleaned_data["number"].isalnum():
        return redirect("checked_proof", form.cleaned_data["number"], form.cleaned_data["code"])
    return render(request, "hours/check_proof.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
def checked_proof(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """What the QR code leads to: no sign-in, and no more than the holder allows."""
    try:
        found = commands.look_up_proof(number=number.upper(), code=code.upper(), address=client_address(request), now=timezone.now())
    except NotFound:
        return render(request, "hours/checked_proof.html", {"found": None}, status=404)
    hours, minutes = divmod(found.minutes or 0, 60)
    answer = render(request, "hours/checked_proof.html", {"found": found, "hours": hours, "minutes": minutes})
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@login_required
@require_safe
def proof_qr(request: PersonRequest, proof_id: int) -> HttpResponse:
    """The check link as a picture, for the page that is printed."""
    row = queries.visible_proof(request.user, proof_id)
    if row.number is None:
        raise NotFound
    out = BytesIO()
    link = request.build_absolute_uri(reverse("checked_proof", args=[row.number, row.code]))
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=8, border=2)
    return HttpResponse(out.getvalue(), content_type="image/png")
