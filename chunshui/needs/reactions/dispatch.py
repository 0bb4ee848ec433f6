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

if TYPE_CHECKING:
    from chunshui.needs.models import Offer


@on(events.OFFERED)
def ask_volunteers(event: Event) -> None:
    """One message for each question that is still open; it sounds after the quiet hours."""
    for offer_id in event.data.get("offer_ids", []):
        offer = queries.offer_told_of(offer_id)
        if offer is not None and offer.state == OfferState.OPEN:
            with translation.override(offer.volunteer.language):
                _ask(offer, event)


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
