"""The volunteers that can matter for an order, as the engine's arrays: a narrow read by SQL, then their recent past.

SQL keeps who is active, near enough for both rules of distance, qualified, old enough, of the wished gender and language, and free in one
of the slots; of those the nearest `COMPARED`. Everyone registered within the nearest communities up to `AROUND` people is looked at
first, then eight times as many, and so on, while too few fit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import accumulate
from math import cos, hypot, radians
from typing import TYPE_CHECKING, Any, NamedTuple

from django.core.cache import cache
from django.db.models import Case, Count, F, FloatField, Q, Value, When
from django.db.models.functions import Cast, Coalesce

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.matching import Time, Volunteers, project
from chunshui.needs.models import Assignment, Need, Offer
from chunshui.needs.queries.dispatch import times
from chunshui.needs.states import DAY_LIMIT, HARD_REACH, HOLDING, WEEK_OFFERS, AssignmentState, OfferSource, OfferState
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.people.models import VolunteerRows

METRES_A_DEGREE = 111_195.0
COMMUNITY_METRES = 2500
"""How far from its centre a community's people may live."""
AROUND, COMPARED, ENOUGH = 3_000, 300, 40
OPEN_OFFERS = 2
"""Questions that may wait for one volunteer's answer at a time."""
HISTORY_DAYS, ANSWER_DAYS = 30, 180
HOPE, DOUBT = 2.0, 3.0
"""What is assumed of a volunteer of whom nothing is known: two answers in five questions."""
COLUMNS = (
    "pk", "number", "person__name", "person__sex", "person__born_on", "qualifications", "free_time", "languages",
    "reach_metres", "week_limit", "offers_a_week", "refuses", "services_total", "lat", "lon", "community_id",
)  # fmt: skip


class Row(NamedTuple):
    id: int
    number: str
    name: str
    sex: int
    born_on: date | None
    qualifications: int
    free_time: int
    languages: int
    reach_metres: int
    week_limit: int
    offers_a_week: int
    refuses: list[str]
    services_total: int
    lat: float
    lon: float
    community_id: int


@dataclass
class Past:
    """What volunteers did lately and have agreed to: assignments and questions."""

    busy: list[tuple[int, int, int]] = field(default_factory=list)
    load: Counter[int] = field(default_factory=Counter)
    week_minutes: Counter[int] = field(default_factory=Counter)
    week_offers: Counter[int] = field(default_factory=Counter)
    open_offers: Counter[int] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)
    silent: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Pool:
    """`rows` by volunteer id, the same people as arrays projected on `parallel`, and whose limits of being asked are reached."""

    parallel: float
    rows: dict[int, Row]
    arrays: Volunteers
    past: Past
    asked_often: frozenset[int]
    waiting: frozenset[int]

    def refusing(self, service_code: str) -> set[int]:
        return {row.id for row in self.rows.values() if service_code in row.refuses}


def located(rows: VolunteerRows, latitude: float, longitude: float) -> Any:
    """Annotate home (else the community's centre) and the square of the metres to a point."""
    east = METRES_A_DEGREE * cos(radians(latitude))
    placed = rows.annotate(lat=Coalesce("person__latitude", "community__latitude"), lon=Coalesce("person__longitude", "community__longitude"))
    north, side = (F("lat") - Value(latitude)) * METRES_A_DEGREE, (F("lon") - Value(longitude)) * east
    reach = Cast(F("reach_metres"), FloatField())
    return placed.annotate(squared=north * north + side * side, reach_squared=reach * reach)


def communities_around(need: Need, now: datetime) -> list[tuple[int, int]]:
    """(community, active volunteers) within reach of an order, nearest first."""
    metres = areas.rule(HARD_REACH, need.area, now) + COMMUNITY_METRES
    high, east = metres / METRES_A_DEGREE, METRES_A_DEGREE * cos(radians(need.latitude))
    box = areas.communities().filter(
        latitude__range=(need.latitude - high, need.latitude + high),
        longitude__range=(need.longitude - metres / east, need.longitude + metres / east),
    )
    away = {
        pk: hypot((latitude - need.latitude) * METRES_A_DEGREE, (longitude - need.longitude) * east)
        for pk, latitude, longitude in box.values_list("pk", "latitude", "longitude")
    }
    away.setdefault(need.community_id, 0.0)
    near = [pk for pk in away if away[pk] <= metres]
    return sorted(_peopled(near).items(), key=lambda one: away[one[0]])


def _peopled(communities: Collection[int]) -> dict[int, int]:
    """Roughly how many active volunteers each community has: it only decides how far to look, so ten minutes old is new enough."""
    kept: dict[str, int] = cache.get_many([f"active-in:{pk}" for pk in communities])
    found = {pk: kept[f"active-in:{pk}"] for pk in communities if f"active-in:{pk}" in kept}
    missing = set(communities) - set(found)
    if missing:
        counted = people.active_in(missing)
        cache.set_many({f"active-in:{pk}": many for pk, many in counted.items()}, 600)
        found |= counted
    return found


def able(need: Need, now: datetime, found: Sequence[Time]) -> Q:
    """The hard rules that SQL can ask; expects `located` rows annotated by `with_masks`."""
    asked = Q(**rule_of_skill()) & rule_of_time(found) & rule_of_reach(need, now)
    return asked & rule_of_language(need) & rule_of_gender(need) & rule_of_age(need, now)


def with_masks(rows: Any, need: Need, found: Sequence[Time]) -> Any:
    slots = reduce(lambda one, time: one | time.slots, found, 0)
    return rows.annotate(
        met=F("qualifications").bitand(need.service.required),
        asked=Value(need.service.required),
        slots=F("free_time").bitand(slots),
        spoken=F("languages").bitand(language_mask(need)),
    )


def rule_of_skill() -> dict[str, Any]:
    return {"met": F("asked")}


def rule_of_time(found: Sequence[Time]) -> Q:
    return Q(slots__gt=0) if found else Q(pk__in=[])


def rule_of_reach(need: Need, now: datetime) -> Q:
    metres = float(areas.rule(HARD_REACH, need.area, now))
    return Q(squared__lte=metres * metres) & Q(squared__lte=F("reach_squared"))


def rule_of_language(need: Need) -> Q:
    return Q(spoken__gt=0) if need.language else Q()


def rule_of_gender(need: Need) -> Q:
    return Q(person__sex=need.gender) if need.gender else Q()


def rule_of_age(need: Need, now: datetime) -> Q:
    return Q(person__born_on__lte=years_before(clock.today(now), need.service.least_age))


def language_mask(need: Need) -> int:
    return 1 << (need.language - 1) if need.language else 0


def years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def nearest(need: Need, now: datetime, found: Sequence[Time], *, also: Collection[int] = (), most: int = COMPARED) -> list[Row]:
    """The nearest volunteers who pass what SQL can ask, and `also` whoever else of these ids passes."""
    around, wanted = communities_around(need, now), AROUND
    chosen: list[Row] = []
    while around and len(chosen) < ENOUGH:
        near = _first(around, wanted)
        chosen += _able_rows(need, now, found, Q(community_id__in=[pk for pk, _ in near]), most)
        around, wanted = around[len(near) :], wanted * 8
    missing = set(also) - {row.id for row in chosen}
    if missing:
        chosen += _able_rows(need, now, found, Q(pk__in=missing), len(missing))
    return chosen


def _first(around: list[tuple[int, int]], wanted: int) -> list[tuple[int, int]]:
    """The nearest communities that together have so many volunteers; at least one."""
    seen = list(accumulate(many for _, many in around))
    return around[: bisect_left(seen, wanted) + 1]


def _able_rows(need: Need, now: datetime, found: Sequence[Time], where: Q, most: int) -> list[Row]:
    rows = with_masks(located(people.active_volunteers().filter(where), need.latitude, need.longitude), need, found)
    return [Row(*values) for values in rows.filter(able(need, now, found)).order_by("squared", "pk").values_list(*COLUMNS)[:most]]


def rows_of(volunteer_ids: Iterable[int], need: Need) -> list[Row]:
    """These active volunteers, whatever the rules say about them."""
    rows = located(people.active_volunteers().filter(pk__in=list(volunteer_ids)), need.latitude, need.longitude)
    return [Row(*values) for values in rows.exclude(lat=None).order_by("pk").values_list(*COLUMNS)]


def load(rows: Iterable[Row], need: Need, now: datetime, *, but: Collection[int] = (), tentative: bool = True) -> Pool:
    """Arrays of these volunteers with their past. Visits to the orders `but` do not count as busy; open questions do, if `tentative`."""
    by_id = {row.id: row for row in sorted(rows)}
    past = past_of(list(by_id), now, but, tentative=tentative)
    day_limit, asks = areas.rule(DAY_LIMIT, need.area, now), areas.rule(WEEK_OFFERS, need.area, now)
    often = frozenset(row.id for row in by_id.values() if past.week_offers[row.id] >= min(asks, row.offers_a_week))
    waiting = frozenset(pk for pk, many in past.open_offers.items() if many >= OPEN_OFFERS)
    return Pool(need.latitude, by_id, _arrays(list(by_id.values()), past, need, now, day_limit), past, often, waiting)


def _arrays(rows: list[Row], past: Past, need: Need, now: datetime, day_limit: int) -> Volunteers:
    x, y = project([row.lat for row in rows], [row.lon for row in rows], need.latitude)  # type: ignore[arg-type]
    ages = [age(row.born_on, clock.today(now)) for row in rows]
    return Volunteers.of(
        [row.id for row in rows],
        busy=past.busy,
        x=x,
        y=y,
        skills=[row.qualifications for row in rows],
        slots=[row.free_time for row in rows],
        languages=[row.languages for row in rows],
        gender=[row.sex for row in rows],
        age=ages,
        minor=[0 <= years < 18 for years in ages],
        newcomer=[row.services_total == 0 for row in rows],
        reach_m=[row.reach_metres for row in rows],
        day_limit=[day_limit for _ in rows],
        week_limit=[row.week_limit for row in rows],
        week_minutes=[past.week_minutes[row.id] for row in rows],
        load30=[past.load[row.id] for row in rows],
        messages7=[past.week_offers[row.id] for row in rows],
        acceptance=[acceptance(past, row.id) for row in rows],
    )


def age(born_on: date | None, today: date) -> int:
    if born_on is None:
        return -1
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def acceptance(past: Past, volunteer_id: int) -> float:
    """How likely an answer is, from the own past, drawn toward two in five. A no is an answer: declining costs nothing, silence is learned from."""
    yes = past.answered[volunteer_id]
    return (yes + HOPE) / (yes + past.silent[volunteer_id] + HOPE + DOUBT)


def past_of(volunteer_ids: list[int], now: datetime, but: Collection[int] = (), *, tentative: bool = True) -> Past:
    past = Past()
    _add_assignments(past, volunteer_ids, now, but)
    _add_offers(past, volunteer_ids, now, but, tentative=tentative)
    return past


def _add_assignments(past: Past, volunteer_ids: list[int], now: datetime, but: Collection[int]) -> None:
    week, since = clock.week_start(now), now - timedelta(days=HISTORY_DAYS)
    held = Assignment.objects.filter(volunteer_id__in=volunteer_ids, state__in=HOLDING, planned_from__gte=since, planned_until__isnull=False)
    columns = held.values_list("volunteer_id", "need_id", "state", "minutes", "planned_from", "planned_until")
    for volunteer_id, need_id, state, minutes, start, end in columns:
        assert start is not None  # the filter above
        assert end is not None
        if need_id not in but and end > start:
            past.busy.append((volunteer_id, times.minute(start), times.minute(end)))
        past.load[volunteer_id] += start <= now
        if week <= start < week + timedelta(days=7):
            planned = int((end - start).total_seconds() // 60)
            past.week_minutes[volunteer_id] += (minutes or 0) if state == AssignmentState.DONE else planned


def _add_offers(past: Past, volunteer_ids: list[int], now: datetime, but: Collection[int], *, tentative: bool) -> None:
    asked = Offer.objects.filter(volunteer_id__in=volunteer_ids, sent_at__gte=now - timedelta(days=ANSWER_DAYS)).exclude(source=OfferSource.CLAIM)
    window = Case(When(state=OfferState.OPEN, then=F("need__wish_from")))
    for volunteer_id, need_id, state, sent_at, start, minutes in asked.annotate(window=window).values_list(
        "volunteer_id", "need_id", "state", "sent_at", "window", "need__minutes"
    ):
        past.week_offers[volunteer_id] += sent_at > now - timedelta(days=7) and state != OfferState.WITHDRAWN
        past.answered[volunteer_id] += state in (OfferState.ACCEPTED, OfferState.DECLINED)
        past.silent[volunteer_id] += state == OfferState.EXPIRED
        if state == OfferState.OPEN and need_id not in but:
            past.open_offers[volunteer_id] += 1
            if tentative and start is not None:
                past.busy.append((volunteer_id, times.minute(start), times.minute(start) + minutes))


def served_by(resident_ids: Collection[int]) -> dict[int, dict[int, int]]:
    """Resident → volunteer → visits done."""
    known: dict[int, dict[int, int]] = defaultdict(dict)
    done = Assignment.objects.filter(need__resident_id__in=resident_ids, state=AssignmentState.DONE).order_by()
    for resident_id, volunteer_id, visits in done.values_list("need__resident_id", "volunteer_id").annotate(Count("pk")):
        known[resident_id][volunteer_id] = visits
    return known
