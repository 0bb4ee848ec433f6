"""走路线: the afternoon of a community or a team on a map and in lists; moved by hand, printed, and asked about when the worker agrees."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.kernel.errors import Refused
from chunshui.kernel.http import PersonRequest, staff_only
from chunshui.needs import commands
from chunshui.needs.forms import routes as forms
from chunshui.needs.queries import desk as reads
from chunshui.needs.queries.routes import board as boards
from chunshui.needs.queries.routes.plan import Question
from chunshui.teams import queries as teams

EVENING, MOST_MOVES, MOST_TEAMS = 17, 40, 40


@require_GET
@staff_only
@never_cache
def desk_routes(request: PersonRequest) -> HttpResponse:
    """The question stands in the address, changes by hand too: the same address shows the same routes while nothing else has changed."""
    return _page(request)


def _page(request: PersonRequest, status: int = 200, **more: Any) -> HttpResponse:
    now, area = timezone.now(), reads.acting_area(request.user)
    given = request.POST if request.method == "POST" else request.GET
    form = _form(area, {**_usual(area, now), **given.dict()}, now)
    context: dict[str, Any] = {"area": area, "form": form, **more}
    if form.is_valid():
        question = _question(form, given.getlist("move"))
        context |= {"question": question, "board": boards.board(request.user, question, now), "moves": _moves(question), "undo": _undo(question)}
    return render(request, "needs/desk/routes.html", context, status=status)


def _usual(area: Any, now: datetime) -> dict[str, str]:
    """What the page shows when nothing was chosen: this afternoon, tomorrow's from the evening on."""
    day = clock.today(now) + timedelta(days=clock.local(now).hour >= EVENING)
    communities = boards.communities_of(area)
    return {"day": f"{day:%Y-%m-%d}", "part": "1", "community": str(communities[0][0]) if communities else "", "team": "0"}


def _form(area: Any, data: dict[str, Any], now: datetime) -> forms.Routes:
    """Teams are those of the chosen community."""
    communities = boards.communities_of(area)
    chosen = next((pk for pk, _name in communities if str(pk) == data.get("community")), None)
    found = [(team.pk, team.name) for team in teams.approved_teams(areas.visible_area(chosen))[:MOST_TEAMS]] if chosen else []
    return forms.Routes(data, communities=communities, teams=found, now=now)


def _question(form: forms.Routes, moves: list[str]) -> Question:
    given = form.cleaned_data
    pairs = tuple((pair[0], pair[1]) for pair in forms.numbered(moves, 2)[-MOST_MOVES:])
    return Question(areas.visible_area(given["community"]), given["day"], given["part"], given["team"] or 0, pairs)


def _moves(question: Question) -> list[str]:
    return [f"{need_id}:{who}" for need_id, who in question.moves]


def _undo(question: Question) -> str:
    """The address without the last change by hand."""
    return _address(question, _moves(question)[:-1])


def _address(question: Question, moves: list[str]) -> str:
    asked = {"day": question.day, "part": question.part, "community": question.area.pk, "team": question.team_id, "move": moves}
    return f"{reverse('desk_routes')}?{urlencode(asked, doseq=True)}"


@require_POST
@staff_only
def ask_routes(request: PersonRequest) -> HttpResponse:
    """Ask whom the page names. They answer as they like; what has changed since is passed over, with the reason."""
    pairs = [(each[0], each[1], each[2]) for each in forms.numbered(request.POST.getlist("pair"), 3)]
    try:
        offers, skipped = commands.ask_routes(actor=request.user, pairs=pairs, now=timezone.now())
    except Refused as refusal:
        return _page(request, 422, refusal=refusal)
    if offers:
        messages.success(request, ngettext("问了 %(n)d 次，等他们答复。", "问了 %(n)d 次，等他们答复。", len(offers)) % {"n": len(offers)})
    for each in skipped:
        messages.warning(request, _("有一单没有问：%(why)s") % {"why": each.why})
    asked = {name: request.POST.get(name, "") for name in ("day", "part", "community", "team")}
    return redirect(f"{reverse('desk_routes')}?{urlencode(asked)}")
