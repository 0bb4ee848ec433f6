"""One order as the desk works it: who comes, who was asked, whom to ask, the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Count, Max, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chunshui.kernel import moments
from chunshui.needs.models import Assignment, Need, Offer
from chunshui.needs.queries.dispatch.candidates import Candidate, candidates
from chunshui.needs.states import OfferState

if TYPE_CHECKING:
    from chunshui.people.models import Person

FIGURES_SECONDS = 10


@dataclass(frozen=True)
class Place:
    """A place of an order as the desk works it."""

    assignment: Assignment
    name: str
    when: str
    state: str
    is_planned: bool
    is_present: bool


def places(need: Need, now: datetime) -> list[Place]:
    rows = Assignment.objects.filter(need=need).select_related("volunteer").order_by("id")
    return [_place(row, now) for row in rows]


def _place(row: Assignment, now: datetime) -> Place:
    planned = moments.window(row.planned_from, row.planned_until, now) if row.planned_from and row.planned_until else ""
    return Place(row, row.volunteer.name, planned, str(row.get_state_display()), row.state == "planned", row.state == "present")


@dataclass(frozen=True)
class Asked:
    offer: Offer
    name: str
    until: str


def asked(need: Need, now: datetime) -> list[Asked]:
    """Who has been asked and not yet answered."""
    rows = Offer.objects.filter(need=need, state=OfferState.OPEN).select_related("volunteer").order_by("id")
    return [Asked(row, row.volunteer.name, moments.short(row.answer_by, now)) for row in rows]


def ranked_for(actor: Person, need: Need, now: datetime, limit: int) -> list[Candidate]:
    """The candidates of an order as the desk shows them: a few seconds old at most, and new as soon as anybody is asked or answers.

    Who is asked in the end is checked afresh by the command.
    """
    asked = Offer.objects.filter(need=need).aggregate(last=Max("id"), waiting=Count("id", filter=Q(state=OfferState.OPEN)))
    stands = (need.pk, need.state, need.places_filled, need.priority, asked["last"], asked["waiting"], actor.acting.role_id, get_language())
    key = "desk-candidates:" + ":".join(str(each) for each in stands)
    found: list[Candidate] | None = cache.get(key)
    if found is None:
        found = candidates(actor, need, now, limit)
        cache.set(key, found, FIGURES_SECONDS)
    return found


def map_of(need: Need, candidates: list[Any]) -> dict[str, Any]:
    """What the map shows; the list beside it says the same."""
    community = need.community
    return {
        "home": [need.latitude, need.longitude],
        "label": str(_("居民家")),
        "people": [{"id": each.person_id, "name": each.name, "at": [each.latitude, each.longitude]} for each in candidates],
        "centre": [community.latitude, community.longitude],
        "reach": 300,
        "words": {"in": str(_("放大")), "out": str(_("缩小")), "note": str(_("示意图，不是正式地图"))},
    }
