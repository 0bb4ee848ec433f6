"""What the staff of an area see in JSON: the queue by urgency, the figures of today, lists, sums by month, follow-ups."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Query, Router, Schema

from chunshui.areas import queries as areas
from chunshui.areas.states import AreaKind
from chunshui.kernel import clock
from chunshui.kernel.rest import Day, Done, Given, Line, answers, done, in_range, listed, reads, writes
from chunshui.needs import commands, queries
from chunshui.needs.api import shapes
from chunshui.needs.api.shapes import Cursor, Limit, RowId
from chunshui.needs.queries import desk
from chunshui.needs.states import State

router = Router(tags=["desk"])
Month = Annotated[str, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
Level = Annotated[Literal["", "0", "1", "2"], Query()]
Search = Annotated[str, Query(max_length=40)]


class QueueOut(Schema):
    """`left` says how much time there is, `kind` late or soon, `level` to whom an overdue order has climbed."""

    order: shapes.NeedOut
    when: str
    left: str
    kind: str
    level: str


class Queue(Schema):
    items: list[QueueOut]
    next: str
    previous: str


class StageOut(Schema):
    number: int
    name: str
    small: str
    count: int
    late: int


class MeasureOut(Schema):
    """A figure in words, with the period of which it is; `/statistics` has the sums for machines."""

    label: str
    value: str
    unit: str
    small: str


class FiguresOut(Schema):
    """The loop at this moment, what was finished today, and how it went."""

    stages: list[StageOut]
    done: int
    measures: list[MeasureOut]


class StatisticsOut(Schema):
    """Shares and averages are null while there is nothing to divide by."""

    placed: int
    delivered: int
    cancelled: int
    rated: int
    minutes: int
    average_stars: float | None
    pleased_share: float | None
    average_answer_minutes: float | None


class SumsOut(Schema):
    """One service or community."""

    id: int
    name: str
    sums: StatisticsOut


class FollowUpOut(Schema):
    id: int
    need_id: int
    kind: str
    state: str
    words: str
    opened_at: datetime
    due_at: datetime
    result: str


class FollowUps(Schema):
    items: list[FollowUpOut]
    next: str
    previous: str


class ResultIn(Given):
    result: Line


@router.get("/desk/queue", response=answers(Queue), summary="A stage of the loop, the least time left first")
@reads("dispatch")
def queue(request: Any, stage: Annotated[int, Query(ge=1, le=4)] = 1, q: Search = "", cursor: Cursor = "") -> Any:
    """`stage`: 1 点单, 2 派单, 3 送单, 4 评单; a search looks through all of them."""
    page, rows = desk.queue(desk.staff_area(request.auth), stage, timezone.now(), q, cursor)
    return {"items": [_queued(row) for row in rows], "next": page.next, "previous": page.previous}


def _queued(row: Any) -> QueueOut:
    return QueueOut(order=shapes.masked_out(row.need), when=row.meta, left=row.clock.words, kind=row.clock.kind, level=row.clock.level)


@router.get("/desk/figures", response=answers(FiguresOut), summary="The loop at this moment, and what became of today")
@reads("dispatch")
def figures(request: Any) -> Any:
    return desk.figures(desk.staff_area(request.auth), timezone.now())


@router.get("/desk/needs", response=answers(shapes.Needs), summary="Orders of the staff's area, newest first")
@reads("dispatch")
def area_needs(
    request: Any,
    q: Search = "",
    state: Annotated[State | None, Query()] = None,
    service: Annotated[str, Query(max_length=30)] = "",
    level: Level = "",
    since: Annotated[Day | None, Query()] = None,
    until: Annotated[Day | None, Query()] = None,
    cursor: Cursor = "",
    limit: Limit = 40,
) -> Any:
    in_range(since, until)
    filters = desk.Filters(text=q, state=state.value if state else "", service=service, level=level, since=since, until=until)
    page, _lines = desk.needs_list(desk.staff_area(request.auth), filters, timezone.now(), cursor, limit)
    return listed(page, shapes.masked_out)


@router.get("/statistics", response=answers(StatisticsOut), summary="Sums of the staff's area, of this month or of the months asked for")
@reads("dispatch")
def statistics(request: Any, since: Month = "", until: Month = "") -> Any:
    return queries.statistics(desk.staff_area(request.auth), *_months(since, until))


@router.get("/statistics/by/{what}", response=answers(list[SumsOut]), summary="The same by service or by community, the most orders first")
@reads("dispatch")
def statistics_by(request: Any, what: Literal["service", "community"], since: Month = "", until: Month = "") -> Any:
    area = desk.staff_area(request.auth)
    names = _names(area, what)
    lines = queries.statistics_by(area, *_months(since, until), f"{what}_id")
    return [{"id": row_id, "name": names.get(row_id, ""), "sums": sums} for row_id, sums in lines]


def _names(area: Any, what: str) -> dict[int, str]:
    if what == "service":
        return {number: service.name for number, service in desk.services_by_id().items()}
    return {each.pk: each.name for each in areas.areas_below(area, AreaKind.COMMUNITY)}


def _months(since: str, until: str) -> tuple[date, date]:
    now = clock.month_start(timezone.now())
    first = date.fromisoformat(f"{since}-01") if since else None
    last = date.fromisoformat(f"{until}-01") if until else None
    return first or last or now, last or now


@router.get("/follow-ups", response=answers(FollowUps), summary="Follow-ups of the staff's area: open, the most pressing first, or those that ended")
@reads("dispatch")
def follow_ups(request: Any, ended: Annotated[bool, Query()] = False, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(desk.follow_ups(desk.staff_area(request.auth), ended=ended, cursor=cursor, size=limit))


@router.get("/follow-ups/{follow_up_id}", response=answers(FollowUpOut), summary="One follow-up")
@reads("dispatch")
def get_follow_up(request: Any, follow_up_id: RowId) -> Any:
    return queries.visible_follow_up(request.auth, follow_up_id)


@router.post("/follow-ups/{follow_up_id}/close", response=answers(Done), summary="Say what came of it")
@writes("dispatch")
def close_follow_up(request: Any, follow_up_id: RowId, result: ResultIn) -> Any:
    return done(commands.close_follow_up(actor=request.auth, follow_up_id=follow_up_id, result=result.result, now=timezone.now()))


@router.post("/follow-ups/{follow_up_id}/refer", response=answers(Done), summary="Hand it to the body in charge")
@writes("dispatch")
def refer_follow_up(request: Any, follow_up_id: RowId, result: ResultIn) -> Any:
    return done(commands.refer_follow_up(actor=request.auth, follow_up_id=follow_up_id, result=result.result, now=timezone.now()))
