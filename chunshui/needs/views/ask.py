"""点单: the order form, page by page. What is posted is kept until the order is placed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from chunshui.kernel.errors import Refused
from chunshui.needs import commands, queries
from chunshui.needs.forms import ask as forms
from chunshui.needs.forms.questions import Question
from chunshui.needs.views.walk import Walk, elsewhere


@require_GET
@never_cache
def place_need(request: HttpRequest) -> HttpResponse:
    """The door: begin with a service of the menu already chosen, or at the first question."""
    walk = Walk(request)
    if walk.community is None:
        return elsewhere(request)
    code = request.GET.get("service", "")
    if walk.asking.service(code) is None:
        return redirect(walk.url(walk.steps[0]))
    walk.draft.answers["service"] = [code]
    walk.draft.save()
    return redirect(walk.url(walk.steps[1]))


@never_cache
def ask(request: HttpRequest, page: str) -> HttpResponse:
    walk = Walk(request)
    return elsewhere(request) if walk.community is None else answered_page(walk, page)


def answered_page(walk: Walk, page: str) -> HttpResponse:
    """One page of questions. What is posted is kept whether it is right or not."""
    request = walk.request
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
            walk.draft.photos.append(commands.keep_photo(file=form.cleaned_data["photo"], already=len(walk.draft.photos) + walk.photos_kept))
            walk.draft.save()
        except Refused as refusal:
            form.add_error("photo", str(refusal))
    return form if form.errors or "add_photo" in posted else None
