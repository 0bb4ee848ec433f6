"""点单 and 评单 in JSON: the menu, placing, following, review, rating."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from django.utils import timezone
from ninja import Query, Router, Schema

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.kernel.rest import MOST_ID, Done, answers, aware, done, reads, writes
from chunshui.needs import commands, queries
from chunshui.needs.api import shapes
from chunshui.needs.api.shapes import Cursor, Limit, NeedId
from chunshui.needs.queries import desk

router = Router(tags=["needs"])
CommunityId = Annotated[int, Query(ge=1, le=MOST_ID)]


class StatisticsOut(Schema):
    placed: int
    delivered: int
    cancelled: int
    rated: int
    minutes: int
    average_stars: float | None
    pleased_share: float | None
    average_answer_minutes: float | None


@router.get("/menu", response=answers(list[shapes.ServiceOut]), summary="The services that a community offers")
@reads()
def menu(request: Any, community_id: CommunityId) -> Any:
    return queries.menu(areas.visible_area(community_id).pk)


@router.get("/menu/propose", response=answers(list[shapes.ServiceOut]), summary="Services that a sentence speaks of")
@reads()
def propose(request: Any, community_id: CommunityId, text: Annotated[str, Query(max_length=200)]) -> Any:
    return queries.propose_services(text, areas.visible_area(community_id).pk)


@router.get("/needs", response=answers(shapes.Needs), summary="Orders for me and orders I placed, newest first")
@reads()
def my_needs(request: Any, cursor: Cursor = "", limit: Limit = 20) -> Any:
    page = queries.my_needs(request.auth, cursor, limit)
    return {"items": [shapes.masked_out(need) for need in page.rows], "next": page.next, "previous": page.previous}


@router.get("/desk/needs", response=answers(shapes.Needs), summary="Orders of the staff's area, newest first")
@reads("dispatch")
def area_needs(
    request: Any,
    q: Annotated[str, Query(max_length=40)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    level: Annotated[str, Query(max_length=1)] = "",
    cursor: Cursor = "",
    limit: Limit = 40,
) -> Any:
    filters = desk.Filters(text=q.replace("\0", ""), state=state.replace("\0", ""), level=level)
    page, _lines = desk.needs_list(desk.staff_area(request.auth), filters, timezone.now(), cursor, limit)
    return {"items": [shapes.masked_out(need) for need in page.rows], "next": page.next, "previous": page.previous}


@router.get("/statistics", response=answers(StatisticsOut), summary="This month's sums of the staff's area")
@reads("dispatch")
def statistics(request: Any) -> Any:
    month: date = clock.month_start(timezone.now())
    return queries.statistics(desk.staff_area(request.auth), month, month)


@router.get("/needs/{need_id}", response=answers(shapes.NeedOut), summary="One order")
@reads()
def get_need(request: Any, need_id: NeedId) -> Any:
    return shapes.need_out(request.auth, queries.visible_need(request.auth, need_id))


@router.get("/needs/{need_id}/history", response=answers(list[shapes.HistoryOut]), summary="What happened, in plain words")
@reads()
def history(request: Any, need_id: NeedId) -> Any:
    return queries.history(request.auth, queries.visible_need(request.auth, need_id))


@router.post("/needs", response=answers(shapes.NeedOut), summary="Place an order, for oneself or for someone who cannot")
@writes("needs")
def place_need(request: Any, need: shapes.NeedIn) -> Any:
    given: dict[str, Any] = need.dict()
    given |= {"wish_from": aware(need.wish_from), "wish_until": aware(need.wish_until)}
    return shapes.need_out(request.auth, commands.place_need(actor=request.auth, now=timezone.now(), **given))


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


_verb("complete", "needs", commands.complete_need, shapes.ChangeIn, "Add what the reviewer asked for")
_verb("change", "needs", commands.change_need, shapes.ChangeIn, "Say that circumstances changed; it is reviewed again")
_verb("cancel-series", "needs", commands.cancel_series, shapes.ReasonIn, "Call off a weekly order and all that has not begun")
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
_plain_verb("stop-series", "needs", commands.stop_series, "Place no more weekly orders")
_plain_verb("confirm", "needs", commands.confirm_delivery, "Say that the help arrived")
_plain_verb("fewer", "dispatch", commands.do_with_fewer, "Do with those who hold a place")
