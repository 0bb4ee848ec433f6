"""Service records in JSON, in national codes."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router, Schema

from chunshui.hours import queries
from chunshui.kernel.rest import answers, reads

router = Router(tags=["hours"])


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


@router.get("/hours", response=answers(Records), summary="My service records, newest first")
@reads()
def my_hours(request: Any, cursor: Annotated[str, Query(max_length=200)] = "", limit: Annotated[int, Query(ge=1, le=100)] = 30) -> Any:
    page = queries.records_of(request.auth, request.auth.pk, cursor, limit)
    return {"items": page.rows, "next": page.next, "previous": page.previous}
