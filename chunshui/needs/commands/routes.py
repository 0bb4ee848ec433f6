"""An afternoon on foot: visit in another order, and ask the people of a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from chunshui.kernel.errors import NotFound, Refused
from chunshui.needs import events, policies, queries
from chunshui.needs.commands.dispatch.asking import Asking, ask, wave_of
from chunshui.needs.commands.orders import told
from chunshui.needs.models import Assignment, Need, Offer
from chunshui.needs.queries.dispatch import fit, wording
from chunshui.needs.queries.routes import day as days
from chunshui.needs.states import DISPATCHING, OfferSource

if TYPE_CHECKING:
    from chunshui.people.models import Person

Pair = tuple[int, int]


@transaction.atomic
def order_visits(*, actor: Person, day: date, assignment_ids: Sequence[int], sure: bool, now: datetime) -> list[Assignment]:
    """Visit the homes of a day in another order. Hours move only within what the residents asked for, and the residents are told."""
    places = days.places_of(actor, day)
    queries.locked_needs(place.need_id for place in places)
    queries.hold_volunteers([actor.pk])
    tried = days.trial(actor, day, assignment_ids, now)
    if tried is None:
        raise Refused(_("这天的单子有变化，请重新看一看。"), code="changed")
    if tried.broken:
        raise Refused(tried.broken[0], code="breaks_promise")
    if tried.moved and not sure:
        raise Refused(_("换了顺序，有人的时间会变。看过再定。"), code="not_sure")
    return [_move(actor, moved, now) for moved in tried.moved]


def _move(actor: Person, moved: days.Moved, now: datetime) -> Assignment:
    place = moved.place
    policies.can_move_visit(actor, place).or_refuse()
    assert place.planned_from is not None
    assert place.planned_until is not None
    shift = moved.start - place.planned_from
    place.planned_from, place.planned_until = place.planned_from + shift, place.planned_until + shift
    place.save(update_fields=["planned_from", "planned_until"])
    start, until = place.planned_from.isoformat(), place.planned_until.isoformat()
    told(events.VISIT_MOVED, place.need, actor, now, volunteer_id=place.volunteer_id, start=start, until=until)
    return place


@dataclass(frozen=True)
class Skipped:
    """A pair that is no longer asked, and why."""

    need_id: int
    volunteer_id: int
    why: str


@transaction.atomic
def ask_routes(*, actor: Person, pairs: Sequence[Pair], now: datetime) -> tuple[list[Offer], list[Skipped]]:
    """Ask the people of a plan of routes about the visits that nobody has promised yet: questions, as always, which they may decline."""
    wanted: dict[int, list[int]] = defaultdict(list)
    for need_id, volunteer_id in dict.fromkeys(pairs):
        wanted[need_id].append(volunteer_id)
    if not wanted:
        raise Refused(_("没有要问的：路线里都是已经约好的。"), code="nobody")
    needs = queries.locked_needs(wanted)
    for need_id in wanted:
        if need_id not in needs or not policies.can_view_need(actor, needs[need_id]):
            raise NotFound
        policies.can_offer_need(actor, needs[need_id]).or_refuse()
    queries.hold_volunteers({who for people in wanted.values() for who in people})
    offers: list[Offer] = []
    skipped: list[Skipped] = []
    for need_id in sorted(wanted):
        asked, missed = _ask(needs[need_id], wanted[need_id], actor, now)
        offers, skipped = offers + asked, skipped + missed
    return offers, skipped


def _ask(need: Need, people: list[int], actor: Person, now: datetime) -> tuple[list[Offer], list[Skipped]]:
    if need.state not in DISPATCHING or fit.places_left(need) < 1:
        why = _("单子现在是“%(state)s”。") % {"state": need.get_state_display()}
        return [], [Skipped(need.pk, who, why) for who in people]
    case = fit.case(need, now)
    pool = queries.pool_of(people, need, now)
    bars = {who: fit.bar(case, pool, who) for who in people}
    skipped = [Skipped(need.pk, who, wording.why_not_words(bar, need, now)) for who, bar in bars.items() if bar]
    good = [who for who, bar in bars.items() if bar is None][: fit.places_left(need)]
    source = OfferSource.SEVERAL if len(good) > 1 else OfferSource.SINGLE
    return (ask(need, good, Asking(actor, source, now, wave_of(need)), strict=False) if good else []), skipped
