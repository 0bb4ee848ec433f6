"""Ask a volunteer in their own language: who (masked), what, when, how far, until when to answer; never the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import translation
from django.utils.translation import gettext as _

from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.needs import events, queries
from chunshui.needs.states import OfferState
from chunshui.notices import commands as notices
from chunshui.teams import queries as teams

if TYPE_CHECKING:
    from chunshui.needs.models import Offer
    from chunshui.people.models import Person


@on(events.OFFERED)
def ask_volunteers(event: Event) -> None:
    """One message for each question that is still open; it sounds after the quiet hours."""
    for offer_id in event.data.get("offer_ids", []):
        offer = queries.offer_told_of(offer_id)
        if offer is not None and offer.state == OfferState.OPEN:
            with translation.override(offer.volunteer.language):
                _ask(offer, event)


@on(events.OFFERED)
def ask_leaders(event: Event) -> None:
    """A team that is asked hears it through its leaders too: they can answer for it."""
    offer = next(filter(None, (queries.offer_told_of(pk) for pk in event.data.get("offer_ids", [])[:1])), None)
    if offer is None or offer.team_id is None or not queries.team_offers(offer.need, offer.team_id):
        return
    for leader in teams.people_told_of(offer.team_id):
        with translation.override(leader.language):
            _ask_leader(leader, offer, event)


def _ask_leader(leader: Person, offer: Offer, event: Event) -> None:
    need, team_id = offer.need, offer.team_id or 0
    values = {"title": need.title, "team": teams.team_told_of(team_id).name, "when": queries.when(need), "place": need.rough_place}
    notices.notify(
        person_id=leader.pk,
        key=f"team-offer:{event.pk}:{leader.pk}",
        kind=event.name,
        title=_("请%(team)s帮忙：%(title)s") % values,
        body=_("%(when)s，%(place)s附近。您可以替队里答复，派队员去；去不了也没关系。") % values,
        url=f"/volunteer/teams/{team_id}/needs/{need.pk}/",
        sms=True,
        at=event.at,
        not_before=queries.quiet_until(event.at, need),
    )


def _ask(offer: Offer, event: Event) -> None:
    need = offer.need
    start, until = queries.proposed_visit(need, offer.volunteer_id, event.at)
    values = {
        "title": need.title,
        "name": need.resident.masked_name,
        "when": queries.clock_words(start, until, event.at),
        "place": need.rough_place,
        "answer_by": queries.clock_words(offer.answer_by, None, event.at),
    }
    notices.notify(
        person_id=offer.volunteer_id,
        key=f"offer:{offer.pk}",
        kind=event.name,
        title=_("请您帮忙：%(title)s") % values,
        body=_("%(when)s，%(place)s附近，%(name)s。请在%(answer_by)s 前答复；接不了没关系，点一下就好。") % values,
        url=f"/volunteer/offers/{offer.pk}/",
        sms=True,
        at=event.at,
        not_before=queries.quiet_until(event.at, need),
    )
