"""A batch round: what it looks at, and what it shows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Count, Q, QuerySet

from chunshui import matching
from chunshui.areas import queries as areas
from chunshui.kernel import paging
from chunshui.kernel.errors import NotFound
from chunshui.kernel.paging import Page
from chunshui.matching import Code
from chunshui.needs import policies
from chunshui.needs.models import Assignment, Need, Proposal, Round
from chunshui.needs.queries.dispatch import candidates, fit, times, wording
from chunshui.needs.queries.dispatch import district as districts
from chunshui.needs.queries.dispatch import pool as pools
from chunshui.needs.queries.dispatch.offers import NEED_ROWS
from chunshui.needs.states import FULL_WEEK, AssignmentState, ProposalOutcome, RoundState

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.needs.queries.dispatch.pool import Pool
    from chunshui.people.models import Person

PAGE, WANTED, WANTED_LOOKED_AT = 50, 30, 500
OPEN_ROUNDS = (RoundState.SOLVING, RoundState.PROPOSED, RoundState.SENDING)


@dataclass(frozen=True)
class ProposalLine:
    """A pair with what speaks for it, or an order left unserved with the reason (`person` None); `locked` by a person."""

    need: Need
    person: Person | None
    reasons: list[wording.Reason]
    why_unserved: str
    locked: bool


def visible_round(actor: Person, round_id: int, *, lock: bool = False) -> Round:
    rows = Round.objects.select_for_update(of=("self",)) if lock else Round.objects.all()
    found = rows.select_related("area", "by").filter(pk=round_id).first()  # not sent_by: a join read before the lock was given may be stale
    if found is None or not policies.can_run_round(actor, found):
        raise NotFound
    return found


def round_held(round_id: int) -> Round:
    """A round held to the end of a command of the platform itself."""
    found = Round.objects.select_for_update(of=("self",)).select_related("area", "by").filter(pk=round_id).first()
    if found is None:
        raise NotFound
    return found


def open_round(area: Area) -> Round | None:
    return Round.objects.filter(area=area, state__in=OPEN_ROUNDS).select_related("area", "by").first()


def rounds_of(area: Area, most: int = 20) -> list[Round]:
    """The rounds of an area, the newest first."""
    return list(Round.objects.filter(area=area).select_related("by", "sent_by").order_by("-id")[:most])


def rounds_to_solve() -> list[int]:
    """Rounds that no worker has taken up yet."""
    return list(Round.objects.filter(state=RoundState.SOLVING, is_queued=False).order_by("id").values_list("pk", flat=True))


def pairs(found: Round, now: datetime, text: str = "", cursor: str = "", size: int = PAGE) -> tuple[Page[Proposal], list[ProposalLine]]:
    """A page of the proposed pairs; `text` finds a volunteer or resident by name, or an order by its number."""
    rows = found.proposals.filter(volunteer__isnull=False)
    if text:
        named = Q(volunteer__name__contains=text) | Q(need__resident__name__contains=text)
        rows = rows.filter(named | Q(need__number__iendswith=text))
    return _page(found, rows, now, cursor, size)


def unserved(found: Round, now: datetime, cursor: str = "", size: int = PAGE) -> tuple[Page[Proposal], list[ProposalLine]]:
    """A page of the orders for which somebody is missing, each with the binding reason."""
    return _page(found, found.proposals.filter(volunteer__isnull=True), now, cursor, size)


def _page(found: Round, rows: QuerySet[Proposal], now: datetime, cursor: str, size: int) -> tuple[Page[Proposal], list[ProposalLine]]:
    whole = rows.select_related("volunteer", *(f"need__{name}" for name in NEED_ROWS))
    part = paging.page(whole, ("need_id", "id"), cursor, size)
    return part, _lines(found, part.rows, now)


def _lines(found: Round, rows: Sequence[Proposal], now: datetime) -> list[ProposalLine]:
    locked = {tuple(pair) for pair in found.locked}
    said = {**_described(rows, now), **_too_few(rows, now)}
    return [_line(row, said.get(row.pk, []), locked, now) for row in rows]


def _described(rows: Sequence[Proposal], now: datetime) -> dict[int, wording.Said]:
    pairs = [row for row in rows if row.volunteer_id is not None]
    if not pairs:
        return {}
    needs = {row.need_id: row.need for row in pairs}
    pool = pools.load(pools.rows_of({row.volunteer_id or 0 for row in pairs}), pairs[0].need.latitude, now, but=needs)
    return described(pairs, fit.cases(list(needs.values()), now), pool)


def _too_few(rows: Sequence[Proposal], now: datetime) -> dict[int, wording.Said]:
    """Proposal → the rule that leaves too few people now, for the orders of a page of which the plan kept no other reason."""
    needs = {row.need_id: row.need for row in rows if row.volunteer_id is None and not row.reasons}
    cases = {pk: case for pk, case in fit.cases(list(needs.values()), now).items() if case.found} if needs else {}
    if not cases:
        return {row.pk: [[fit.OVER, 0]] for row in rows if row.need_id in needs}
    district = districts.everyone(now)
    found = {pk: candidates.binding(case, district) for pk, case in cases.items()}
    return {row.pk: [found.get(row.need_id, [fit.OVER, 0])] for row in rows if row.need_id in needs}


def described(pairs: Sequence[Proposal], cases: dict[int, fit.Case], pool: Pool) -> dict[int, wording.Said]:
    """Proposal → what speaks for the pair as the tables stand, and when the plan has the volunteer come; who is not active any more is left out."""
    before = kinds_before(pool.rows)
    return {row.pk: _said(row, cases[row.need_id], pool, before) for row in pairs if row.volunteer_id in pool.rows}


def _said(row: Proposal, case: fit.Case, pool: Pool, before: dict[tuple[int, int], int]) -> wording.Said:
    who, start = row.volunteer_id or 0, times.moment(next(int(number) for _code, number in row.reasons))
    then = fit.at(case, times.Visit(start, start + timedelta(minutes=case.need.minutes)))
    full = areas.rule(FULL_WEEK, case.need.area, case.now)
    extra = candidates.Extra(full, before.get((who, case.need.service_id), 0), pool.rows[who].qualifications, pool.past.week_minutes[who])
    plain = matching.reasons_for(pool.arrays, fit.engine_order(then, pool.parallel), pool.arrays.row(who), 0)
    return candidates.said_of(plain, then, who, extra)


def places_of(found: Round, most: int = 600) -> tuple[list[dict[str, Any]], int]:
    """Where the orders of a round are and who would come, for a map of at most so many; and how many there are in all."""
    rows = found.proposals.order_by("need_id", "id")
    columns = ("need_id", "need__latitude", "need__longitude", "volunteer_id", "volunteer__latitude", "volunteer__longitude")
    dots = [
        {"order": order, "at": [north, east], "from": [home_north, home_east] if home_north else None, "served": volunteer is not None}
        for order, north, east, volunteer, home_north, home_east in rows.values_list(*columns)[:most]
    ]
    return dots, rows.count()


def _line(row: Proposal, said: wording.Said, locked: set[tuple[int, ...]], now: datetime) -> ProposalLine:
    if row.volunteer is None:
        return ProposalLine(row.need, None, [], wording.unserved_words(row.reasons or said, row.need, now), False)
    is_locked = (row.need_id, row.volunteer_id) in locked
    by_hand: wording.Said = [[Code.LOCKED, 0]] if is_locked else []
    return ProposalLine(row.need, row.volunteer, wording.words([*by_hand, *said], row.need, now), "", is_locked)


def rounds_to_send() -> list[int]:
    return list(Round.objects.filter(state=RoundState.SENDING).order_by("id").values_list("pk", flat=True))


def unsent(found: Round, most: int) -> list[Proposal]:
    """The next pairs of a round to be asked: whole orders, at most so many, in which nobody occurs twice."""
    rows = found.proposals.filter(volunteer__isnull=False, outcome=ProposalOutcome.OPEN).order_by("need_id", "id")[: 4 * most]
    chosen: list[Proposal] = []
    seen: set[int] = set()
    for at, (_need_id, group) in enumerate(groupby(rows, key=lambda row: row.need_id)):
        pairs = list(group)
        if at < most and not seen.intersection(row.volunteer_id or 0 for row in pairs):
            chosen += pairs
            seen.update(row.volunteer_id or 0 for row in pairs)
    return chosen


def outcomes(found: Round) -> dict[str, int]:
    """How many pairs of a round were asked, passed over, or are still to be sent."""
    rows = found.proposals.filter(volunteer__isnull=False).order_by().values_list("outcome").annotate(Count("pk"))
    return {**dict.fromkeys(ProposalOutcome.values, 0), **dict(rows)}


def kinds_before(volunteer_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """(volunteer, service) → times done, for the reasons of a round."""
    done = Assignment.objects.filter(volunteer_id__in=list(volunteer_ids), state=AssignmentState.DONE).order_by()
    return {(who, service): times for who, service, times in done.values_list("volunteer_id", "need__service_id").annotate(Count("pk"))}


def wanted(plan: matching.Round, parallel: float) -> list[list[Any]]:
    """Where one more volunteer would help a round most: [skills, community, milli-units saved, orders], the greatest saving first."""
    if plan.evidence is None:
        return []
    places = [(place.pk, place.latitude, place.longitude) for place in areas.communities() if place.latitude is not None]
    if not places:
        return []
    x, y = matching.project(np.array([place[1] for place in places]), np.array([place[2] for place in places]), parallel)
    found: dict[tuple[int, int], list[Any]] = {}
    for one in plan.evidence.wanted()[:WANTED_LOOKED_AT]:
        nearest = places[int(np.argmin(np.hypot(x - one.x, y - one.y)))][0]
        found.setdefault((one.skills, nearest), [one.skills, nearest, one.saves, one.orders])
    return list(found.values())[:WANTED]


@dataclass(frozen=True)
class WantedLine:
    """One more volunteer like this, living here, would let so many orders be served better."""

    who: str
    community: Area
    saves: int
    orders: int


def wanted_lines(found: Round) -> list[WantedLine]:
    rows = found.summary.get("wanted", [])
    places = {place.pk: place for place in areas.communities().filter(pk__in={0, *(row[1] for row in rows)})}
    return [WantedLine(wording.who_has(skills), places[pk], saves, orders) for skills, pk, saves, orders in rows if pk in places]
