"""一起派: a whole area dispatched at once; proposed, corrected, and sent when the worker agrees."""

from __future__ import annotations

from collections.abc import Callable
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
from chunshui.needs.queries import desk as reads
from chunshui.needs.states import RoundState

PAIR_VERBS: dict[str, Callable[..., Any]] = {"lock": commands.lock_pair, "forbid": commands.forbid_pair, "free": commands.free_pair}
ROUND_VERBS: dict[str, tuple[Callable[..., Any], Any]] = {
    "again": (commands.solve_again, gettext_lazy("重新在算。")),
    "send": (commands.send_round, gettext_lazy("派出去了，等志愿者答复。")),
    "discard": (commands.discard_round, gettext_lazy("这一轮不要了。")),
}


@require_GET
@staff_only
@never_cache
def desk_round(request: PersonRequest) -> HttpResponse:
    """The open round of the acting area, or the door to start one; rounds before it."""
    now, area = timezone.now(), reads.acting_area(request.user)
    found = queries.open_round(area)
    context: dict[str, Any] = {"area": area, "round": found, "before": queries.rounds_of(area, 8)}
    if found is not None and found.state == RoundState.PROPOSED:
        lines = reads.clocked(queries.proposals(found, now), now, lambda line: line.need)
        context |= {"pairs": [each for each in lines if each[0].person], "unserved": [each for each in lines if not each[0].person]}
    part = "#progress" if request.headers.get("HX-Request") and found is not None and found.state == RoundState.SOLVING else ""
    answer = render(request, f"needs/desk/round.html{part}", context)
    if request.headers.get("HX-Request") and not part:
        answer["HX-Refresh"] = "true"
    return answer


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
