"""An afternoon on foot: visit in another order, and ask the people of a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from chunshui.kernel.errors import NotFound, Refused
from chunshui.matching import project
from chunshui.matching.ways import Roads
from chunshui.needs import events, policies, queries
from chunshui.needs.commands.dispatch.asking import Asking, wave_of, write_offers
from chunshui.needs.commands.orders import told
from chunshui.needs.models import Assignment, Need, Offer
from chunshui.needs.queries.dispatch import fit, times, wording
from chunshui.needs.queries.routes import day as days
from chunshui.needs.queries.routes import ground
from chunshui.needs.queries.routes.promise import wished
from chunshui.needs.states import DISPATCHING, OfferSource

if TYPE_CHECKING:
    from chunshui.people.models import Person

Routed = tuple[int, int, int]
"""An order, a volunteer, and the engine's minute at which the plan has them begin."""


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


def keep_roads(*, lines: Iterable[Sequence[tuple[float, float]]]) -> Roads:
    """Keep a road graph of (latitude, longitude) lines for all walking times, in place of the one before."""
    drawn = [list(line) for line in lines]
    points = [point for line in drawn for point in line]
    if not points:
        raise Refused(_("文件里没有路。"), code="no_roads")
    parallel = sum(latitude for latitude, _longitude in points) / len(points)
    placed = []
    for line in drawn:
        x, y = project([one for one, _two in line], [two for _one, two in line], parallel)  # type: ignore[arg-type]
        placed.append(list(zip(x.tolist(), y.tolist(), strict=True)))
    graph = Roads.of(placed, parallel)
    graph.save(ground.roads_file())
    return graph


def drop_roads() -> None:
    """Walk by straight lines again."""
    ground.roads_file().unlink(missing_ok=True)


@dataclass(frozen=True)
class Skipped:
    """A pair that is no longer asked, and why."""

    need_id: int
    volunteer_id: int
    why: str


@transaction.atomic
def ask_routes(*, actor: Person, pairs: Sequence[Routed], now: datetime) -> tuple[list[Offer], list[Skipped]]:
    """Ask the people of a plan of routes about the visits that nobody has promised yet: questions, as always, which they may decline."""
    if not pairs:
        raise Refused(_("没有要问的：路线里都是已经约好的。"), code="nobody")
    wanted: dict[int, dict[int, int]] = defaultdict(dict)
    for need_id, volunteer_id, minute in pairs:
        wanted[need_id][volunteer_id] = minute
    needs = queries.locked_needs(wanted)
    for need_id in wanted:
        if need_id not in needs or not policies.can_view_need(actor, needs[need_id]):
            raise NotFound
        policies.can_offer_need(actor, needs[need_id]).or_refuse()
    queries.hold_volunteers({who for people in wanted.values() for who in people})
    offers: list[Offer] = []
    skipped: list[Skipped] = []
    for need_id in sorted(wanted):
        asked, missed = _ask(needs[need_id], wanted[need_id], set(wanted), Asking(actor, OfferSource.SINGLE, now))
        offers, skipped = offers + asked, skipped + missed
    return offers, skipped


def _ask(need: Need, people: dict[int, int], planned: set[int], asking: Asking) -> tuple[list[Offer], list[Skipped]]:
    """Ask those who may still be asked at their planned hours; the other orders of the plan do not stand in the way."""
    if need.state not in DISPATCHING or fit.places_left(need) < 1:
        why = _("单子现在是“%(state)s”。") % {"state": need.get_state_display()}
        return [], [Skipped(need.pk, who, why) for who in people]
    case = fit.case(need, asking.now)
    pool = queries.pool_of(people, need, asking.now, but=planned)
    routed = {who: visit for who, minute in people.items() if (visit := _visit(case, minute)) is not None}
    bars = {who: fit.bar(fit.at(case, routed[who]) if who in routed else case, pool, who) for who in people}
    skipped = [Skipped(need.pk, who, wording.why_not_words(bar, need, asking.now)) for who, bar in bars.items() if bar]
    good = [who for who, bar in bars.items() if bar is None][: fit.places_left(need)]
    said = queries.said_for(case, pool)
    chosen = [(who, said.get(who, []) + ([[fit.ROUTED, times.minute(routed[who].start)]] if who in routed else [])) for who in good]
    source = OfferSource.SEVERAL if len(good) > 1 else OfferSource.SINGLE
    return (write_offers(need, chosen, replace(asking, source=source, wave=wave_of(need))) if chosen else []), skipped


def _visit(case: fit.Case, minute: int) -> times.Visit | None:
    """The hour that the plan has somebody come, if the wish allows it; an order that somebody has promised has its hour already."""
    start, length = times.moment(minute), timedelta(minutes=case.need.minutes)
    opens, closes = wished(case.need, start, length)
    return times.Visit(start, start + length) if opens <= start <= closes and start > case.now and not case.asked.holding else None
