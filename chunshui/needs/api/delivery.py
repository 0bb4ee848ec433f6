"""送单 in JSON: places held, checking in and out, whom to call, what to say afterwards."""

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Router, Schema

from chunshui.kernel.rest import Done, Flag, Given, Latitude, Line, Longitude, answers, done, listed, reads, writes
from chunshui.needs import commands, queries
from chunshui.needs.api.shapes import Cursor, RowId

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


class CheckIn(Given):
    """`way`: the resident's service code, a scanned QR text, a worker's word, or the place on the map (with separate consent only)."""

    way: Literal["code", "qr", "worker", "location"]
    code: Line = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class AbsentIn(Given):
    seek_another: Flag = True


class ReleaseIn(Given):
    reason: Line


class RemarkIn(Given):
    change: Literal["thank", "report"]
    words: Line


class Served(Schema):
    items: list[PlaceOut]
    next: str
    previous: str


class PhoneIn(Given):
    whose: Literal["resident", "volunteer"]


class PhoneOut(Schema):
    phone: str


@router.get("/assignments", response=answers(list[PlaceOut]), summary="My places: what is ahead, then the last month")
@reads("serve")
def my_places(request: Any) -> Any:
    return queries.assignments_of(request.auth, timezone.now())


@router.get("/assignments/done", response=answers(Served), summary="What I have done, newest first")
@reads("serve")
def served(request: Any, cursor: Cursor = "") -> Any:
    return listed(queries.served(request.auth, timezone.now(), cursor), lambda task: PlaceOut.from_orm(task.assignment))


@router.get("/assignments/{assignment_id}", response=answers(PlaceOut), summary="One place, for who holds it and the staff")
@reads()
def get_place(request: Any, assignment_id: RowId) -> Any:
    return queries.visible_assignment(request.auth, assignment_id)


@router.post(
    "/assignments/{assignment_id}/phone",
    response=answers(PhoneOut),
    summary="The number of whom one is to meet; only while the order is open, and logged",
)
@writes("read")
def see_phone(request: Any, assignment_id: RowId, asked: PhoneIn) -> Any:
    return PhoneOut(phone=commands.see_phone(actor=request.auth, assignment_id=assignment_id, whose=asked.whose, now=timezone.now()))


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
