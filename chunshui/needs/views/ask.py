"""点单: the order form, step by step. The draft is kept until it is placed; nobody signs in before the check step."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.http import client_address
from chunshui.needs import commands, queries
from chunshui.needs.forms import ask as forms
from chunshui.needs.forms.questions import Question
from chunshui.needs.states import Channel
from chunshui.needs.views.draft import KIOSK, PLACED, Draft
from chunshui.people import commands as people
from chunshui.people import queries as people_queries

CHECK = "check"
FEW = 4
#: where the standard version asks what has a page of its own in the elder version, and the other way round
STANDARD_PAGE = {"words": "what"}
BIG_PAGE = {"when": "day"}
#: the page that mends what a command refused
PAGE_OF = {
    "service_code": "what",
    "details": "words",
    "wish": "day",
    "wish_from": "day",
    "wish_until": "time",
    "repeat": "often",
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
SENT, PROVE = "send", "prove"


class Walk:
    """One person's way through the form: the draft, the mode, and what the questions are chosen from."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.now = request, timezone.now()
        self.is_kiosk = bool(request.session.get(KIOSK))
        if self.is_kiosk:
            request.ui = "xl"  # type: ignore[attr-defined]
        self.big = getattr(request, "ui", "std") != "std"
        self.draft = Draft(request)
        self.actor = request.user if request.user.is_authenticated else None
        self.community = queries.community_for(self.actor, request.COOKIES.get("place", ""))
        self.groups = forms.BIG_GROUPS if self.big else forms.GROUPS
        self.steps = forms.BIG_STEPS if self.big else forms.STEPS
        if self.community is not None:
            self.asking = queries.asking(self.actor, self.community, is_spoken=self.big)

    def page(self, name: str) -> str:
        """The page of this mode that asks what `name` asks."""
        if name in self.groups:
            return name
        known = {**forms.GROUPS, **forms.BIG_GROUPS}
        if name not in known:
            raise NotFound
        return BIG_PAGE.get(name, "what") if self.big else STANDARD_PAGE.get(name, "when")

    def url(self, name: str, **query: str) -> str:
        if name == CHECK:
            return reverse("check_need")
        asked = "&".join(f"{key}={value}" for key, value in query.items())
        return reverse("ask", args=[self.page(name)]) + (f"?{asked}" if asked else "")

    def bound(self, page: str) -> Question:
        return self.groups[page](self.draft.data, asking=self.asking, now=self.now)

    def shown(self, page: str) -> tuple[Question, list[queries.Choice] | None]:
        """A page as it is first shown: what the words speak of stands first, and the elder version offers a few services at a time."""
        asking, words = self.asking, str(self.draft.data.get("details", ""))
        found = queries.proposed(words, asking) if words and page == "what" and not self.big else None
        first = {each.code for each in found or []}
        services = [*(found or []), *(each for each in asking.services if each.code not in first)]
        if page == "what" and self.big and "all" not in self.request.GET:
            services = services[:FEW]
        kind, initial = self.groups[page], self.draft.initial(self.groups[page])
        if found and not initial.get("service"):
            initial["service"] = found[0].code
        return kind(initial=initial, asking=replace(asking, services=services), now=self.now), found

    def whole(self) -> forms.Whole:
        return forms.Whole(self.draft.data, asking=self.asking, now=self.now)

    def after(self, page: str) -> str:
        back = self.request.POST.get("from") == CHECK
        if back or page not in self.steps or page == self.steps[-1]:
            return self.url(CHECK)
        return self.url(self.steps[self.steps.index(page) + 1])

    def before(self, page: str) -> str:
        if self.request.GET.get("from") == CHECK or self.request.POST.get("from") == CHECK or page not in self.steps:
            return self.url(CHECK)
        at = self.steps.index(page)
        return self.url(self.steps[at - 1]) if at else reverse("kiosk" if self.is_kiosk else "home")

    def first_wrong(self, form: Question) -> str:
        """The page of this mode that asks what is wrong first."""
        wrong = next((name for name in forms.Whole.shown if name in form.errors), "service")
        return next(page for page, kind in self.groups.items() if wrong in kind.shown)

    def context(self, page: str) -> dict[str, Any]:
        data = self.draft.data
        service = self.asking.service(str(data.get("service", "")))
        at = self.steps.index(page) + 1 if page in self.steps else 0
        return {
            "kiosk": self.is_kiosk,
            "page": page,
            "service": service,
            "asking": self.asking,
            "step": at if page != CHECK else len(self.steps) + 1,
            "of": len(self.steps) + 1,
            "back": self.before(page) if page != CHECK else self.url(self.steps[-1]),
            "from_check": self.request.GET.get("from") == CHECK or self.request.POST.get("from") == CHECK,
        }


def _elsewhere(request: HttpRequest) -> HttpResponse:
    """Nobody can be helped nowhere: choose the community first, then go on."""
    return redirect(f"{reverse('choose_place')}?next={reverse('place_need')}?{request.GET.urlencode()}")


@require_GET
@never_cache
def place_need(request: HttpRequest) -> HttpResponse:
    """The door: begin with a service of the menu already chosen, or at the first question."""
    walk = Walk(request)
    if walk.community is None:
        return _elsewhere(request)
    code = request.GET.get("service", "")
    if walk.asking.service(code) is None:
        return redirect(walk.url(walk.steps[0]))
    walk.draft.answers["service"] = [code]
    walk.draft.save()
    return redirect(walk.url(walk.steps[1]))


@never_cache
def ask(request: HttpRequest, page: str) -> HttpResponse:
    """One page of questions. What is posted is kept whether it is right or not."""
    walk = Walk(request)
    if walk.community is None:
        return _elsewhere(request)
    if walk.page(page) != page:
        return redirect(walk.url(page))
    if request.method != "POST":
        return _page(walk, page, walk.bound(page)) if "fix" in request.GET else _shown(walk, page)
    walk.draft.keep(walk.groups[page].shown, request.POST)
    photo = _kept_photo(walk)
    if photo is not None:
        return _shown(walk, page, photo=photo, status=422 if photo.errors else 200)
    if "find" in request.POST:
        return _shown(walk, page)
    form = walk.bound(page)
    if form.is_valid():
        return redirect(walk.after(page))
    wrong = walk.first_wrong(form)
    if wrong != page:
        return redirect(walk.url(wrong, fix="1"))
    return _page(walk, page, form, status=422)


def _shown(walk: Walk, page: str, **more: Any) -> HttpResponse:
    form, found = walk.shown(page)
    return _page(walk, page, form, found=found, **more)


def _page(
    walk: Walk, page: str, form: Question, *, found: list[queries.Choice] | None = None, photo: forms.Photo | None = None, status: int = 200
) -> HttpResponse:
    context = {
        **walk.context(page),
        "form": form,
        "photo": photo or forms.Photo(),
        "photos": len(walk.draft.photos),
        "found": found,
        "more": page == "what" and len(form.asking.services) < len(walk.asking.services),
    }
    name = "needs/ask/question.html" if walk.big else f"needs/ask/{page}.html"
    part = "#services" if walk.request.headers.get("HX-Target") == "services" else ""
    return render(walk.request, name + part, context, status=status)


def _kept_photo(walk: Walk) -> forms.Photo | None:
    """Photos are kept as soon as they are sent; None when nothing was done about photos."""
    posted = walk.request.POST
    if "drop" in posted:
        commands.drop_photos(walk.draft.photos)
        walk.draft.photos = []
        walk.draft.save()
        return forms.Photo()
    if not walk.request.FILES:
        return forms.Photo({}) if "add_photo" in posted else None
    form = forms.Photo(posted, walk.request.FILES)
    if form.is_valid():
        try:
            walk.draft.photos.append(commands.keep_photo(file=form.cleaned_data["photo"], already=len(walk.draft.photos)))
            walk.draft.save()
        except Refused as refusal:
            form.add_error("photo", str(refusal))
    return form if form.errors or "add_photo" in posted else None


@never_cache
def check_need(request: HttpRequest) -> HttpResponse:
    """Read it once more, say who asks, and place it."""
    walk = Walk(request)
    if request.method == "POST" and walk.draft.was_placed(request.POST.get("token", "")):
        return redirect("need_placed")
    if walk.community is None:
        return _elsewhere(request)
    whole = walk.whole()
    if not whole.is_valid():
        return redirect(walk.url(walk.first_wrong(whole), **({"fix": "1"} if walk.draft else {})))
    if request.method != "POST":
        return _check(walk, whole, _phone(walk))
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
        "photos": len(walk.draft.photos),
        "photos_url": walk.url("words", **{"from": CHECK}),
        "refusal": refusal,
        "mend": [(str(text), walk.url(PAGE_OF[name], **{"from": CHECK})) for name, text in refusal.fields.items() if name in PAGE_OF]
        if refusal
        else [],
    }
    return render(walk.request, "needs/ask/check.html", context, status=status)


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
            need = commands.place_need(resident_id=resident_id, channel=_channel(walk, resident_id), **order)
    except Refused as refusal:
        return _check(walk, whole, _phone(walk), refusal=refusal, status=422)
    finally:
        for photo in photos:
            photo.close()
    commands.drop_photos(draft.photos)
    draft.placed({"id": need.pk, "number": need.number, "by": need.due_at.isoformat() if need.due_at else "", "phone": need.community.phone})
    if walk.is_kiosk:
        _leave_kiosk(walk.request)
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


@require_GET
@never_cache
def kiosk(request: HttpRequest) -> HttpResponse:
    """A standing touch screen: the largest mode, and every visit begins clean."""
    if request.session.get(KIOSK):
        _leave_kiosk(request)
        request.session.pop(PLACED, None)
    request.session[KIOSK] = True
    walk = Walk(request)
    if walk.community is None:
        return redirect(f"{reverse('choose_place')}?next={reverse('kiosk')}")
    return render(request, "needs/ask/kiosk.html", {"services": walk.asking.services, "community": walk.community})


@require_POST
def leave_kiosk(request: HttpRequest) -> HttpResponse:
    """This screen is an ordinary browser again."""
    request.session.flush()
    return redirect("home")


def _leave_kiosk(request: HttpRequest) -> None:
    """The next person must find nothing of this one."""
    placed = request.session.get(PLACED)
    people.forget_session(session_key=str(request.session.session_key))
    logout(request)
    request.session[KIOSK] = True
    if placed:
        request.session[PLACED] = placed
