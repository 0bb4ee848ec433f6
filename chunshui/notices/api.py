"""Messages in JSON."""

from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Path, Query, Router, Schema

from chunshui.kernel.rest import MOST_ID, answers, listed, reads, writes
from chunshui.notices import commands, queries

router = Router(tags=["notices"])


class MessageOut(Schema):
    id: int
    kind: str
    title: str
    body: str
    url: str
    at: datetime
    read_at: datetime | None


class Messages(Schema):
    items: list[MessageOut]
    next: str
    previous: str


class Marked(Schema):
    marked: int


@router.get("/inbox", response=answers(Messages), summary="My messages, newest first")
@reads()
def inbox(request: Any, cursor: Annotated[str, Query(max_length=200)] = "", limit: Annotated[int, Query(ge=1, le=100)] = 30) -> Any:
    return listed(queries.inbox(request.auth, cursor, limit))


@router.post("/inbox/read", response=answers(Marked), summary="Mark every message as read")
@writes("read")
def mark_all_read(request: Any) -> Any:
    return Marked(marked=commands.mark_read(actor=request.auth, now=timezone.now()))


@router.post("/inbox/{message_id}/read", response=answers(Marked), summary="Mark a message as read")
@writes("read")
def mark_read(request: Any, message_id: Annotated[int, Path(ge=1, le=MOST_ID)]) -> Any:
    return Marked(marked=commands.mark_read(actor=request.auth, message_id=message_id, now=timezone.now()))
