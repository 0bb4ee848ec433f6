"""What a leader sees of the orders their team was asked about: the order masked, and which members could go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from chunshui.kernel import moments
from chunshui.kernel.errors import NotFound
from chunshui.needs import policies
from chunshui.needs.models import Need, Offer
from chunshui.needs.queries.dispatch import fit, times
from chunshui.needs.queries.dispatch.offers import NEED_ROWS, masked, pool_of
from chunshui.needs.queries.invitations import Wanted, wanted
from chunshui.needs.states import OfferState
from chunshui.teams import queries as teams

if TYPE_CHECKING:
    from chunshui.people.models import Person

MOST_NAMED = 60


@dataclass(frozen=True)
class Member:
    """A member who could go, as a choice."""

    person_id: int
    words: str


@dataclass(frozen=True)
class TeamQuestion:
    """An order that a team was asked about. `is_open`: an answer still counts."""

    team_id: int
    team: str
    order: Wanted
    left: str
    places: int
    is_open: bool
    asked: list[str]


def team_offers(need: Need, team_id: int) -> list[Offer]:
    """Questions to members of a team about an order that still wait."""
    return list(need.offers.filter(team_id=team_id, state=OfferState.OPEN).select_related("volunteer").order_by("id"))


def team_questions(actor: Person, now: datetime) -> list[TeamQuestion]:
    """Open questions to the teams that the actor leads, the most pressing first."""
    led = teams.led_by(actor.pk)
    if not led:
        return []
    rows = Offer.objects.filter(team_id__in=led, state=OfferState.OPEN).order_by("answer_by", "id").values_list("team_id", "need_id")
    pairs = list(dict.fromkeys((int(team_id or 0), need_id) for team_id, need_id in rows[:200]))[:20]
    needs = Need.objects.select_related(*NEED_ROWS).in_bulk([need_id for _team, need_id in pairs])
    return [_question(actor, needs[need_id], team_id, now) for team_id, need_id in pairs]


def team_question(actor: Person, need_id: int, team_id: int, now: datetime) -> TeamQuestion:
    """One of them, also when it is over; for others it does not exist."""
    return _question(actor, asked_of_team(actor, need_id, team_id), team_id, now)


def asked_of_team(actor: Person, need_id: int, team_id: int) -> Need:
    need = Need.objects.select_related(*NEED_ROWS).filter(pk=need_id).first()
    if need is None or not policies.can_answer_for_team(actor, need, team_id):
        raise NotFound
    return need


def _question(actor: Person, need: Need, team_id: int, now: datetime) -> TeamQuestion:
    case, offers = fit.case(need, now), team_offers(need, team_id)
    start = need.wish_from or now
    visit = case.found[0] if case.found else times.Visit(start, start + timedelta(minutes=need.minutes))
    shown = replace(masked(visit, case, None, actor.pk), knows=0)
    answer_by = min((offer.answer_by for offer in offers), default=now)
    return TeamQuestion(
        team_id=team_id,
        team=teams.team_told_of(team_id).name,
        order=replace(wanted(shown, now), walk=""),
        left=moments.left(answer_by, now),
        places=fit.places_left(need),
        is_open=bool(offers) and fit.places_left(need) > 0,
        asked=[offer.volunteer.name for offer in offers],
    )


def members_who_fit(actor: Person, need_id: int, team_id: int, now: datetime) -> list[Member]:
    """Members who could take a place by everything they have said of themselves and have not said no; the asked ones first."""
    need = asked_of_team(actor, need_id, team_id)
    case, offers = fit.case(need, now), {offer.volunteer_id for offer in team_offers(need, team_id)}
    out = case.asked.declined | case.asked.holding
    pool = pool_of([pk for pk in teams.members(team_id) if pk not in out], need, now, judging=True)
    found = [pk for pk in sorted(pool.rows, key=lambda pk: (pk not in offers, pk)) if fit.first_visit(case, pool, pk) is not None]
    return [Member(pk, _words(pool.rows[pk].name, pool.rows[pk].services_total)) for pk in found[:MOST_NAMED]]


def _words(name: str, services: int) -> str:
    return f"{name}｜" + (_("服务过 %(n)d 次") % {"n": services} if services else _("第一次来服务"))
