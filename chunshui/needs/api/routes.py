"""行程 in JSON: a volunteer's day on foot and another order of it; the routes of a community, and asking the people of such a plan."""

from datetime import date
from typing import Annotated, Any

from django.utils import timezone
from ninja import Path, Query, Router, Schema

from chunshui.areas import queries as areas
from chunshui.kernel.rest import MOST_ID, Day, Done, Flag, Given, Id, Within, answers, done, in_range, reads, writes
from chunshui.needs import commands
from chunshui.needs.api.delivery import PlaceOut
from chunshui.needs.queries.routes import board as boards
from chunshui.needs.queries.routes import day as days
from chunshui.needs.queries.routes.plan import Question

router = Router(tags=["routes"])
OnDay = Annotated[Day, Path()]
AskedDay = Annotated[Day, Query()]
CommunityId = Annotated[int, Query(ge=1, le=MOST_ID)]
TeamId = Annotated[int, Query(ge=0, le=MOST_ID)]
Part = Annotated[int, Query(ge=0, le=2)]
Minute = Annotated[int, Within(0, 2**31)]


class HaltOut(Schema):
    """A visit. `late`: minutes by which the walk makes one miss the hour that was agreed; `is_fixed`: the hour cannot be moved."""

    number: int
    place: PlaceOut
    title: str
    resident: str
    address: str
    within: str
    walk_minutes: int
    metres: int
    late: int
    is_fixed: bool


class RouteOut(Schema):
    """`better`: places in an order that walks less by `saves` metres; empty when there is none."""

    day: date
    halts: list[HaltOut]
    walk_minutes: int
    metres: int
    better: list[int]
    saves: int


class OrderIn(Given):
    """All visits of the day in the order wanted. `sure`: hours may move; without it the answer is `not_sure` when one would."""

    assignment_ids: list[Id]
    sure: Flag = False


class WalkHaltOut(Schema):
    """A visit of a route: agreed, or proposed. `place` is the address of what is agreed, roughly where of what is only proposed."""

    label: str
    need_id: int | None
    title: str
    resident: str
    place: str
    time: str
    walk_minutes: int
    metres: int
    late: int
    is_agreed: bool


class WalkerOut(Schema):
    person_id: int
    name: str
    halts: list[WalkHaltOut]
    walk_minutes: int
    metres: int


class RoutedIn(Given):
    """As a plan gives it; `minute` is when the visit would begin, counted from 1970."""

    need_id: Id
    volunteer_id: Id
    minute: Minute


class RoutedOut(Schema):
    need_id: int
    volunteer_id: int
    minute: int


class LeftOut(Schema):
    """An order that nobody can walk to, and why."""

    need_id: int
    why: str


class PlanOut(Schema):
    """The routes of a community or a team; `pairs` is what `POST /routes/ask` takes once somebody agrees."""

    walkers: list[WalkerOut]
    left: list[LeftOut]
    pairs: list[RoutedOut]
    walk_minutes: int
    metres: int


class PairsIn(Given):
    pairs: list[RoutedIn]


class SkippedOut(Schema):
    need_id: int
    volunteer_id: int
    why: str


class RoutesAskedOut(Schema):
    """Who was asked, and which pairs no longer fit, with the reason."""

    asked: list[Done]
    skipped: list[SkippedOut]


@router.get("/days/{day}/route", response=answers(RouteOut), summary="My visits of a day, on foot and in order")
@reads("serve")
def my_route(request: Any, day: OnDay) -> Any:
    in_range(day)
    found = days.afternoon(request.auth, day, timezone.now())
    better = [int(each) for each in found.better.order.split(",")] if found.better else []
    sums: dict[str, Any] = {"walk_minutes": found.walk_minutes, "metres": found.metres, "saves": found.better.metres if found.better else 0}
    return {"day": found.day, "halts": found.halts, "better": better, **sums}


@router.post("/days/{day}/order", response=answers(list[Done]), summary="Visit in another order; the residents are told")
@writes("serve")
def order_visits(request: Any, day: OnDay, order: OrderIn) -> Any:
    in_range(day)
    return [done(each).dict() for each in commands.order_visits(actor=request.auth, day=day, now=timezone.now(), **order.dict())]


@router.get("/routes", response=answers(PlanOut), summary="The routes of a community or a team in a part of a day; nothing is asked yet")
@reads("dispatch")
def plan_routes(request: Any, community_id: CommunityId, day: AskedDay, part: Part = 1, team_id: TeamId = 0) -> Any:
    """`part`: 0 morning, 1 afternoon, 2 evening."""
    in_range(day)
    question = Question(areas.visible_area(community_id), day, part, team_id)
    found = boards.board(request.auth, question, timezone.now())
    pairs = [dict(zip(("need_id", "volunteer_id", "minute"), map(int, each.split(":")), strict=True)) for each in found.pairs]
    left = [{"need_id": each.need.pk, "why": each.why} for each in found.left]
    return {
        "walkers": [_walker(each) for each in found.walkers],
        "left": left,
        "pairs": pairs,
        "walk_minutes": found.walk_minutes,
        "metres": found.metres,
    }


def _walker(walker: Any) -> dict[str, Any]:
    plain = {name: getattr(walker, name) for name in ("person_id", "name", "walk_minutes", "metres")}
    return {**plain, "halts": [{**vars(halt), "need_id": halt.need.pk if halt.need else None} for halt in walker.halts]}


@router.post("/routes/ask", response=answers(RoutesAskedOut), summary="Ask the people of a plan about the visits that nobody has promised yet")
@writes("dispatch")
def ask_routes(request: Any, plan: PairsIn) -> Any:
    pairs = [(each.need_id, each.volunteer_id, each.minute) for each in plan.pairs]
    offers, skipped = commands.ask_routes(actor=request.auth, pairs=pairs, now=timezone.now())
    return RoutesAskedOut(asked=[done(each) for each in offers], skipped=[SkippedOut.from_orm(each) for each in skipped])
