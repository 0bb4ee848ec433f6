"""点单 and 评单 in JSON: placing, following, review, rating."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Router, Schema

from chunshui.kernel.rest import Done, PictureOut, answers, done, jpeg, listed, reads, writes
from chunshui.needs import commands, queries
from chunshui.needs.api import shapes
from chunshui.needs.api.shapes import Cursor, Limit, NeedId, RowId

router = Router(tags=["needs"])


class CodeOut(Schema):
    """Four digits, and the text of the QR."""

    code: str
    qr: str


class PhotoOut(Schema):
    id: int
    at: datetime


@router.get("/needs", response=answers(shapes.Needs), summary="Orders for me and orders I placed, newest first")
@reads()
def my_needs(request: Any, cursor: Cursor = "", limit: Limit = 20) -> Any:
    return listed(queries.my_needs(request.auth, cursor, limit), shapes.masked_out)


@router.post("/needs/for", response=answers(shapes.NeedOut), summary="Record somebody who cannot ask, and place their order")
@writes("needs")
def place_need_for(request: Any, need: shapes.NeedForIn) -> Any:
    return shapes.need_out(request.auth, commands.place_need_for(actor=request.auth, now=timezone.now(), **need.arguments()))


@router.get("/needs/{need_id}", response=answers(shapes.NeedOut), summary="One order")
@reads()
def get_need(request: Any, need_id: NeedId) -> Any:
    return shapes.need_out(request.auth, queries.visible_need(request.auth, need_id))


@router.get("/needs/{need_id}/history", response=answers(list[shapes.HistoryOut]), summary="What happened, in plain words")
@reads()
def history(request: Any, need_id: NeedId) -> Any:
    return queries.history(request.auth, queries.visible_need(request.auth, need_id))


@router.get(
    "/needs/{need_id}/code", response=answers(CodeOut), summary="What the volunteer is shown on arriving; for the resident's side and the staff"
)
@reads("needs")
def service_code(request: Any, need_id: NeedId) -> Any:
    need = queries.own_need(request.auth, need_id)
    return CodeOut(code=need.service_code, qr=queries.qr_text(need))


@router.get("/needs/{need_id}/photos", response=answers(list[PhotoOut]), summary="Photos of an order")
@reads()
def photos(request: Any, need_id: NeedId) -> Any:
    return list(queries.visible_need(request.auth, need_id).photos.order_by("id"))


@router.get("/needs/photos/{photo_id}", response=answers(PictureOut), summary="A photo of an order")
@reads()
def photo(request: Any, photo_id: RowId) -> Any:
    return jpeg(queries.visible_photo(request.auth, photo_id).image)


@router.post("/needs", response=answers(shapes.NeedOut), summary="Place an order, for oneself or for someone who cannot")
@writes("needs")
def place_need(request: Any, need: shapes.NeedIn) -> Any:
    return shapes.need_out(request.auth, commands.place_need(actor=request.auth, now=timezone.now(), **need.arguments()))


@router.post("/needs/{need_id}/change", response=answers(shapes.NeedOut), summary="Circumstances changed: the order says so and is reviewed again")
@writes("needs")
def change_need(request: Any, need_id: NeedId, changes: shapes.ChangedIn) -> Any:
    changed = commands.change_need(actor=request.auth, need_id=need_id, now=timezone.now(), **changes.arguments())
    return shapes.need_out(request.auth, changed)


@router.post("/needs/{need_id}/complete", response=answers(shapes.NeedOut), summary="Add what the reviewer asked for")
@writes("needs")
def complete_need(request: Any, need_id: NeedId, more: shapes.ChangedIn) -> Any:
    completed = commands.complete_need(actor=request.auth, need_id=need_id, now=timezone.now(), **more.arguments())
    return shapes.need_out(request.auth, completed)


def _verb(path: str, scope: str, command: Callable[..., Any], body: Any, summary: str) -> None:
    """A route for one verb on one order: the body is the command's keyword arguments."""

    @router.post(f"/needs/{{need_id}}/{path}", response=answers(Done), summary=summary, operation_id=f"need_{path.replace('-', '_')}")
    @writes(scope)
    def act(request: Any, need_id: NeedId, payload: body) -> Any:
        return _stands(command(actor=request.auth, need_id=need_id, now=timezone.now(), **payload.dict()))


def _stands(row: Any) -> Done:
    """How the order stands after a verb that may answer with another row (a rating, a follow-up)."""
    return done(getattr(row, "need", row))


def _plain_verb(path: str, scope: str, command: Callable[..., Any], summary: str) -> None:
    """A verb that needs no words."""

    @router.post(f"/needs/{{need_id}}/{path}", response=answers(Done), summary=summary, operation_id=f"need_{path.replace('-', '_')}")
    @writes(scope)
    def act(request: Any, need_id: NeedId) -> Any:
        return _stands(command(actor=request.auth, need_id=need_id, now=timezone.now()))


_verb("cancel", "needs", commands.cancel_need, shapes.ReasonIn, "Call an order off")
_verb("note", "needs", commands.change_note, shapes.NoteIn, "Leave a note to the volunteer")
_verb("rate", "needs", commands.rate_need, shapes.RatingIn, "Say how it was")
_verb("complain", "needs", commands.complain, shapes.ComplaintIn, "Complain, or take down a complaint by telephone; someone not involved answers")
_verb("accept", "dispatch", commands.accept_need, shapes.AcceptIn, "Take an order in")
_verb("send-back", "dispatch", commands.send_back_need, shapes.ReasonIn, "Ask for what is missing")
_verb("decline", "dispatch", commands.decline_need, shapes.DeclineIn, "Say no, why, and who can help instead")
_verb("refer", "dispatch", commands.refer_need, shapes.ReferIn, "Pass on to 12345 or the street")
_verb("merge", "dispatch", commands.merge_need, shapes.MergeIn, "Join a duplicate to the original")
_verb("priority", "dispatch", commands.set_priority, shapes.PriorityIn, "Change how urgent it is")
_verb("cancel-series", "needs", commands.cancel_series, shapes.ReasonIn, "Let a weekly order end, and call off what is placed and has not begun")
_plain_verb("stop-series", "needs", commands.stop_series, "Let a weekly order end")
_plain_verb("confirm", "needs", commands.confirm_delivery, "Say that the help arrived")
_plain_verb("fewer", "dispatch", commands.do_with_fewer, "Do with those who hold a place")
