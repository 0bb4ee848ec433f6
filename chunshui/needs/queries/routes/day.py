"""A volunteer's day on foot: the visits in order, the ways between, and what another order would mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count
from django.utils.translation import gettext as _

from chunshui.kernel import clock, crypto, moments
from chunshui.matching import routes
from chunshui.matching.ways import Ways
from chunshui.needs.models import Assignment
from chunshui.needs.queries.routes import ground
from chunshui.needs.queries.routes.promise import leeway
from chunshui.needs.queries.routes.sketch import Sketch, Way, sketch
from chunshui.needs.queries.slips import title
from chunshui.needs.states import HOLDING, OPEN, AssignmentState
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.needs.models import Need
    from chunshui.people.models import Person

FIVE_MINUTES = 300
WORTH_SAYING = 50
"""Metres that another order must save before it is proposed."""
DAYS_SHOWN = 14
WITH = ("need__service", "need__resident__personal_key", "need__area", "need__community")


@dataclass(frozen=True)
class Halt:
    """A visit of the day as it is read. `late`: minutes by which the walk makes one miss the hour that was agreed."""

    place: Assignment
    number: int
    title: str
    icon: str
    resident: str
    address: str
    start: str
    when: str
    within: str
    walk_minutes: int
    metres: int
    late: int
    is_over: bool
    is_fixed: bool
    earlier: str
    later: str


@dataclass(frozen=True)
class Better:
    """An order that walks less."""

    order: str
    metres: int


@dataclass(frozen=True)
class Afternoon:
    day: date
    words: str
    halts: list[Halt]
    home_minutes: int
    home_metres: int
    walk_minutes: int
    metres: int
    sketch: Sketch | None
    days: list[tuple[date, str, bool]]
    better: Better | None


@dataclass(frozen=True)
class Moved:
    """A visit whose hour would change. `minutes` later, or earlier when negative."""

    place: Assignment
    title: str
    resident: str
    was: str
    becomes: str
    start: datetime
    minutes: int


@dataclass(frozen=True)
class Trial:
    """What another order would mean. `broken`: the promises that it could not keep, in words; then it may not be taken."""

    order: str
    moved: list[Moved]
    broken: list[str]
    more_metres: int
    more_minutes: int

    @property
    def fewer_metres(self) -> int:
        return max(0, -self.more_metres)


@dataclass(frozen=True)
class _Day:
    """What is read once: the places in the order of their hours, who else holds a place, and the ways from home (row 0) to all."""

    places: list[Assignment]
    windows: dict[int, tuple[datetime, datetime]]
    ways: Ways
    points: list[ground.Point]


def afternoon(actor: Person, day: date, now: datetime) -> Afternoon:
    """The day as it is agreed, with an order that walks less where there is one."""
    found = _read(actor, day, now)
    route = _agreed(found)
    halts = _halts(actor, found, route, now)
    way = Way(_home(actor), [(found.points[at + 1], str(at + 1)) for at in range(len(halts))], "r0")
    return Afternoon(
        day=day,
        words=moments.day(clock.at(day, 12), now),
        halts=halts,
        home_minutes=_minutes(route.home_walk),
        home_metres=route.home_metres,
        walk_minutes=sum(halt.walk_minutes for halt in halts) + _minutes(route.home_walk),
        metres=route.metres,
        sketch=sketch([way], width=358, height=300, drawing=found.places[0].need.community.drawing if found.places else ""),
        days=_days(actor, day, now),
        better=_better(actor, found, now),
    )


def trial(actor: Person, day: date, order: Sequence[int], now: datetime) -> Trial | None:
    """What this order of the day's visits would mean; None when they are not the visits of the day."""
    found = _read(actor, day, now)
    if sorted(order) != sorted(place.pk for place in found.places):
        return None
    return _tried(found, order, now)


def next_day(actor: Person, now: datetime) -> date:
    """The next day on which the actor is expected; today when there is none."""
    ahead = Assignment.objects.filter(volunteer_id=actor.pk, state__in=HOLDING, planned_until__gte=now).order_by("planned_from")
    start = ahead.values_list("planned_from", flat=True).first()
    return clock.today(start or now)


def places_of(actor: Person, day: date) -> list[Assignment]:
    """The actor's places of a day, in the order of their hours."""
    rows = Assignment.objects.filter(volunteer_id=actor.pk, state__in=HOLDING, planned_from__gte=clock.at(day), planned_from__lt=clock.at(day, 24))
    return list(rows.select_related(*WITH).filter(planned_until__isnull=False).order_by("planned_from", "id"))


def _read(actor: Person, day: date, now: datetime) -> _Day:
    places = places_of(actor, day)
    held = Assignment.objects.filter(need_id__in=[place.need_id for place in places], state__in=HOLDING).order_by()
    shared = dict(held.values_list("need_id").annotate(Count("pk")))
    windows = {place.pk: leeway(place, shared[place.need_id] > 1, now) for place in places}
    home = _home(actor) or (places[0].need.latitude, places[0].need.longitude) if places else (0.0, 0.0)
    points = [home, *((place.need.latitude, place.need.longitude) for place in places)]
    return _Day(places, windows, ground.ways(points, _area(actor, places), now), points)


def _home(actor: Person) -> ground.Point | None:
    if actor.latitude is not None and actor.longitude is not None:
        return actor.latitude, actor.longitude
    return (actor.community.latitude, actor.community.longitude) if actor.community else None


def _area(actor: Person, places: Sequence[Assignment]) -> Area | None:
    return places[0].need.area if places else actor.area


def _agreed(found: _Day) -> routes.Route:
    """The day at the hours that were agreed."""
    stops, here, free = [], 0, None
    for at, place in enumerate(found.places, 1):
        start, leave = _seconds(place.planned_from), _seconds(place.planned_until)
        walk, metres = int(found.ways.seconds[here, at]), int(found.ways.metres[here, at])
        stops.append(routes.Stop(place.pk, start if free is None else free + walk, start, leave, walk, metres))
        here, free = at, leave
    return routes.Route(0, tuple(stops), int(found.ways.seconds[here, 0]), int(found.ways.metres[here, 0]))


def _halts(actor: Person, found: _Day, route: routes.Route, now: datetime) -> list[Halt]:
    ids = [place.pk for place in found.places]
    free = [at for at, place in enumerate(found.places) if _can_move(found, place)]
    return [
        Halt(
            place=place,
            number=at + 1,
            title=title(place.need),
            icon=place.need.service.icon,
            resident=place.need.resident.name if _is_whole(place) else place.need.resident.masked_name,
            address=_address(place.need) if _is_whole(place) else "",
            start=moments.time(_moment(stop.start)),
            when=moments.window(_moment(stop.start), _moment(stop.leave), now),
            within=_within(found, place),
            walk_minutes=_minutes(stop.walk),
            metres=stop.metres,
            late=_minutes(max(0, stop.arrive - stop.start)),
            is_over=place.state == AssignmentState.DONE,
            is_fixed=at not in free,
            earlier=_swapped(ids, at - 1) if {at - 1, at} <= set(free) else "",
            later=_swapped(ids, at) if {at, at + 1} <= set(free) else "",
        )
        for at, (place, stop) in enumerate(zip(found.places, route.stops, strict=True))
    ]


def _is_whole(place: Assignment) -> bool:
    """Name and address are for who holds a place in an order that still runs."""
    return place.state != AssignmentState.DONE and place.need.state in OPEN


def _address(need: Need) -> str:
    try:
        return people.unsealed_for(need.resident, bytes(need.address_sealed), "need-address") or need.rough_place
    except crypto.Unreadable:
        return need.rough_place


def _can_move(found: _Day, place: Assignment) -> bool:
    opens, closes = found.windows[place.pk]
    return closes > opens


def _within(found: _Day, place: Assignment) -> str:
    """居民约的：下午 2:00–5:30 之间开始; nothing when the hour is fixed."""
    opens, closes = found.windows[place.pk]
    return _("%(from)s到%(until)s之间开始都行") % {"from": moments.time(opens), "until": moments.time(closes)} if closes > opens else ""


def _swapped(ids: list[int], at: int) -> str:
    """The order with the visits at `at` and after it exchanged."""
    changed = [*ids[:at], ids[at + 1], ids[at], *ids[at + 2 :]]
    return ",".join(str(each) for each in changed)


def _days(actor: Person, day: date, now: datetime) -> list[tuple[date, str, bool]]:
    """The days ahead on which the actor is expected, and the day shown."""
    since, until = clock.at(clock.today(now)), clock.at(clock.today(now)) + timedelta(days=DAYS_SHOWN)
    ahead = Assignment.objects.filter(volunteer_id=actor.pk, state__in=HOLDING, planned_from__gte=since, planned_from__lt=until)
    found = {clock.today(start) for start in ahead.values_list("planned_from", flat=True) if start is not None}
    return [(each, moments.day(clock.at(each, 12), now), each == day) for each in sorted(found | {day})]


def _visits(found: _Day, order: Sequence[int]) -> list[routes.Visit]:
    """The visits in this order. Up to the first change, and from the last change on, each keeps the hour that was agreed if it can."""
    by_id = {place.pk: (at, place) for at, place in enumerate(found.places, 1)}
    was = [place.pk for place in found.places]
    changed = [at for at, (one, two) in enumerate(zip(was, order, strict=True)) if one != two]
    first, last = (changed[0], changed[-1]) if changed else (len(was), -1)
    soonest = min((_seconds(found.places[at].planned_from) for at in range(first, last + 1)), default=0)
    visits = []
    for at, place_id in enumerate(order):
        row, place = by_id[place_id]
        opens, closes = (_seconds(moment) for moment in found.windows[place_id])
        agreed, lasts = _seconds(place.planned_from), _seconds(place.planned_until) - _seconds(place.planned_from)
        window = (agreed, max(agreed, closes)) if at < first or at > last else (min(_rounded(max(opens, soonest)), closes), closes)
        visits.append(routes.Visit(place_id, row, lasts, (window,), agreed=(0,)))
    return visits


def _tried(found: _Day, order: Sequence[int], now: datetime) -> Trial:
    visits, by_id = _visits(found, order), {place.pk: place for place in found.places}
    begun = bool(order) and by_id[order[0]].planned_from <= now  # type: ignore[operator]
    walker = routes.Walker(0, 0, 0 if begun else _rounded(_seconds(now)), 2**62, most=len(visits))
    route = routes.walked(walker, visits, found.ways, routes.Pace(FIVE_MINUTES))
    starts = {stop.visit_id: _moment(stop.start) for stop in route.stops}
    now_walked = _agreed(found)
    return Trial(
        order=",".join(str(each) for each in order),
        moved=[_moved(by_id[pk], start) for pk, start in starts.items() if start != by_id[pk].planned_from],
        broken=[_broken(by_id[visit.id], found, starts[visit.id]) for visit in visits if starts[visit.id] > found.windows[visit.id][1]],
        more_metres=route.metres - now_walked.metres,
        more_minutes=_minutes(route.walk) - _minutes(now_walked.walk),
    )


def _moved(place: Assignment, start: datetime) -> Moved:
    assert place.planned_from is not None
    minutes = round((start - place.planned_from).total_seconds() / 60)
    resident = place.need.resident.name if _is_whole(place) else place.need.resident.masked_name
    return Moved(place, title(place.need), resident, moments.time(place.planned_from), moments.time(start), start, minutes)


def _broken(place: Assignment, found: _Day, start: datetime) -> str:
    opens, closes = found.windows[place.pk]
    values = {"who": place.need.resident.name, "from": moments.time(opens), "until": moments.time(closes), "start": moments.time(start)}
    if closes > opens:
        return _("%(who)s要您 %(from)s到%(until)s之间开始，这样排要 %(start)s才到。") % values
    return _("和%(who)s约好的是 %(until)s，不能挪；这样排要 %(start)s才到。") % values


def _better(actor: Person, found: _Day, now: datetime) -> Better | None:
    """An order that keeps every promise and walks noticeably less than the one that was agreed."""
    if sum(_can_move(found, place) for place in found.places) < 2:
        return None
    windows = {pk: (_seconds(opens), _seconds(closes)) for pk, (opens, closes) in found.windows.items()}
    visits = [
        routes.Visit(place.pk, at, _seconds(place.planned_until) - _seconds(place.planned_from), (windows[place.pk],), agreed=(0,))
        for at, place in enumerate(found.places, 1)
    ]
    opens = min(start for start, _ in windows.values())
    walker = routes.Walker(0, 0, opens - 3 * 3600, opens + 24 * 3600, most=len(visits))
    plan = routes.plan([walker], visits, found.ways)
    if plan.left:
        return None
    order = [stop.visit_id for stop in plan.routes[0].stops]
    tried = _tried(found, order, now)
    saved = -tried.more_metres
    return Better(tried.order, saved) if saved >= WORTH_SAYING and tried.moved and not tried.broken else None


def _seconds(moment: datetime | None) -> int:
    assert moment is not None
    return int(moment.timestamp())


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=clock.zone())


def _rounded(seconds: int) -> int:
    """Up to the next five minutes."""
    return -(-seconds // FIVE_MINUTES) * FIVE_MINUTES


def _minutes(seconds: int) -> int:
    return -(-seconds // 60)
