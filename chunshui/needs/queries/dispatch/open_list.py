"""The open list: orders near a volunteer that wait for someone, and which of them suit this volunteer best by the engine's own measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from math import cos, radians
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from chunshui import matching
from chunshui.areas import queries as areas
from chunshui.kernel import choices, paging
from chunshui.needs.models import Need
from chunshui.needs.queries.dispatch import fit, times
from chunshui.needs.queries.dispatch import pool as pools
from chunshui.needs.queries.dispatch.offers import NEED_ROWS, Masked, home_of, masked
from chunshui.needs.queries.dispatch.weights import in_force
from chunshui.needs.states import OPEN_LIST, State

if TYPE_CHECKING:
    from chunshui.people.models import Person, Volunteer

BATCH, MOST_BATCHES, BEST = 30, 2, 3
"""Orders looked at together; how many times for one page, which may stay short and lead on; those that suit best."""


@dataclass(frozen=True)
class OpenList:
    """`best` suit this volunteer best of the most pressing ones; named on the first page only."""

    rows: list[Masked]
    next: str
    previous: str = ""
    best: tuple[Masked, ...] = ()


@dataclass(frozen=True)
class Fitting:
    """An order that the actor may take, when, and what a round would gain by sending them, in milli-units."""

    visit: times.Visit
    case: fit.Case
    gain: int


def open_list(actor: Person, now: datetime, cursor: str = "", size: int = 20) -> OpenList:
    """Orders near the actor that wait for someone and fit, the most pressing first; empty for who may not take orders so."""
    volunteer, home = getattr(actor, "volunteer", None), home_of(actor)
    if volunteer is None or home is None or actor.community is None or not areas.rule(OPEN_LIST, actor.community, now):
        return OpenList([], "")
    rows = _takeable(actor, volunteer, home)
    pool = pools.load(pools.rows_of([actor.pk]), home[0], now, tentative=False)
    kept: list[Fitting] = []
    following = cursor
    for _turn in range(MOST_BATCHES):
        batch = paging.page(rows, ("due_at", "id"), following, BATCH)
        kept += _fitting(actor, list(batch.rows), pool, now)
        following = batch.next
        if len(kept) >= size or not following:
            break
    best = [] if cursor else sorted(kept, key=lambda one: -one.gain)[:BEST]
    if len(kept) > size:
        kept = kept[:size]
        last = kept[-1].case.need
        following = paging.encode([last.due_at, last.pk])
    shown = _shown([*kept, *best], home, actor)
    first = tuple(shown[one.case.need.pk] for one in best if one.case.need.pk in shown)
    return OpenList([shown[one.case.need.pk] for one in kept if one.case.need.pk in shown], following, best=first)


def _shown(chosen: list[Fitting], home: tuple[float, float], actor: Person) -> dict[int, Masked]:
    """As the actor may see them; who and where is read only of these."""
    whole = Need.objects.select_related(*NEED_ROWS).in_bulk({one.case.need.pk for one in chosen})
    return {pk: masked(one.visit, replace(one.case, need=whole[pk]), home, actor.pk) for one in chosen if (pk := one.case.need.pk) in whole}


def _takeable(actor: Person, volunteer: Volunteer, home: tuple[float, float]) -> Any:
    """Waiting orders in the box of the volunteer's reach, by what SQL can ask; found through the queue of each community."""
    high = volunteer.reach_metres / pools.METRES_A_DEGREE
    wide = high / cos(radians(home[0]))
    margin = pools.COMMUNITY_METRES / pools.METRES_A_DEGREE
    near = areas.communities().filter(
        latitude__range=(home[0] - high - margin, home[0] + high + margin), longitude__range=(home[1] - wide - margin, home[1] + wide + margin)
    )
    spoken = [0, *choices.from_mask(volunteer.languages)]
    return (
        Need.objects.filter(community_id__in=list(near.values_list("pk", flat=True)), state=State.WAITING, due_at__isnull=False)
        .filter(latitude__range=(home[0] - high, home[0] + high), longitude__range=(home[1] - wide, home[1] + wide))
        .filter(Q(gender=0) | Q(gender=actor.sex), language__in=spoken)
        .annotate(met=F("service__required").bitand(volunteer.qualifications))
        .filter(met=F("service__required"))
        .exclude(resident_id=actor.pk)
        .exclude(service__code__in=volunteer.refuses)
        .select_related("service", "area")
    )


def _fitting(actor: Person, needs: list[Need], pool: pools.Pool, now: datetime) -> list[Fitting]:
    """Those of these orders that the actor, alone in the pool, may take."""
    found = []
    for case in fit.cases(needs, now).values():
        visit = fit.first_visit(case, pool, actor.pk) if fit.places_left(case.need) > 0 else None
        if visit is not None:
            found.append(Fitting(visit, case, _gain(case, pool)))
    return found


def _gain(case: fit.Case, pool: pools.Pool) -> int:
    """What an empty place costs less what sending this one person costs; nothing for whom a round would not ask."""
    order = fit.engine_order(case, pool.parallel)
    weights = in_force(case.need.area, case.now)
    ranked = matching.rank(pool.arrays, order, weights, limit=1)
    return weights.penalties([order])[order.id] - ranked[0].cost if ranked else 0
