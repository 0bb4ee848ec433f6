"""Oneself in JSON: who the token is, what is kept, who looked at it, whom one never wants to meet, and one's ways in."""

import json
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from ninja import Router, Schema

from chunshui.kernel.rest import Given, Id, answers, listed, reads, writes
from chunshui.people import commands, queries
from chunshui.people.api.shapes import AddressIn, Cursor, Limit, PersonId, RowId, Told

router = Router(tags=["me"])


class Me(Schema):
    """`role` in which the token acts, and what it may do."""

    id: int
    name: str
    phone: str
    area_id: int | None
    role: str
    is_volunteer: bool
    scopes: list[str]


class RevealOut(Schema):
    """Who saw which of my values, in which role, and why."""

    at: datetime
    field: str
    reason: str
    role: str
    by: str


class Reveals(Schema):
    items: list[RevealOut]
    next: str
    previous: str


class BlockIn(Given):
    person_id: Id


class TokenOut(Schema):
    id: int
    name: str
    scopes: list[str]
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


class SessionOut(Schema):
    id: int
    device: str
    address: str
    at: datetime


@router.get("/me", response=answers(Me), summary="The token's person, role and scopes")
@reads()
def me(request: Any) -> Any:
    person = request.auth
    own: dict[str, Any] = {"phone": queries.contact_of(person), "is_volunteer": queries.is_volunteer(person), "scopes": sorted(person.scopes)}
    return Me(id=person.pk, name=person.name, area_id=person.area_id, role=person.acting.kind, **own)


@router.post("/me/export", response=answers(dict[str, Any]), summary="Everything kept about me (PIPL art. 45); that it was taken is noted")
@writes("people")
def export_own(request: Any) -> Any:
    return json.loads(json.dumps(commands.export_own(actor=request.auth, now=timezone.now()), cls=DjangoJSONEncoder))


@router.post("/me/address", response=answers(Told), summary="Remember my address, by a consent of its own; taking it back deletes the address")
@writes("people")
def keep_address(request: Any, place: AddressIn) -> Any:
    commands.keep_address(actor=request.auth, now=timezone.now(), **place.dict())
    return Told()


@router.get("/me/reveals", response=answers(Reveals), summary="Who saw which of my values, newest first")
@reads("people")
def reveals(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.reveals_of(request.auth, cursor, size=limit), _reveal)


def _reveal(row: Any) -> RevealOut:
    return RevealOut(at=row.at, field=row.field, reason=row.reason, role=str(row.get_role_display()), by=row.actor.name)


@router.post("/me/blocks", response=answers(Told), summary="Never match me with this person; nobody is told")
@writes("people")
def block(request: Any, block: BlockIn) -> Any:
    commands.block(actor=request.auth, other_id=block.person_id, now=timezone.now())
    return Told()


@router.post("/me/blocks/{person_id}/end", response=answers(Told), summary="Take that back")
@writes("people")
def unblock(request: Any, person_id: PersonId) -> Any:
    commands.unblock(actor=request.auth, other_id=person_id, now=timezone.now())
    return Told()


@router.get("/me/tokens", response=answers(list[TokenOut]), summary="My tokens; their text is shown once, on the page that makes them")
@reads("people")
def tokens(request: Any) -> Any:
    return list(queries.tokens_of(request.auth))


@router.post("/me/tokens/{token_id}/end", response=answers(Told), summary="Stop a token at once")
@writes("people")
def end_token(request: Any, token_id: RowId) -> Any:
    commands.end_token(actor=request.auth, token_id=token_id, now=timezone.now())
    return Told()


@router.get("/me/sessions", response=answers(list[SessionOut]), summary="The browsers in which I am signed in")
@reads("people")
def sessions(request: Any) -> Any:
    return list(queries.sessions_of(request.auth))


@router.post("/me/sessions/{session_id}/end", response=answers(Told), summary="Sign a browser out")
@writes("people")
def end_session(request: Any, session_id: RowId) -> Any:
    commands.end_session(actor=request.auth, session_id=session_id, now=timezone.now())
    return Told()
