"""一起派: a whole area dispatched at once; proposed, corrected, and sent when the worker agrees."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.http import PersonRequest, staff_only
from chunshui.needs import commands, queries
from chunshui.needs.forms import desk as forms
from chunshui.needs.queries import desk as reads
from chunshui.needs.states import RoundState
from chunshui.people import queries as people
from chunshui.people.states import Filters

PAIR_VERBS: dict[str, Callable[..., Any]] = {"lock": commands.lock_pair, "forbid": commands.forbid_pair, "free": commands.free_pair}
ROUND_VERBS: dict[str, tuple[Callable[..., Any], Any]] = {
    "again": (commands.solve_again, gettext_lazy("重新在算。")),
    "send": (commands.send_round, gettext_lazy("派出去了，等志愿者答复。")),
    "discard": (commands.discard_round, gettext_lazy("这一轮不要了。")),
}


TABS = {
    "pairs": gettext_lazy("打算这样派"),
    "unserved": gettext_lazy("暂时没人能去"),
    "map": gettext_lazy("地图"),
    "load": gettext_lazy("谁忙谁闲"),
    "wanted": gettext_lazy("招谁最有用"),
    "why": gettext_lazy("为什么没派他"),
}
WHY_PEOPLE = 6
VERB_WORDS = {"free": gettext_lazy("不再定死"), "lock": gettext_lazy("就这样定"), "forbid": gettext_lazy("别派给他")}


@require_GET
@staff_only
@never_cache
def desk_round(request: PersonRequest) -> HttpResponse:
    """The open round of the acting area, or the door to start one; rounds before it."""
    now, area = timezone.now(), reads.acting_area(request.user)
    found = queries.open_round(area)
    working = found is not None and found.state in (RoundState.SOLVING, RoundState.SENDING)
    context: dict[str, Any] = {"area": area, "round": found, "working": working, "before": queries.rounds_of(area, 8)}
    if found is not None and not working:
        context |= _plan(request, found, now)
    part = "#progress" if request.headers.get("HX-Request") and working else ""
    answer = render(request, f"needs/desk/round.html{part}", context)
    if request.headers.get("HX-Request") and not part:
        answer["HX-Refresh"] = "true"
    return answer


def _plan(request: PersonRequest, found: Any, now: Any) -> dict[str, Any]:
    """One side of a proposed round: its pairs, who is left, the map, or who carries how much."""
    show = request.GET.get("show", "pairs")
    show = show if show in TABS else "pairs"
    text, cursor = request.GET.get("q", "").strip()[:40], request.GET.get("cursor", "")
    context = {"show": show, "tabs": TABS.items(), "show_template": f"needs/desk/round/{show}.html", "q": text, "verb_words": VERB_WORDS}
    if show == "pairs":
        page, lines = queries.pairs(found, now, text, cursor)
    elif show == "unserved":
        page, lines = queries.unserved(found, now, cursor)
    elif show == "map":
        return context | _map(found)
    elif show == "wanted":
        return context | _wanted(found)
    elif show == "why":
        return context | _why(request, found, now)
    else:
        return context | {"load": _load(found.summary)}
    return context | {"page": page, "lines": reads.clocked(lines, now, lambda line: line.need)}


def _wanted(found: Any) -> dict[str, Any]:
    """What one more volunteer would be worth and where: a list, and the same on the map."""
    lines = queries.wanted_lines(found)
    first = {line.community: at for at, line in reversed(list(enumerate(lines, start=1)))}
    marks = [{"at": [place.latitude, place.longitude], "words": f"{at}"} for place, at in first.items()]
    return {"wanted": lines, "places": _drawn(found, marks=marks, more=first)}


def _why(request: PersonRequest, found: Any, now: Any) -> dict[str, Any]:
    """Why the volunteers of this name or number are not sent to an order of the round."""
    form = forms.WhyNotHere(request.GET if "order" in request.GET else None, auto_id="why-%s")
    if not form.is_valid():
        return {"why_form": form}
    need, text = queries.order_of(found, form.cleaned_data["order"]), form.cleaned_data["who"]
    if need is None:
        return {"why_form": form, "why_need": None}
    rows = people.volunteers_of(request.user, found.area, Filters(text=text), size=WHY_PEOPLE).rows
    answers = [{"person": row.person, "number": row.number, "why": queries.why_not_here(found, need, row.person_id, now)} for row in rows]
    return {"why_form": form, "why_need": need, "why_not": answers}


def _map(found: Any) -> dict[str, Any]:
    dots, whole = queries.places_of(found)
    return {"places": _drawn(found, dots=dots), "places_all": whole}


def _drawn(found: Any, *, dots: Any = (), marks: Any = (), more: Iterable[Any] = ()) -> dict[str, Any]:
    """For the map: orders with who would come, numbered places, and names to find one's way by."""
    names = [[place.latitude, place.longitude, str(place)] for place in {*reads.names_on_map(found.area), *more}]
    words = {"in": str(_("放大")), "out": str(_("缩小")), "note": str(_("示意图，不是正式地图"))}
    return {"dots": list(dots), "marks": list(marks), "names": names, "words": words}


def _load(summary: dict[str, Any]) -> dict[str, int]:
    """Per cent of all services that the busiest tenth carries, before and after."""
    return {when: round(100 * summary.get(f"load_{when}", {}).get("top_tenth", 0)) for when in ("before", "after")}


@require_POST
@staff_only
def start_round(request: PersonRequest) -> HttpResponse:
    area = reads.acting_area(request.user)
    return _done(request, lambda: commands.start_round(actor=request.user, area_id=area.pk, now=timezone.now()), _("开始算了。"))


@require_POST
@staff_only
def round_verb(request: PersonRequest, round_id: int, verb: str) -> HttpResponse:
    if verb not in ROUND_VERBS:
        raise NotFound
    command, said = ROUND_VERBS[verb]
    return _done(request, lambda: command(actor=request.user, round_id=round_id, now=timezone.now()), str(said))


@require_POST
@staff_only
def round_pair(request: PersonRequest, round_id: int, verb: str) -> HttpResponse:
    """Hold a pair, or keep it apart, in the next solution."""
    pair = request.POST.get("need", ""), request.POST.get("volunteer", "")
    if verb not in PAIR_VERBS or not all(each.isdecimal() and len(each) < 19 for each in pair):
        raise NotFound
    command = PAIR_VERBS[verb]
    who = {"need_id": int(pair[0]), "volunteer_id": int(pair[1])}
    return _done(request, lambda: command(actor=request.user, round_id=round_id, now=timezone.now(), **who), _("记下了。重新算一次就生效。"))


def _done(request: PersonRequest, verb: Callable[[], Any], said: str) -> HttpResponse:
    try:
        verb()
        messages.success(request, said)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("desk_round")
