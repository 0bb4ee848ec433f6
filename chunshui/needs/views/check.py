"""点单, the last step: read it once more, prove the phone, place the order. Nobody signs in before this."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from chunshui.kernel import clock
from chunshui.kernel.errors import Refused
from chunshui.kernel.http import client_address
from chunshui.needs import commands, queries
from chunshui.needs.forms import ask as forms
from chunshui.needs.states import Channel
from chunshui.needs.views.draft import KIOSK, PLACED
from chunshui.needs.views.kiosk import clean
from chunshui.needs.views.walk import CHECK, Walk, elsewhere
from chunshui.people import commands as people
from chunshui.people import queries as people_queries
from chunshui.people.states import ConsentKind

#: the page that mends what a command refused
PAGE_OF = {
    "service_code": "what",
    "details": "words",
    "wish": "day",
    "wish_from": "day",
    "wish_until": "time",
    "repeat": "often",
    "urgent_reason": "urgent",
    "urgent_words": "urgent",
    "area_id": "where",
    "address": "where",
    "gender": "wishes",
    "language": "wishes",
    "same_volunteer_id": "wishes",
    "people_needed": "wishes",
    "focus_groups": "household",
    "dangers": "household",
    "danger_note": "household",
    "name": "whom",
    "phone": "whom",
}
SENT = "send"


@never_cache
def check_need(request: HttpRequest) -> HttpResponse:
    """Read it once more, say who asks, and place it."""
    walk = Walk(request)
    if request.method == "POST" and walk.draft.was_placed(request.POST.get("token", "")):
        return redirect("need_placed")
    if walk.community is None:
        return elsewhere(request)
    whole = walk.whole()
    if not whole.is_valid():
        return redirect(walk.url(walk.first_wrong(whole), **({"fix": "1"} if walk.draft else {})))
    if request.method != "POST":
        return _check(walk, whole, _phone(walk))
    walk.draft.keeps_address = whole.may_keep_address and "keep_address" in request.POST
    walk.draft.save()
    if walk.actor is None:
        return _prove(walk, whole)
    return _place(walk, whole)


def _phone(walk: Walk) -> forms.Phone:
    kind = forms.PhoneCode if walk.draft.phone.get("sent") else forms.Phone
    return kind(initial=walk.draft.phone)


def _check(walk: Walk, whole: forms.Whole, phone: forms.Phone, *, refusal: Refused | None = None, status: int = 200) -> HttpResponse:
    answers = [(each, walk.url(each.page, **{"from": CHECK})) for each in whole.answers()]
    context = {
        **walk.context(CHECK),
        "answers": answers,
        "phone": phone,
        "form": phone,
        "sent": bool(walk.draft.phone.get("sent")),
        "shown": people_queries.code_just_sent(walk.draft.phone.get("phone", ""), walk.now) if walk.draft.phone.get("sent") else "",
        "token": walk.draft.token,
        "keep": forms.KeepAddress(initial={"keep_address": walk.draft.keeps_address}) if whole.may_keep_address else None,
        "keep_words": people_queries.words_of(people_queries.text_in_force(ConsentKind.ADDRESS, clock.today(walk.now))),
        "photos": len(walk.draft.photos),
        "photos_url": walk.url("words", **{"from": CHECK}),
        "refusal": refusal,
        "mend": mending(walk, refusal),
    }
    return render(walk.request, "needs/ask/check.html", context, status=status)


def mending(walk: Walk, refusal: Refused | None) -> list[tuple[str, str]]:
    """What a command refused, each with the page that mends it."""
    fields = refusal.fields if refusal is not None else {}
    return [(str(text), walk.url(PAGE_OF[name], **{"from": CHECK})) for name, text in fields.items() if name in PAGE_OF]


def _prove(walk: Walk, whole: forms.Whole) -> HttpResponse:
    """Send a code to the phone, or check the code and go straight on to placing the order."""
    posted, draft = walk.request.POST, walk.draft
    asks_again = posted.get("act") == SENT or not draft.phone.get("sent")
    form = forms.Phone(posted) if asks_again else forms.PhoneCode(posted)
    draft.phone = {**draft.phone, "name": posted.get("name", "")[:60], "phone": posted.get("phone", "")[:20]}
    draft.save()
    if not form.is_valid():
        return _check(walk, whole, form, status=422)
    try:
        if asks_again:
            return _send_code(walk, form.cleaned_data["phone"])
        person = people.sign_in_by_code(**form.cleaned_data, now=walk.now)
    except Refused as refusal:
        form.add_error("code" if "code" in form.fields else "phone", str(refusal))
        return _check(walk, whole, form, status=422)
    _enter(walk, person)
    walk.actor = person
    return _place(walk, whole)


def _enter(walk: Walk, person: Any) -> None:
    request = walk.request
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    key, device = str(request.session.session_key), request.META.get("HTTP_USER_AGENT", "")
    people.start_session(actor=person, session_key=key, device=device, address=client_address(request), now=walk.now)


def _send_code(walk: Walk, phone: str) -> HttpResponse:
    people.request_code(phone=phone, now=walk.now, address=client_address(walk.request))
    walk.draft.phone["sent"] = "1"
    walk.draft.save()
    return redirect(f"{walk.url(CHECK)}#prove")


def _place(walk: Walk, whole: forms.Whole) -> HttpResponse:
    """The one command. A refusal keeps everything and names the page that mends it."""
    assert walk.actor is not None
    draft = walk.draft
    helped: dict[str, Any] | None = whole.helped()
    photos = commands.kept_photos(draft.photos)
    order = {"actor": walk.actor, "photos": photos, "now": walk.now, **whole.order()}
    try:
        if helped:
            need = commands.place_need_for(**helped, **order)
        else:
            resident_id = whole.helped_id() or walk.actor.pk
            channel, keep = _channel(walk, resident_id), draft.keeps_address and whole.may_keep_address
            need = commands.place_need(resident_id=resident_id, channel=channel, keep_address=keep, **order)
    except Refused as refusal:
        return _check(walk, whole, _phone(walk), refusal=refusal, status=422)
    finally:
        for photo in photos:
            photo.close()
    commands.drop_photos(draft.photos)
    draft.placed({"id": need.pk, "number": need.number, "by": need.due_at.isoformat() if need.due_at else "", "phone": need.community.phone})
    if walk.is_kiosk:
        clean(walk.request)
    return redirect("need_placed")


def _channel(walk: Walk, resident_id: int) -> str:
    if walk.actor is not None and resident_id != walk.actor.pk:
        return Channel.PROXY
    return Channel.KIOSK if walk.is_kiosk else Channel.WEB


@require_GET
@never_cache
def need_placed(request: HttpRequest) -> HttpResponse:
    """The number, who sees it, by when there is an answer, and whom to call."""
    placed = request.session.get(PLACED)
    if not placed:
        return redirect("my_needs")
    is_kiosk = bool(request.session.get(KIOSK))
    if is_kiosk:
        request.ui = "xl"  # type: ignore[attr-defined]
    due = datetime.fromisoformat(placed["by"]) if placed["by"] else None
    context = {"placed": placed, "by": queries.by_when(due, timezone.now()), "kiosk": is_kiosk}
    return render(request, "needs/ask/placed.html", context)
