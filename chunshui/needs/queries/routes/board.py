"""The page of routes: whose afternoon looks how, what is left and why, and what the last change by hand did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock, crypto
from chunshui.matching import routes
from chunshui.matching.routes import Why
from chunshui.needs import policies
from chunshui.needs.models import Assignment, Need
from chunshui.needs.queries.desk.reach import in_area
from chunshui.needs.queries.dispatch import times, wording
from chunshui.needs.queries.routes import plan as plans
from chunshui.needs.queries.routes.plan import Answer, Question, seconds
from chunshui.needs.queries.routes.sketch import Sketch, Way, sketch
from chunshui.needs.queries.slips import title
from chunshui.needs.states import DISPATCHING
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

COLOURS, CHOICES = 8, 12
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Choice:
    """Somebody else who could take a visit; the value is what the form sends."""

    value: str
    name: str


@dataclass(frozen=True)
class Halt:
    """One visit of somebody's route. `place` is the address of what is agreed, roughly where of what is only proposed."""

    label: str
    need: Need | None
    title: str
    resident: str
    place: str
    time: str
    walk_minutes: int
    metres: int
    late: int
    is_agreed: bool
    is_by_hand: bool
    with_two: bool
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Walker:
    mark: str
    kind: str
    person_id: int
    name: str
    halts: Sequence[Halt]
    walk_minutes: int
    metres: int
    home_minutes: int
    proposed: int


@dataclass(frozen=True)
class Left:
    need: Need
    title: str
    resident: str
    why: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Change:
    """What the last change by hand did to the whole: metres and minutes more on foot, orders lost and won."""

    metres: int
    minutes: int
    lost: Sequence[str]
    won: Sequence[str]
    others: str


@dataclass(frozen=True)
class Board:
    """`pairs`: what is asked when the worker agrees, as order:person:minute."""

    when: str
    walkers: Sequence[Walker]
    left: Sequence[Left]
    sketch: Sketch | None
    served: int
    proposed: int
    walk_minutes: int
    metres: int
    refused: Sequence[str]
    change: Change | None
    pairs: Sequence[str]


def board(actor: Person, question: Question, now: datetime) -> Board:
    """The routes as the staff of the area may see them; empty for everyone else."""
    policies.can_plan_routes(actor, question.area).or_refuse()
    found = plans.answer(question, now)
    walkers = [_walker(actor, at, route, found, question) for at, route in enumerate(found.plan.routes)]
    proposed = [halt for walker in walkers for halt in walker.halts if not halt.is_agreed]
    return Board(
        when=_("%(community)s · %(when)s") % {"community": question.area, "when": wording.when(question.opens, now)},
        walkers=walkers,
        left=[_left(found, visit_id, why) for visit_id, why in found.plan.left.items()],
        sketch=sketch(_ways(actor, found), width=900, height=560, drawing=question.area.drawing),
        served=len({halt.need.pk for halt in proposed if halt.need}),
        proposed=len(proposed),
        walk_minutes=-(-found.plan.walk // 60),
        metres=found.plan.metres,
        refused=[_refused_words(found, pair, why) for pair, why in found.asked.refused.items()],
        change=_change(found, question),
        pairs=list(_pairs(found)),
    )


def communities_of(area: Area) -> list[tuple[int, str]]:
    """The communities whose routes the staff of an area may plan, those with most waiting first."""
    if len(area.lineage) > 2:
        return [(area.lineage[2], "")]
    below = areas.areas_below(area, "community").in_bulk()
    waiting = in_area(area).filter(state__in=DISPATCHING).values_list("community_id", flat=True)
    counts: dict[int, int] = {}
    for community_id in waiting:
        counts[community_id] = counts.get(community_id, 0) + 1
    return [(pk, str(below[pk])) for pk in sorted(below, key=lambda pk: (-counts.get(pk, 0), str(below[pk])))]


def _mark(at: int) -> str:
    return LETTERS[at % 26] * (1 + at // 26)


def _walker(actor: Person, at: int, route: routes.Route, found: Answer, question: Question) -> Walker:
    halts = [_halt(actor, at, number, stop, route, found, question) for number, stop in enumerate(route.stops, 1)]
    return Walker(
        mark=_mark(at),
        kind=f"r{at % COLOURS}",
        person_id=route.walker_id,
        name=found.asked.rows[route.walker_id].name,
        halts=halts,
        walk_minutes=-(-route.walk // 60),
        metres=route.metres,
        home_minutes=-(-route.home_walk // 60),
        proposed=sum(not halt.is_agreed for halt in halts),
    )


def _halt(actor: Person, at: int, number: int, stop: routes.Stop, route: routes.Route, found: Answer, question: Question) -> Halt:
    place = found.asked.agreed.get(stop.visit_id)
    need = place.need if place else found.asked.needs[stop.visit_id]
    mine = policies.is_staff_of(actor, need)
    start = datetime.fromtimestamp(stop.start, tz=clock.zone())
    return Halt(
        label=f"{_mark(at)}{number}",
        need=need if mine else None,
        title=title(need) if mine else _("别处已经约好的"),
        resident=(need.resident.name if place else need.resident.masked_name) if mine else "",
        place=(_address(place) if place else need.rough_place) if mine else "",
        time=f"{start:%H:%M}",
        walk_minutes=-(-stop.walk // 60),
        metres=stop.metres,
        late=max(0, stop.start - seconds(place.planned_from)) // 60 if place else 0,
        is_agreed=place is not None,
        is_by_hand=(stop.visit_id, route.walker_id) in question.moves,
        with_two=len(found.plan.who(stop.visit_id)) > 1,
        choices=[] if place else _choices(found, need, route.walker_id),
    )


def _need(found: Answer, visit_id: int) -> Need:
    return found.asked.agreed[visit_id].need if visit_id < 0 else found.asked.needs[visit_id]


def _address(place: Assignment) -> str:
    try:
        return people.unsealed_for(place.need.resident, bytes(place.need.address_sealed), "need-address") or place.need.rough_place
    except crypto.Unreadable:
        return place.need.rough_place


def _choices(found: Answer, need: Need, but: int = 0) -> list[Choice]:
    """Who else could go, those who walk anyway first."""
    visit = next((each for each in found.asked.visits if each.id == need.pk), None)
    if visit is None:
        return []
    walking = {route.walker_id: at for at, route in enumerate(found.plan.routes)}
    taken = set(found.plan.who(need.pk))
    could = sorted((visit.only or frozenset()) - taken - {but}, key=lambda who: (walking.get(who, len(walking)), who))
    names = found.asked.rows
    return [Choice(f"{need.pk}:{who}", f"{_mark(walking[who])} {names[who].name}" if who in walking else names[who].name) for who in could[:CHOICES]]


def _left(found: Answer, visit_id: int, why: Why) -> Left:
    place = found.asked.agreed.get(visit_id)
    need = _need(found, visit_id)
    words = {
        Why.NOBODY: _("没有合适又有空的人。"),
        Why.NO_TIME: _("合适的人都赶不到。"),
        Why.TAKEN: _("合适的人都排到别的单子了。"),
    }
    said = _("和这位志愿者的别的约定撞在一起，走不过来。") if place else words[why]
    return Left(need, title(need), need.resident.masked_name, said, [] if place else _choices(found, need))


def _ways(actor: Person, found: Answer) -> list[Way]:
    """Who walks from home to home, in the colours of the list; what is promised elsewhere is nobody's business here."""
    drawn = []
    for at, route in enumerate(found.plan.routes):
        row = found.asked.rows[route.walker_id]
        stops = []
        for number, stop in enumerate(route.stops, 1):
            need = _need(found, stop.visit_id)
            if policies.is_staff_of(actor, need):
                stops.append(((need.latitude, need.longitude), f"{_mark(at)}{number}"))
        drawn.append(Way((row.lat, row.lon), stops, f"r{at % COLOURS}"))
    return drawn


def _refused_words(found: Answer, pair: tuple[int, int], why: str) -> str:
    row = found.asked.rows.get(pair[1])
    return _("不能派给%(name)s：%(why)s") % {"name": row.name if row else _("这位志愿者"), "why": why}


def _change(found: Answer, question: Question) -> Change | None:
    """The plan with the last change beside the plan without it."""
    before, after = found.before, found.plan
    if before is None:
        return None
    moved = question.moves[-1][0]
    days = {route.walker_id: [stop.visit_id for stop in route.stops] for route in before.routes}
    others = [route.walker_id for route in after.routes if [pk for pk in days.get(route.walker_id, []) if pk != moved] != _without(route, moved)]
    return Change(
        metres=after.metres - before.metres,
        minutes=round((after.walk - before.walk) / 60),
        lost=[title(found.asked.needs[pk]) for pk in after.left if pk > 0 and pk not in before.left],
        won=[title(found.asked.needs[pk]) for pk in before.left if pk > 0 and pk not in after.left],
        others=_("、").join(found.asked.rows[who].name for who in others),
    )


def _without(route: routes.Route, moved: int) -> list[int]:
    return [stop.visit_id for stop in route.stops if stop.visit_id != moved]


def _pairs(found: Answer) -> Iterator[str]:
    for route in found.plan.routes:
        for stop in route.stops:
            if stop.visit_id > 0:
                start = datetime.fromtimestamp(stop.start, tz=clock.zone())
                yield f"{stop.visit_id}:{route.walker_id}:{times.minute(start)}"
