"""Who could go, in order and with reasons; how many are left after each rule; and why somebody is not among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _

from chunshui import matching
from chunshui.areas import queries as areas
from chunshui.kernel.errors import Text
from chunshui.matching import Code, Stage
from chunshui.needs import policies
from chunshui.needs.models import Assignment
from chunshui.needs.queries.dispatch import district as districts
from chunshui.needs.queries.dispatch import fit, wording
from chunshui.needs.queries.dispatch import pool as pools
from chunshui.needs.queries.dispatch.weights import in_force
from chunshui.needs.queries.dispatch.wording import Reason, Said
from chunshui.needs.states import FULL_WEEK, AssignmentState

if TYPE_CHECKING:
    from chunshui.needs.models import Need
    from chunshui.needs.queries.dispatch.pool import Pool
    from chunshui.people.models import Person

LACKING = 300
"""Milli-units for each useful (not required) qualification that is missing."""
COMPARED = 32
"""Volunteers read from the tables and compared closely."""


@dataclass(frozen=True)
class Candidate:
    """`said` are the reasons as codes and numbers, to be kept with an offer; `start`–`until` when this person would come;

    `yes` how likely a yes is, and `messages` the questions of this week: for the size of a wave, never shown of one person.
    """

    person_id: int
    name: str
    number: str
    reasons: list[Reason]
    metres: int
    walk_minutes: int
    week_minutes: int
    services_total: int
    knows: int
    kind_before: int
    cost: int
    said: Said
    start: datetime
    until: datetime
    latitude: float
    longitude: float
    yes: float
    messages: int


def candidates(actor: Person, need: Need, now: datetime, limit: int = 8) -> list[Candidate]:
    """Those who may go to this order, best first; nobody for an actor who may not dispatch it."""
    return ranked(need, now, limit) if policies.can_offer_need(actor, need) else []


def ranked(need: Need, now: datetime, limit: int = 8, *, again: bool = True) -> list[Candidate]:
    """As `candidates`, for the platform itself. `again`: people who rest after a question, or did not answer one about this order, too."""
    case = fit.case(need, now)
    if not case.found or fit.places_left(need) < 1:
        return []
    skip = () if again else case.asked.silent
    pool = pool_for(case, skip)
    blocked = fit.unwilling(case, pool) | (set() if again else fit.resting(case, pool))
    order = fit.engine_order(case, pool.parallel, blocked=blocked, skip=skip)
    best = matching.rank(pool.arrays, order, in_force(need.area, now), limit=None)
    full = areas.rule(FULL_WEEK, need.area, now)
    chosen = sorted(best, key=lambda one: _standing(one, case, pool, full))[:limit]
    before = kind_before([one.volunteer_id for one in chosen], need.service_id)
    return [_candidate(one, case, pool, _extra(pool, one.volunteer_id, full, before)) for one in chosen]


def best_of(volunteer_ids: Collection[int], need: Need, now: datetime, limit: int) -> list[int]:
    """The best of these people who may be asked about an order."""
    case = fit.case(need, now)
    if not case.found:
        return []
    pool = pools.load(pools.rows_of(volunteer_ids), need.latitude, now, but=(need.pk,))
    order = fit.engine_order(case, pool.parallel, blocked=fit.unwilling(case, pool))
    return [one.volunteer_id for one in matching.rank(pool.arrays, order, in_force(need.area, now), limit=limit)]


def pool_for(case: fit.Case, skip: Collection[int] = ()) -> Pool:
    """The best of the whole district for an order, by what the arrays say; read from the tables, which have the last word."""
    district = districts.everyone(case.now)
    order = fit.engine_order(case, district.parallel, skip=skip, kind=districts.kind_of(case.need.service.code))
    found = matching.rank(district, order, in_force(case.need.area, case.now), limit=COMPARED)
    return pools.load(pools.rows_of(one.volunteer_id for one in found), case.need.latitude, case.now, but=(case.need.pk,))


@dataclass(frozen=True)
class Extra:
    """From how many minutes a week is full; and of a volunteer how often they did this service, their qualifications and minutes of this week."""

    full_week: int
    kind_before: int
    qualifications: int
    week_minutes: int


def _standing(one: matching.Candidate, case: fit.Case, pool: Pool, full_week: int) -> tuple[bool, int, int]:
    """A full week goes to the back; useful papers that are missing cost something."""
    lacking = case.need.service.useful & ~pool.rows[one.volunteer_id].qualifications
    return pool.past.week_minutes[one.volunteer_id] >= full_week, one.cost + LACKING * lacking.bit_count(), one.volunteer_id


def _candidate(one: matching.Candidate, case: fit.Case, pool: Pool, extra: Extra) -> Candidate:
    row, visit = pool.rows[one.volunteer_id], case.found[one.times[0]]
    said = said_of(one.reasons, case, row.id, extra)
    return Candidate(
        person_id=row.id,
        name=row.name,
        number=row.number,
        reasons=wording.words(said, case.need, case.now),
        metres=one.distance_m,
        walk_minutes=wording.walk_minutes(one.distance_m),
        week_minutes=pool.past.week_minutes[row.id],
        services_total=row.services_total,
        knows=case.known.get(row.id, 0),
        kind_before=extra.kind_before,
        cost=one.cost,
        said=said,
        start=visit.start,
        until=visit.end,
        latitude=row.lat,
        longitude=row.lon,
        yes=pool.yes(row.id),
        messages=pool.past.week_offers[row.id],
    )


def said_of(reasons: tuple[matching.Reason, ...], case: fit.Case, volunteer_id: int, extra: Extra) -> Said:
    """The engine's reasons, with what it was asked to meet counted whole, and what only we know."""
    need, minutes = case.need, extra.week_minutes
    lacking = need.service.useful & ~extra.qualifications
    wishes = need.service.required.bit_count() + need.service.useful.bit_count() + bool(need.gender) + bool(need.language)
    kept = [reason for reason in reasons if reason.code not in (Code.MEETS_SKILLS, Code.KNOWS)]
    visits = case.known.get(volunteer_id, 0)
    ours: list[tuple[bool, str, int]] = [
        (wishes > 0 and not lacking, Code.MEETS_SKILLS, wishes),
        (visits > 0, Code.KNOWS, visits),
        (extra.kind_before > 0, wording.KIND_BEFORE, extra.kind_before),
        (minutes >= extra.full_week, wording.FULL_WEEK, minutes),
        (lacking > 0, wording.LACKS_USEFUL, lacking),
        (visits == 0, wording.FIRST_TIME, 0),
        (volunteer_id in case.asked.silent, wording.SILENT, 0),
    ]
    said: Said = [[str(code), number] for true, code, number in ours if true]
    return said + wording.codes(kept, case.found)


def said_for(case: fit.Case, pool: Pool) -> dict[int, Said]:
    """What to keep with an offer to each of these volunteers who fit."""
    if not case.found:
        return {}
    full = areas.rule(FULL_WEEK, case.need.area, case.now)
    before = kind_before(list(pool.rows), case.need.service_id)
    fitting = matching.rank(pool.arrays, fit.engine_order(case, pool.parallel), in_force(case.need.area, case.now), limit=None)
    return {one.volunteer_id: said_of(one.reasons, case, one.volunteer_id, _extra(pool, one.volunteer_id, full, before)) for one in fitting}


def _extra(pool: Pool, volunteer_id: int, full_week: int, before: Mapping[int, int]) -> Extra:
    return Extra(full_week, before.get(volunteer_id, 0), pool.rows[volunteer_id].qualifications, pool.past.week_minutes[volunteer_id])


def kind_before(volunteer_ids: Collection[int], service_id: int) -> Counter[int]:
    """How often these volunteers have done this service."""
    done = Assignment.objects.filter(volunteer_id__in=volunteer_ids, need__service_id=service_id, state=AssignmentState.DONE).order_by()
    return Counter(dict(done.values_list("volunteer_id").annotate(Count("pk"))))


@dataclass(frozen=True)
class FunnelStep:
    words: Text
    people: int


def funnel(need: Need, now: datetime) -> list[FunnelStep]:
    """How many volunteers are left after each rule, beginning with everyone in the district; counts only."""
    case = fit.case(need, now)
    if not case.found:
        return []
    district = districts.everyone(now)
    order = fit.engine_order(case, district.parallel, kind=districts.kind_of(need.service.code))
    left = matching.funnel(district, order, in_force(need.area, now)).counts
    words = {
        Stage.REGISTERED: _("全区在册的志愿者"),
        Stage.SKILL: _("有所需证件和特长"),
        Stage.FREE: _("那个时间有空"),
        Stage.REACH: _("走得到"),
        Stage.AGE: _("语言、性别、年龄符合"),
        Stage.OPEN: _("没问过、双方愿意"),
        Stage.CAPACITY: _("没排满"),
    }
    return [FunnelStep(said, left[stage]) for stage, said in words.items()]


def binding(case: fit.Case, district: matching.District) -> list[int | str]:
    """(code, number) of the first rule that leaves fewer people in the district than an order has places."""
    order = fit.engine_order(case, district.parallel, kind=districts.kind_of(case.need.service.code))
    counts = matching.funnel(district, order, in_force(case.need.area, case.now))
    why = matching.binding(counts, fit.places_left(case.need))
    return [why.code, why.number] if why else [wording.SINCE_THEN, counts.eligible]


def why_not(actor: Person, need: Need, volunteer_id: int, now: datetime) -> str:
    """The first rule that keeps this volunteer from the order, or how many are better and by how much; empty for an actor who may not dispatch."""
    if not policies.can_offer_need(actor, need):
        return ""
    case = fit.case(need, now)
    pool = pools.load(pools.rows_of([volunteer_id]), need.latitude, now, but=(need.pk,))
    why = fit.bar(case, pool, volunteer_id)
    if why is not None:
        return wording.why_not_words(why, need, now)
    best = ranked(need, now, limit=COMPARED)
    place = next((at for at, one in enumerate(best) if one.person_id == volunteer_id), len(best))
    if place == 0:
        return _("就是第一位。")
    more = (best[place].metres - best[0].metres) if place < len(best) else 0
    if more > 0:
        return _("合适，排在第 %(place)d 位：第一位是%(name)s，近 %(metres)d 米。") % {"place": place + 1, "name": best[0].name, "metres": more}
    return _("合适，排在第 %(place)d 位：第一位是%(name)s，更熟悉或本周更空。") % {"place": place + 1, "name": best[0].name}
