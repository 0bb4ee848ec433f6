"""送单 in JSON: places held, checking in and out, and follow-ups."""

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Router, Schema

from chunshui.kernel.rest import Done, Flag, Latitude, Line, Longitude, Short, answers, done, reads, writes
from chunshui.needs import commands, queries
from chunshui.needs.api.shapes import Cursor, Limit, RowId
from chunshui.needs.queries import desk

router = Router(tags=["delivery"])


class PlaceOut(Schema):
    id: int
    need_id: int
    state: str
    planned_from: datetime | None
    planned_until: datetime | None
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    minutes: int | None


class CheckIn(Schema):
    """`way`: the resident's service code, a scanned QR text, a worker's word, or the place on the map (with separate consent only)."""

    way: Literal["code", "qr", "worker", "location"]
    code: Short = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class AbsentIn(Schema):
    seek_another: Flag = True


class ReleaseIn(Schema):
    reason: Line


class RemarkIn(Schema):
    change: Literal["thank", "report"]
    words: Line


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


class ResultIn(Schema):
    result: Line


@router.get("/assignments", response=answers(list[PlaceOut]), summary="My places: what is ahead, then the last month")
@reads("serve")
def my_places(request: Any) -> Any:
    return queries.assignments_of(request.auth, timezone.now())


@router.post("/assignments/{assignment_id}/check-in", response=answers(Done), summary="I am there")
@writes("serve")
def check_in(request: Any, assignment_id: RowId, at: CheckIn) -> Any:
    return done(commands.check_in(actor=request.auth, assignment_id=assignment_id, now=timezone.now(), **at.dict()))


@router.post("/assignments/{assignment_id}/check-out", response=answers(Done), summary="I leave")
@writes("serve")
def check_out(request: Any, assignment_id: RowId, at: CheckIn) -> Any:
    return done(commands.check_out(actor=request.auth, assignment_id=assignment_id, now=timezone.now(), **at.dict()))


@router.post("/assignments/{assignment_id}/release", response=answers(Done), summary="I cannot come")
@writes("serve")
def release(request: Any, assignment_id: RowId, release: ReleaseIn) -> Any:
    return done(commands.release_assignment(actor=request.auth, assignment_id=assignment_id, reason=release.reason, now=timezone.now()))


@router.post("/assignments/{assignment_id}/remark", response=answers(Done), summary="Thank, or report")
@writes("serve")
def remark(request: Any, assignment_id: RowId, remark: RemarkIn) -> Any:
    return done(commands.remark(actor=request.auth, assignment_id=assignment_id, now=timezone.now(), **remark.dict()))


@router.post("/assignments/{assignment_id}/absent", response=answers(Done), summary="The volunteer did not come")
@writes("dispatch")
def absent(request: Any, assignment_id: RowId, absent: AbsentIn) -> Any:
    return done(commands.mark_absent(actor=request.auth, assignment_id=assignment_id, seek_another=absent.seek_another, now=timezone.now()))


@router.get("/follow-ups", response=answers(FollowUps), summary="Open follow-ups of the staff's area, the most pressing first")
@reads("dispatch")
def follow_ups(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    page = desk.follow_ups(desk.staff_area(request.auth), cursor=cursor, size=limit)
    return {"items": page.rows, "next": page.next, "previous": page.previous}


@router.post("/follow-ups/{follow_up_id}/close", response=answers(Done), summary="Say what came of it")
@writes("dispatch")
def close_follow_up(request: Any, follow_up_id: RowId, result: ResultIn) -> Any:
    return done(commands.close_follow_up(actor=request.auth, follow_up_id=follow_up_id, result=result.result, now=timezone.now()))


@router.post("/follow-ups/{follow_up_id}/refer", response=answers(Done), summary="Hand it to the body in charge")
@writes("dispatch")
def refer_follow_up(request: Any, follow_up_id: RowId, result: ResultIn) -> Any:
    return done(commands.refer_follow_up(actor=request.auth, follow_up_id=follow_up_id, result=result.result, now=timezone.now()))
