"""An order that stands, asked again: completed when the community sent it back, changed when circumstances did."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from chunshui.kernel.errors import Refused
from chunshui.kernel.http import PersonRequest
from chunshui.needs import commands, queries
from chunshui.needs.forms import again as forms
from chunshui.needs.forms import ask as ask_forms
from chunshui.needs.states import State
from chunshui.needs.views.ask import answered_page
from chunshui.needs.views.check import mending
from chunshui.needs.views.walk import CHECK, Again


@login_required
@never_cache
def answer_again(request: PersonRequest, need_id: int, page: str) -> HttpResponse:
    """One page of the same questions, with what the order says or what was typed since."""
    return answered_page(Again(request, need_id), page)


@login_required
@never_cache
def complete_need(request: PersonRequest, need_id: int) -> HttpResponse:
    """Every answer with a way to change it, and the one button that hands the changes to the community."""
    walk = Again(request, need_id)
    whole = walk.whole()
    if not whole.is_valid() or request.method != "POST":
        return _list(walk, whole, status=422 if request.method == "POST" else 200)
    if not forms.changes(whole) and not walk.draft.photos:
        return _list(walk, whole, refusal=Refused(_("和原来一样。请点“改”，改好了再交。")), status=422)
    return _handed_in(walk, whole)


def _handed_in(walk: Again, whole: ask_forms.Whole) -> HttpResponse:
    is_returned = walk.need.state == State.RETURNED
    verb = commands.complete_need if is_returned else commands.change_need
    photos = commands.kept_photos(walk.draft.photos)
    try:
        verb(actor=walk.person, need_id=walk.need.pk, photos=photos, now=walk.now, **forms.changes(whole))
    except Refused as refusal:
        return _list(walk, whole, refusal=refusal, status=422)
    finally:
        for photo in photos:
            photo.close()
    commands.drop_photos(walk.draft.photos)
    walk.draft.drop()
    messages.success(walk.request, _("补好了，社区接着看。") if is_returned else _("改好了，社区再看一遍。"))
    return redirect("need", walk.need.pk)


def _list(walk: Again, whole: ask_forms.Whole, *, refusal: Refused | None = None, status: int = 200) -> HttpResponse:
    whole.is_valid()
    context: dict[str, Any] = {
        **walk.context(CHECK),
        "answers": [(each, walk.url(each.page), whole.wrong(each.page)) for each in whole.answers()],
        "slip": queries.slip(walk.need, walk.now, walk.person),
        "may": queries.may(walk.person, walk.need),
        "photos": len(walk.draft.photos) + walk.photos_kept,
        "photos_url": walk.url("words"),
        "refusal": refusal,
        "mend": mending(walk, refusal),
    }
    return render(walk.request, "needs/complete_need.html", context, status=status)
