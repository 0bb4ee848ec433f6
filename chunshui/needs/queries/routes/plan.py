"""The routes of a community or a team for one part of a day: what is agreed, who could take what still waits, and what a change by hand would do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import cos, hypot, radians
from typing import TYPE_CHECKING

from django.db.models import F, Q
from django.utils.translation import gettext as _

from chunshui import matching
from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.matching import routes
from chunshui.matching.ways import Ways
from chunshui.needs.models import Assignment, Need
from chunshui.needs.queries.desk.reach import in_area
from chunshui.needs.queries.dispatch import fit, times, wording
from chunshui.needs.queries.dispatch import pool as pools
from chunshui.needs.queries.dispatch.offers import NEED_ROWS
from chunshui.needs.queries.dispatch.weights import in_force
from chunshui.needs.queries.routes import ground
from chunshui.needs.queries.routes.promise import PARTS, wished
from chunshui.needs.states import DISPATCHING, HARD_REACH, HOLDING
from chunshui.people import queries as people
from chunshui.teams import queries as teams

if TYPE_CHECKING:
    from chunshui.areas.models import Area

Pair = tuple[int, int]
MOST_ORDERS, MOST_WALKERS, READ, LOOKED_AT, PER_ORDER = 100, 60, 5000, 400, 30
GRID = 300
EARLY_AND_LATE = 3600
"""Seconds before and after the part of the day that one may be on the way."""
MAY_BE_LATE = 900
"""Seconds after the agreed hour at which the walk may bring somebody to the next promise; the page says so."""
HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Question:
    """Which community, day and part (0 morning, 1 afternoon, 2 evening); the members of a team, or 0; and what was decided by hand."""

    area: Area
    day: date
    part: int
    team_id: int = 0
    moves: tuple[Pair, ...] = ()

    @property
    def opens(self) -> datetime:
        return clock.at(self.day, PARTS[self.part][0])

    @property
    def closes(self) -> datetime:
        return clock.at(self.day, PARTS[self.part][1])


@dataclass(frozen=True)
class Asked:
    """The question as the solver takes it. Visits that are agreed have the id of the assignment, below zero; the others that of the order."""

    needs: dict[int, Need]
    cases: dict[int, fit.Case]
    agreed: dict[int, Assignment]
    rows: dict[int, pools.Row]
    pool: pools.Pool | None
    walkers: list[routes.Walker]
    visits: list[routes.Visit]
    ways: Ways
    refused: dict[Pair, str]


@dataclass(frozen=True)
class Answer:
    asked: Asked
    plan: routes.Plan
    before: routes.Plan | None
    """The plan without the last change by hand."""


def answer(question: Question, now: datetime) -> Answer:
    asked = read(question, now)
    pause = 60 * in_force(question.area, now).turnaround_minutes
    plan = routes.plan(asked.walkers, asked.visits, asked.ways, grid=GRID, pause=pause)
    before = None
    if question.moves and question.moves[-1] not in asked.refused:
        earlier = _with_moves(asked, question.moves[:-1])
        before = routes.plan(asked.walkers, earlier, asked.ways, grid=GRID, pause=pause)
    return Answer(asked, plan, before)


def read(question: Question, now: datetime) -> Asked:
    """Everything the routes depend on, with a fixed number of queries."""
    needs = _waiting(question, now)
    agreed = _agreed_here(question)
    anchor = next(iter(needs.values()), None) or next((place.need for place in agreed), None)
    if anchor is None:
        return Asked({}, {}, {}, {}, None, [], [], ground.ways([], question.area, now), {})
    cases = {pk: replace(case, found=found) for pk, case in fit.cases(list(needs.values()), now).items() if (found := _hours(case, question, now))}
    rows = _people(question, anchor, {place.volunteer_id for place in agreed}, now)
    agreed = _agreed_of(question, rows)
    pool = pools.load(rows, anchor.latitude, now, but=[place.need_id for place in agreed])
    able = {pk: _able(case, pool) for pk, case in cases.items()}
    refused = {pair: why for pair in question.moves if (why := _refused(pair, cases, pool, now))}
    moved = {need: who for need, who in question.moves if (need, who) not in refused}
    walkers = _walkers(pool, agreed, able, set(moved.values()), question)
    visits = [*_promised(agreed, len(walkers)), *_open_visits(cases, able, len(walkers) + len(agreed))]
    points = [(pool.rows[each.id].lat, pool.rows[each.id].lon) for each in walkers]
    points += [(place.need.latitude, place.need.longitude) for place in agreed] + [
        (case.need.latitude, case.need.longitude) for case in cases.values()
    ]
    ways = ground.ways(points, question.area, now)
    asked = Asked(needs, cases, {-place.pk: place for place in agreed}, pool.rows, pool, walkers, visits, ways, refused)
    return replace(asked, visits=_with_moves(asked, question.moves))


def _waiting(question: Question, now: datetime) -> dict[int, Need]:
    """Orders that could be served in this part of the day, the most pressing first."""
    overlapping = Q(wish_from__lt=question.closes, wish_until__gt=max(question.opens, now)) | Q(wish_from__isnull=True)
    rows = in_area(question.area).filter(overlapping, state__in=DISPATCHING, places_filled__lt=F("people_needed"))
    return {need.pk: need for need in rows.select_related(*NEED_ROWS).order_by("due_at", "id")[:MOST_ORDERS] if question.closes > now}


def _agreed_rows(question: Question) -> Q:
    return Q(state__in=HOLDING, planned_from__gte=question.opens, planned_from__lt=question.closes, planned_until__isnull=False)


def _agreed_here(question: Question) -> list[Assignment]:
    """What is promised in the community; of a team only by its members."""
    rows = Assignment.objects.filter(_agreed_rows(question), need__in=in_area(question.area))
    if question.team_id:
        rows = rows.filter(volunteer_id__in=teams.members(question.team_id))
    return list(rows.select_related(*(f"need__{name}" for name in NEED_ROWS)).order_by("planned_from", "id"))


def _agreed_of(question: Question, rows: Sequence[pools.Row]) -> list[Assignment]:
    """All that these people have promised then, also elsewhere: nobody is in two places."""
    found = Assignment.objects.filter(_agreed_rows(question), volunteer_id__in=[row.id for row in rows])
    related = [*(f"need__{name}" for name in NEED_ROWS), "need__resident__personal_key"]
    return list(found.select_related(*related).order_by("planned_from", "id"))


def _people(question: Question, anchor: Need, holders: Collection[int], now: datetime) -> list[pools.Row]:
    """The team's members, or volunteers of the communities around who are free then, the nearest first; and whoever has promised something here."""
    wanted = set(holders) | {who for _, who in question.moves}
    if question.team_id:
        return pools.rows_of(set(teams.members(question.team_id)) | wanted)
    slots = times.slots(times.Visit(question.opens, question.closes))
    rows = people.active_volunteers().filter(community_id__in=_around(question, now))
    free = rows.annotate(then=F("free_time").bitand(slots)).filter(then__gt=0)
    here = [pools.Row(*values) for values in pools.located(free).values_list(*pools.FACTS, "number", "person__name")[:READ]]
    near = sorted(here, key=lambda row: (hypot(row.lat - anchor.latitude, row.lon - anchor.longitude), row.id))[:LOOKED_AT]
    missing = wanted - {row.id for row in near}
    return [*near, *pools.rows_of(missing)] if missing else near


def _around(question: Question, now: datetime) -> list[int]:
    """The community and those whose middle is within the reach of dispatch."""
    middle, high = question.area, areas.rule(HARD_REACH, question.area, now) / pools.METRES_A_DEGREE
    wide = high / cos(radians(middle.latitude))
    box = {
        "latitude__range": (middle.latitude - high, middle.latitude + high),
        "longitude__range": (middle.longitude - wide, middle.longitude + wide),
    }
    return [*areas.communities().filter(**box).values_list("pk", flat=True), middle.lineage[2]]


def _hours(case: fit.Case, question: Question, now: datetime) -> list[times.Visit]:
    """Every half hour at which the order could begin in this part of the day; one, when somebody has agreed to it already."""
    need, length = case.need, timedelta(minutes=case.need.minutes)
    if case.asked.holding:
        return [visit for visit in case.found if question.opens <= visit.start < question.closes]
    opens, closes = wished(need, question.opens, length)
    soonest = clock.at(question.day) if now < question.opens else now + HALF_HOUR
    first = max(opens, question.opens, _rounded(soonest))
    last = min(closes, question.closes - min(length, question.closes - question.opens))
    if first > last:
        return [times.Visit(opens, opens + length)] if question.opens <= opens < question.closes and opens > now else []
    many = int((last - first) / HALF_HOUR) + 1
    return [times.Visit(start, start + length) for start in (first + HALF_HOUR * step for step in range(many))]


def _rounded(moment: datetime) -> datetime:
    return datetime.fromtimestamp(-(-moment.timestamp() // GRID) * GRID, tz=clock.zone())


def _able(case: fit.Case, pool: pools.Pool) -> list[int]:
    """Who may be asked about an order, the best suited first, by the rules of every dispatch."""
    order = fit.engine_order(case, pool.parallel, blocked=fit.unwilling(case, pool))
    return [one.volunteer_id for one in matching.rank(pool.arrays, order, in_force(case.need.area, case.now), limit=PER_ORDER)]


def _refused(pair: Pair, cases: Mapping[int, fit.Case], pool: pools.Pool, now: datetime) -> str:
    """Why this person cannot be given this order; nothing when they can."""
    case = cases.get(pair[0])
    if case is None:
        return _("这单这段时间已经不用派了。")
    bar = fit.bar(case, pool, pair[1])
    return wording.why_not_words(bar, case.need, now) if bar else ""


def _walkers(
    pool: pools.Pool, agreed: Sequence[Assignment], able: Mapping[int, Sequence[int]], moved: Collection[int], question: Question
) -> list[routes.Walker]:
    """Those who have promised something first, then those who can take most: as many as a page can show."""
    promised: dict[int, int] = defaultdict(int)
    for place in agreed:
        promised[place.volunteer_id] += 1
    takes: dict[int, int] = defaultdict(int)
    for people_able in able.values():
        for rank, who in enumerate(people_able):
            takes[who] += PER_ORDER - rank
    chosen = [*promised, *(who for who in moved if who not in promised)]
    chosen += [who for who in sorted(takes, key=lambda who: (-takes[who], who)) if who not in chosen]
    elsewhere = _elsewhere(pool, question)
    return [
        routes.Walker(
            who,
            home,
            seconds(question.opens) - EARLY_AND_LATE,
            seconds(question.closes) + EARLY_AND_LATE,
            most=max(promised[who], int(pool.arrays.day_limit[pool.arrays.row(who)]) - elsewhere[who]),
        )
        for home, who in enumerate(who for who in chosen[:MOST_WALKERS] if who in pool.rows)
    ]


def _elsewhere(pool: pools.Pool, question: Question) -> dict[int, int]:
    """How many visits of the day each has outside this part of it."""
    begins = times.minute(clock.at(question.day))
    found: dict[int, int] = defaultdict(int)
    for who, start, _until in pool.past.busy:
        found[who] += begins <= start < begins + 1440
    return found


def _promised(agreed: Sequence[Assignment], first: int) -> list[routes.Visit]:
    """Promises stand at their hours: only who made one may move it."""
    visits = []
    for at, place in enumerate(agreed, first):
        start = seconds(place.planned_from)
        lasts = -(-(seconds(place.planned_until) - start) // GRID) * GRID
        visits.append(routes.Visit(-place.pk, at, lasts, ((start, start + MAY_BE_LATE),), priority=place.need.priority, agreed=(place.volunteer_id,)))
    return visits


def _open_visits(cases: Mapping[int, fit.Case], able: Mapping[int, Sequence[int]], first: int) -> list[routes.Visit]:
    """What still waits. Of a visit of three and more, two are looked for at a time; a second person comes when the first does."""
    return [
        routes.Visit(
            pk,
            at,
            -(-60 * case.need.minutes // GRID) * GRID,
            ((seconds(case.found[0].start), seconds(case.found[-1].start)),),
            priority=case.need.priority,
            people=min(2, fit.places_left(case.need)),
            only=frozenset(able[pk]),
        )
        for at, (pk, case) in enumerate(cases.items(), first)
    ]


def _with_moves(asked: Asked, moves: Sequence[Pair]) -> list[routes.Visit]:
    """The visits with what was decided by hand: these people, and of a visit of two one more."""
    chosen: dict[int, list[int]] = defaultdict(list)
    for need_id, who in moves:
        if (need_id, who) not in asked.refused:
            chosen[need_id] = [*(each for each in chosen[need_id] if each != who), who]
    return [replace(visit, agreed=tuple(chosen[visit.id][-visit.people :])) if visit.id > 0 else visit for visit in asked.visits]


def seconds(moment: datetime | None) -> int:
    assert moment is not None
    return int(moment.timestamp())
