"""调度台: the queue by urgency, one order, whom to ask; and every verb of the staff on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chunshui.kernel.errors import NotFound
from chunshui.kernel.http import PersonRequest, answered, staff_only
from chunshui.needs import commands, queries
from chunshui.needs.forms import desk as forms
from chunshui.needs.queries import desk as reads
from chunshui.needs.states import DELIVERING, DISPATCHING, LOOP, REVIEWING, Channel, CheckWay, OfferSource, State
from chunshui.people import queries as people
from chunshui.people.states import Filters
from chunshui.teams import queries as teams

CANDIDATES = 8


@dataclass(frozen=True)
class Verb:
    """A verb of the desk: its form, its command, what is said when it is done, and what it always says."""

    form: type[django_forms.Form]
    command: Callable[..., Any]
    said: str | Promise
    fixed: dict[str, Any] = field(default_factory=dict)


VERBS = {
    "accept": Verb(forms.Accept, commands.accept_need, gettext_lazy("受理了，接着派单。")),
    "send_back": Verb(forms.SendBack, commands.send_back_need, gettext_lazy("退回去了，居民补充以后再来。")),
    "decline": Verb(forms.Decline, commands.decline_need, gettext_lazy("没有受理，已经告诉居民可以找谁。")),
    "refer": Verb(forms.Refer, commands.refer_need, gettext_lazy("转办了，居民收到了消息。")),
    "merge": Verb(forms.Merge, commands.merge_need, gettext_lazy("并到那一单了。")),
    "cancel": Verb(forms.Cancel, commands.cancel_need, gettext_lazy("取消了，问过的志愿者都会收到消息。")),
    "priority": Verb(forms.SetPriority, commands.set_priority, gettext_lazy("改好了。")),
    "note": Verb(forms.Note, commands.change_note, gettext_lazy("记下了，接单的志愿者看得到。")),
    "team": Verb(forms.ToTeam, commands.offer_to_team, gettext_lazy("问队里合适的人了。")),
    "fewer": Verb(forms.Nothing, commands.do_with_fewer, gettext_lazy("就这几位，不再找人了。")),
    "confirm": Verb(forms.Nothing, commands.confirm_delivery, gettext_lazy("服务完成，等居民评价。")),
    "complaint": Verb(forms.TakeComplaint, commands.complain, gettext_lazy("投诉记下了，由没经手的人回访，结果会告诉居民。")),
    "rate": Verb(forms.RateByPhone, commands.rate_need, gettext_lazy("评价记下了。"), {"channel": Channel.PHONE}),
}
PLACE_VERBS = {
    "in": Verb(forms.Nothing, commands.check_in, gettext_lazy("签到了。"), {"way": CheckWay.WORKER}),
    "out": Verb(forms.Nothing, commands.check_out, gettext_lazy("签退了，时长已经记上。"), {"way": CheckWay.WORKER}),
    "absent": Verb(forms.Absent, commands.mark_absent, gettext_lazy("记下没到。")),
    "release": Verb(forms.Release, commands.release_assignment, gettext_lazy("退单了，回到待派单最前面。")),
}


@require_GET
@staff_only
@never_cache
def desk(request: PersonRequest) -> HttpResponse:
    """The queue; on a wide screen with its most pressing order beside it."""
    return _page(request, None, "list")


@require_GET
@staff_only
@never_cache
def desk_need(request: PersonRequest, need_id: int) -> HttpResponse:
    view = request.GET.get("view", "")
    return _page(request, need_id, "match" if view == "match" else "detail")


def _page(request: PersonRequest, need_id: int | None, view: str, status: int = 200, **bound: Any) -> HttpResponse:
    now, area = timezone.now(), reads.acting_area(request.user)
    need = queries.visible_need(request.user, need_id) if need_id else None
    stage = _stage(request, need)
    text, cursor = request.GET.get("q", "").strip()[:40], request.GET.get("cursor", "")
    page, rows = reads.queue(area, stage, now, text, cursor)
    if need is None and page.rows:
        need = queries.visible_need(request.user, page.rows[0].pk)
    context = {"area": area, "stage": stage, "figures": reads.figures(area, now), "page": page, "rows": rows, "q": text, "view": view, "need": need}
    if need is not None:
        context |= _order(request, need, now) | _side(request, need, now) | bound
    context["side_template"] = f"needs/desk/side/{context.get('side', 'ended')}.html"
    return render(request, "needs/desk/desk.html", context, status=status)


def _stage(request: PersonRequest, need: Any) -> int:
    asked = request.GET.get("stage", "")
    if asked in {"1", "2", "3", "4"}:
        return int(asked)
    return LOOP[State(need.state)] if need is not None else 2


def _order(request: PersonRequest, need: Any, now: Any) -> dict[str, Any]:
    return {
        "slip": queries.slip(need, now),
        "row": reads.queue_row(need, now),
        "who": need.resident,
        "age": people.age(need.resident, now),
        "chips": reads.chips(need),
        "address": queries.address_for(request.user, need),
        "dangers": queries.danger_words(need),
        "history": queries.history_lines(request.user, need, now),
        "photos": list(need.photos.all()),
        "rating": getattr(need, "rating", None),
        "contact": people.contact_of(need.resident),
        "form_note": _blank("note", note_to_volunteer=need.note_to_volunteer),
        "form_cancel": _blank("cancel"),
        "form_complaint": _blank("complaint", channel=Channel.PHONE),
        "form_priority": _blank("priority", priority=need.priority) if need.state in REVIEWING | DISPATCHING else None,
        "may": queries.may(request.user, need),
    }


def _blank(verb: str, **initial: Any) -> django_forms.Form:
    """The form of a verb before anything is typed; several stand on one page, so their fields carry the verb's name."""
    return VERBS[verb].form(initial=initial, auto_id=f"{verb}-%s")


def _side(request: PersonRequest, need: Any, now: Any) -> dict[str, Any]:
    """What can be done with the order as it stands."""
    if need.state == State.SUBMITTED:
        accept = _blank("accept", priority=need.priority, people_needed=need.people_needed, note_to_volunteer=need.note_to_volunteer)
        blank = {f"form_{verb}": _blank(verb) for verb in ("send_back", "decline", "refer", "merge")}
        return {"side": "review", "similar": _similar(need, now), "form_accept": accept, **blank}
    if need.state in DISPATCHING:
        return _match(request, need, now)
    if need.state in DELIVERING:
        return {"side": "serve", "places": reads.places(need, now)}
    if need.state == State.DELIVERED:
        return {"side": "rate", "places": reads.places(need, now), "form_rate": _blank("rate")}
    return {"side": "ended", "places": reads.places(need, now), "follow_ups": list(need.follow_ups.all())}


def _similar(need: Any, now: Any) -> Any:
    return reads.clocked(queries.similar_needs(need), now, lambda each: each)


def _match(request: PersonRequest, need: Any, now: Any) -> dict[str, Any]:
    fitting = reads.ranked_for(request.user, need, now, queries.COMPARED)
    found, wave = fitting[:CANDIDATES], queries.together(fitting, need, now)
    hand = _by_hand(request, need, now)
    return {
        "side": "match",
        "candidates": found,
        "wave": wave,
        "listed": ",".join(str(each.person_id) for each in wave.people),
        "funnel": [] if found else queries.funnel(need, now),
        "places": [place for place in reads.places(need, now) if place.is_planned or place.is_present],
        "asked": reads.asked(need, now),
        "map": reads.map_of(need, found),
        "drawn": need.community.drawing,
        "hand": hand,
        "hand_text": _hand_text(request),
        "form_hand": forms.ByHand(auto_id="hand-%s"),
        "teams": list(teams.approved_teams(need.community)[:30]),
        "form_refer": _blank("refer"),
        "similar": _similar(need, now),
    }


def _hand_text(request: PersonRequest) -> str:
    """What was searched for; a refused form brings it back."""
    return (request.POST.get("hand") or request.GET.get("hand", "")).strip()[:40]


def _by_hand(request: PersonRequest, need: Any, now: Any) -> list[dict[str, Any]]:
    """Volunteers found by name or number, each with what keeps them from this order."""
    text = _hand_text(request)
    if not text:
        return []
    area = reads.acting_area(request.user)
    found = people.volunteers_of(request.user, area, Filters(text=text), size=6).rows
    return [{"person": row.person, "number": row.number, "why": queries.why_not(request.user, need, row.person_id, now)} for row in found]


@require_POST
@staff_only
def desk_verb(request: PersonRequest, need_id: int, verb: str) -> HttpResponse:
    """One verb on an order; what was typed stays when it is refused."""
    todo = VERBS.get(verb)
    if todo is None:
        raise NotFound
    form = todo.form(request.POST, auto_id=f"{verb}-%s")
    if answered(form, lambda: todo.command(actor=request.user, need_id=need_id, now=timezone.now(), **todo.fixed, **form.cleaned_data)):
        messages.success(request, str(todo.said))
        return redirect("desk_need", need_id)
    return _page(request, need_id, "match", 422, form=form, refused=verb, **{f"form_{verb}": form})


@require_POST
@staff_only
def desk_offer(request: PersonRequest, need_id: int) -> HttpResponse:
    """Ask the one chosen, or the first of the list together."""
    form = forms.Offer(request.POST)
    if answered(form, lambda: _offer(request, need_id, form)):
        messages.success(request, _("问了。答复之前都可以撤回。"))
        return redirect("desk_need", need_id)
    return _page(request, need_id, "match", 422, form=form, refused="offer")


def _offer(request: PersonRequest, need_id: int, form: forms.Offer) -> Any:
    chosen = form.chosen()
    source = OfferSource.SEVERAL if len(chosen) > 1 else OfferSource.SINGLE
    note = form.cleaned_data["note"] if "note" in request.POST else None
    return commands.offer_need(actor=request.user, need_id=need_id, volunteer_ids=chosen, source=source, note=note, now=timezone.now())


@require_POST
@staff_only
def desk_hand(request: PersonRequest, need_id: int) -> HttpResponse:
    """Ask one volunteer chosen by hand, with the reason."""
    form = forms.ByHand(request.POST, auto_id="hand-%s")
    if answered(form, lambda: _hand(request, need_id, form)):
        messages.success(request, _("问了。"))
        return redirect("desk_need", need_id)
    return _page(request, need_id, "match", 422, form=form, refused="hand", form_hand=form)


def _hand(request: PersonRequest, need_id: int, form: forms.ByHand) -> Any:
    given = form.cleaned_data
    return commands.offer_need(
        actor=request.user,
        need_id=need_id,
        volunteer_ids=[given["volunteer_id"]],
        source=OfferSource.HAND,
        hand_reason=given["hand_reason"],
        now=timezone.now(),
    )


@require_POST
@staff_only
def desk_withdraw(request: PersonRequest, offer_id: int) -> HttpResponse:
    """Take a question back."""
    offer = commands.withdraw_offer(actor=request.user, offer_id=offer_id, now=timezone.now())
    messages.success(request, _("撤回了，对方会收到消息。"))
    return redirect("desk_need", offer.need_id)


@require_POST
@staff_only
def desk_place(request: PersonRequest, assignment_id: int, verb: str) -> HttpResponse:
    """Check in or out for a volunteer, or say that they cannot or did not come."""
    todo = PLACE_VERBS.get(verb)
    if todo is None:
        raise NotFound
    need_id = queries.visible_assignment(request.user, assignment_id).need_id
    form = todo.form(request.POST, auto_id=f"%s-{assignment_id}")
    if answered(form, lambda: todo.command(actor=request.user, assignment_id=assignment_id, now=timezone.now(), **todo.fixed, **form.cleaned_data)):
        messages.success(request, str(todo.said))
        return redirect("desk_need", need_id)
    return _page(request, need_id, "match", 422, form=form, refused=verb, refused_place=assignment_id)
