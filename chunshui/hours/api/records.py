"""Service records in JSON, in national codes."""

from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Path, Query, Router, Schema

from chunshui.hours import commands, queries
from chunshui.kernel.rest import MOST_ID, Done, Given, Line, answers, done, listed, reads, writes

router = Router(tags=["hours"])
RowId = Annotated[int, Path(ge=1, le=MOST_ID)]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]


class RecordOut(Schema):
    """`minutes` count after the hour rules; codes are the national ones."""

    id: int
    title: str
    category: str
    started_at: datetime
    ended_at: datetime
    minutes: int
    entry_way: str
    state: str
    kind: str


class Records(Schema):
    items: list[RecordOut]
    next: str
    previous: str


class TotalsOut(Schema):
    """What counts: ever, and since the first of this month."""

    minutes: int
    month_minutes: int
    services: int


class CancelIn(Given):
    reason: Line


@router.get("/hours", response=answers(Records), summary="My service records, newest first")
@reads()
def my_hours(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.records_of(request.auth, request.auth.pk, cursor, limit))


@router.get("/hours/totals", response=answers(TotalsOut), summary="My minutes and services")
@reads()
def my_totals(request: Any) -> Any:
    return queries.totals(request.auth, request.auth.pk, timezone.now())


@router.get("/volunteers/{person_id}/hours", response=answers(Records), summary="A volunteer's service records, for the staff of the area")
@reads("people")
def hours_of(request: Any, person_id: RowId, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.records_of(request.auth, person_id, cursor, limit))


@router.get("/volunteers/{person_id}/hours/totals", response=answers(TotalsOut), summary="A volunteer's minutes and services")
@reads("people")
def totals_of(request: Any, person_id: RowId) -> Any:
    return queries.totals(request.auth, person_id, timezone.now())


@router.post("/hours/{record_id}/cancel", response=answers(Done), summary="Strike a record with a reason; it stays to be seen")
@writes("people")
def cancel_record(request: Any, record_id: RowId, reason: CancelIn) -> Any:
    return done(commands.cancel_record(actor=request.auth, record_id=record_id, reason=reason.reason, now=timezone.now()))
