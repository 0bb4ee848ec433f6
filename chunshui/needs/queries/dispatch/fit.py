"""An order with all that is known about it, as the engine sees it, and the first rule that keeps a volunteer from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from chunshui.areas import queries as areas
from chunshui.matching import Code, Order, project, why_not
from chunshui.needs.models import Assignment, Offer
from chunshui.needs.queries.dispatch import past as pasts
from chunshui.needs.queries.dispatch import pool as pools
from chunshui.needs.queries.dispatch import times
from chunshui.needs.queries.dispatch.weights import in_force
from chunshui.needs.states import HARD_REACH, HOLDING, REST_HOURS, AssignmentState, Danger, OfferState, Priority
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.needs.models import Need
    from chunshui.needs.queries.dispatch.pool import Pool

#: rules of ours that the engine does not know; the words stand in `wording`
NOT_ACTIVE, REFUSES, ASKED_OFTEN, TWO_OPEN, OWN_ORDER, OVER = "not_active", "refuses", "asked_often_week", "two_open", "own_order", "over"
#: kept with an offer: the minute at which a plan of routes has the volunteer begin
ROUTED = "routed"
#: what a worker may overrule by hand with a reason, and a volunteer by saying yes
BENDABLE = frozenset({Code.NOT_FREE, Code.TOO_FAR, Code.LANGUAGE, Code.GENDER})


@dataclass(frozen=True)
class Asked:
    """Who was asked about an order, and what became of it. Who released a place or did not come counts as having declined."""

    holding: frozenset[int] = frozenset()
    open: frozenset[int] = frozenset()
    declined: frozenset[int] = frozenset()
    silent: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Case:
    """One order and everything needed to answer questions about it: read once, for one or for many."""

    need: Need
    now: datetime
    found: list[times.Visit]
    asked: Asked
    known: dict[int, int]
    blocked: frozenset[int]
    routed: dict[int, times.Visit] = field(default_factory=dict)
    """When a plan of routes has each volunteer come who was asked by it and has not answered yet."""


@dataclass(frozen=True)
class Bar:
    code: str
    number: int = 0


def case(need: Need, now: datetime) -> Case:
    return cases([need], now)[need.pk]


def cases(needs: Sequence[Need], now: datetime) -> dict[int, Case]:
    """By order id, with four queries however many there are."""
    ids, residents = [need.pk for need in needs], {need.resident_id for need in needs}
    places = _by_need(Assignment.objects.filter(need_id__in=ids).values_list("need_id", "volunteer_id", "state", "planned_from", "planned_until"))
    offers = _by_need(Offer.objects.filter(need_id__in=ids).values_list("need_id", "volunteer_id", "state", "reasons"))
    known, blocked = pasts.served_by(residents), people.blocked_among(residents)
    return {
        need.pk: Case(
            need,
            now,
            _agreed(places[need.pk]) or times.wished(need, now),
            _asked(offers[need.pk], places[need.pk]),
            known.get(need.resident_id, {}),
            frozenset(blocked.get(need.resident_id, ())),
            _routed(need, offers[need.pk]),
        )
        for need in needs
    }


def at(case: Case, visit: times.Visit) -> Case:
    """The order as if it could be served at this time only."""
    return replace(case, found=[visit])


def _routed(need: Need, offers: list[tuple[Any, ...]]) -> dict[int, times.Visit]:
    found = {}
    for who, state, reasons in offers:
        minutes = next((int(number) for code, number in reasons if code == ROUTED), None)
        if state == OfferState.OPEN and minutes is not None:
            start = times.moment(minutes)
            found[who] = times.Visit(start, start + timedelta(minutes=need.minutes))
    return found


def _by_need(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for need_id, *rest in rows:
        found[need_id].append(tuple(rest))
    return found


def _agreed(places: list[tuple[Any, ...]]) -> list[times.Visit]:
    """Once somebody has accepted, the order has one time."""
    return [times.Visit(start, end) for _who, state, start, end in places if state in HOLDING and start and end][:1]


def _asked(offers: list[tuple[Any, ...]], places: list[tuple[Any, ...]]) -> Asked:
    by_state: dict[str, set[int]] = defaultdict(set)
    for who, state, _reasons in offers:
        by_state[state].add(who)
    gone = {who for who, state, *_times in places if state in (AssignmentState.RELEASED, AssignmentState.ABSENT)}
    holding = {who for who, state, *_times in places if state in HOLDING}
    declined = by_state[OfferState.DECLINED] | gone
    return Asked(frozenset(holding), frozenset(by_state[OfferState.OPEN]), frozenset(declined), frozenset(by_state[OfferState.EXPIRED]))


def places_left(need: Need) -> int:
    return need.people_needed - need.places_filled


def engine_order(
    case: Case,
    parallel: float,
    *,
    blocked: Collection[int] = (),
    skip: Collection[int] = (),
    locked: Collection[int] = (),
    reach: int | None = None,
    kind: int = 0,
) -> Order:
    """The order projected on a parallel; its times must not be empty. `skip` are people not to be asked again in this wave.

    `reach`: the metres of HARD_REACH where the caller has them already. `kind`: the bit of the service, for a district that knows who refuses it.
    """
    need = case.need
    x, y = project(need.latitude, need.longitude, parallel)
    wished = {need.same_volunteer_id: 1} if need.same_volunteer_id else {}
    return Order(
        id=need.pk,
        x=float(np.asarray(x)),
        y=float(np.asarray(y)),
        times=times.engine_times(case.found),
        places=max(1, places_left(need)),
        skills=need.service.required,
        kind=kind,
        languages=pools.language_mask(need),
        language_must=True,
        gender=need.gender,
        gender_must=True,
        min_age=need.service.least_age,
        minors_welcome=need.service.least_age < 18,
        max_distance_m=areas.rule(HARD_REACH, need.area, case.now) if reach is None else reach,
        priority=need.priority,
        waiting_minutes=max(0, int((case.now - need.placed_at).total_seconds() // 60)),
        known={**wished, **case.known},
        continuity=2 if need.same_volunteer_id or Danger.DEMENTIA in need.dangers else 1,
        declined=case.asked.declined,
        blocked=frozenset(blocked) | case.blocked | {need.resident_id},
        offered=case.asked.open | case.asked.holding | frozenset(skip),
        locked=frozenset(locked),
    )


def unwilling(case: Case, pool: Pool) -> set[int]:
    """Who does not do this service, or has been asked enough for now."""
    return pool.refusing(case.need.service.code) | pool.asked_often | pool.waiting


def resting(case: Case, pool: Pool) -> set[int]:
    """Who was asked about something a short while ago: the platform leaves them alone for now, unless it is urgent."""
    if case.need.priority == Priority.URGENT:
        return set()
    return pool.resting(case.now - timedelta(hours=areas.rule(REST_HOURS, case.need.area, case.now)))


def bar(case: Case, pool: Pool, volunteer_id: int) -> Bar | None:
    """The first rule that keeps this volunteer from being asked about this order, or None."""
    own = _own_bar(case, pool, volunteer_id)
    if own is not None:
        return own
    if volunteer_id in pool.asked_often:
        return Bar(ASKED_OFTEN, pool.past.week_offers[volunteer_id])
    if volunteer_id in pool.waiting:
        return Bar(TWO_OPEN, pasts.OPEN_OFFERS)
    return _engine_bar(case, pool, volunteer_id)


def taking_bar(case: Case, pool: Pool, volunteer_id: int) -> Bar | None:
    """As `bar` for a volunteer who takes a place: having been asked, or having said no before, does not matter."""
    return _own_bar(case, pool, volunteer_id) or _engine_bar(_willing(case), pool, volunteer_id)


def _willing(case: Case) -> Case:
    return replace(case, asked=Asked(holding=case.asked.holding))


def _own_bar(case: Case, pool: Pool, volunteer_id: int) -> Bar | None:
    row = pool.rows.get(volunteer_id)
    if row is None:
        return Bar(NOT_ACTIVE)
    if not case.found:
        return Bar(OVER)
    if row.id == case.need.resident_id:
        return Bar(OWN_ORDER)
    return Bar(REFUSES) if case.need.service.code in row.refuses else None


def _engine_bar(case: Case, pool: Pool, volunteer_id: int) -> Bar | None:
    return _bar_of(engine_order(case, pool.parallel), case, pool, volunteer_id)


def _bar_of(order: Order, case: Case, pool: Pool, volunteer_id: int) -> Bar | None:
    why = why_not(pool.arrays, order, volunteer_id, weights=in_force(case.need.area, case.now))
    return Bar(why.code, why.number) if why else None


def bar_by_hand(case: Case, pool: Pool, volunteer_id: int) -> Bar | None:
    """As `bar`, but what a worker may overrule does not count: the time offered, the distance, the wished gender and language."""
    why = bar(case, pool, volunteer_id)
    if why is None or why.code not in BENDABLE:
        return why
    return bar(case, pools.load([_bent(case, pool, volunteer_id)], pool.parallel, case.now, but=(case.need.pk,)), volunteer_id)


def _bent(case: Case, pool: Pool, volunteer_id: int) -> pools.Row:
    """The volunteer as if they had offered every time and distance, and were what was wished for."""
    row, need = pool.rows[volunteer_id], case.need
    return row._replace(
        free_time=(1 << 24) - 1,
        reach_metres=50_000,
        lat=need.latitude,
        lon=need.longitude,
        languages=row.languages | pools.language_mask(need),
        sex=need.gender or row.sex,
    )


def visit_for(case: Case, volunteer_id: int) -> times.Visit | Bar:
    """When this volunteer would come: the earliest time in their free slots, else the earliest at which nothing stands against it.

    What still counts for someone who said yes: the agreed visits, the limits of day and week, age, papers, and nobody's no.
    """
    need, now = case.need, case.now
    pool = pools.load(pools.rows_of([volunteer_id]), need.latitude, now, but=(need.pk,), judging=True)
    if volunteer_id not in pool.rows:
        return Bar(NOT_ACTIVE)
    bent = pools.load([_bent(case, pool, volunteer_id)], need.latitude, now, but=(need.pk,), judging=True)
    routed = case.routed.get(volunteer_id)
    if routed is not None and routed.start > now and not _has_one_time(case) and first_visit(at(case, routed), bent, volunteer_id):
        return routed
    visit = first_visit(case, pool, volunteer_id) or first_visit(case, bent, volunteer_id)
    return visit or taking_bar(case, bent, volunteer_id) or Bar(OVER)


def _has_one_time(case: Case) -> bool:
    """Somebody has accepted already, so that the others come then too."""
    return bool(case.asked.holding)


def first_visit(case: Case, pool: Pool, volunteer_id: int) -> times.Visit | None:
    """The earliest of the order's times that this volunteer may take; None when there is none."""
    if _own_bar(case, pool, volunteer_id) is not None:
        return None
    order = engine_order(_willing(case), pool.parallel)
    if len(case.found) > 1 and _bar_of(order, case, pool, volunteer_id) is not None:
        return None
    one_by_one = zip(case.found, order.times, strict=True)
    return next((visit for visit, time in one_by_one if _bar_of(replace(order, times=(time,)), case, pool, volunteer_id) is None), None)
