"""派单 in JSON: whom to ask and why, questions and answers, the open list."""

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Router, Schema

from chunshui.kernel.rest import Done, Id, Line, answers, done, reads, writes
from chunshui.needs import commands, queries
from chunshui.needs.api.shapes import Cursor, NeedId, RowId

router = Router(tags=["dispatch"])


class ReasonOut(Schema):
    words: str
    good: bool


class CandidateOut(Schema):
    """Metres in a straight line, minutes on foot, load in minutes this week."""

    person_id: int
    name: str
    number: str
    reasons: list[ReasonOut]
    metres: int
    walk_minutes: int
    week_minutes: int
    services_total: int
    knows: int


class WhyOut(Schema):
    why: str


class OfferIn(Schema):
    volunteer_ids: list[Id]
    source: Literal["single", "several", "hand", "next"] = "single"
    hand_reason: Line = ""


class TeamOfferIn(Schema):
    team_id: Id


class MaskedOut(Schema):
    """An order as a volunteer sees it before accepting: no address, no full name."""

    need_id: int
    number: str
    title: str
    resident: str
    rough_place: str
    community: str
    wish: str
    start: datetime
    until: datetime
    minutes: int
    metres: int
    people_needed: int
    places_left: int


class QuestionOut(Schema):
    offer_id: int
    sent_at: datetime
    answer_by: datetime
    order: MaskedOut


class OpenListOut(Schema):
    items: list[MaskedOut]
    next: str


class AnswerIn(Schema):
    note: Line = ""


class TeamAnswerIn(Schema):
    """Members of the team who go."""

    member_ids: list[Id]


@router.get("/needs/{need_id}/candidates", response=answers(list[CandidateOut]), summary="Who may go, best first, with reasons")
@reads("dispatch")
def candidates(request: Any, need_id: NeedId) -> Any:
    need = queries.visible_need(request.auth, need_id)
    return queries.candidates(request.auth, need, timezone.now())


@router.get("/needs/{need_id}/candidates/{person_id}", response=answers(WhyOut), summary="Why not this volunteer")
@reads("dispatch")
def why_not(request: Any, need_id: NeedId, person_id: RowId) -> Any:
    need = queries.visible_need(request.auth, need_id)
    return WhyOut(why=queries.why_not(request.auth, need, person_id, timezone.now()))


@router.post("/needs/{need_id}/offers", response=answers(list[Done]), summary="Ask these volunteers")
@writes("dispatch")
def offer_need(request: Any, need_id: NeedId, offer: OfferIn) -> Any:
    given: dict[str, Any] = offer.dict()
    return [done(each).dict() for each in commands.offer_need(actor=request.auth, need_id=need_id, now=timezone.now(), **given)]


@router.post("/needs/{need_id}/team-offers", response=answers(list[Done]), summary="Ask those of a team who fit")
@writes("dispatch")
def offer_to_team(request: Any, need_id: NeedId, offer: TeamOfferIn) -> Any:
    return [done(each).dict() for each in commands.offer_to_team(actor=request.auth, need_id=need_id, team_id=offer.team_id, now=timezone.now())]


@router.post("/offers/{offer_id}/withdraw", response=answers(Done), summary="Take a question back")
@writes("dispatch")
def withdraw_offer(request: Any, offer_id: RowId) -> Any:
    return done(commands.withdraw_offer(actor=request.auth, offer_id=offer_id, now=timezone.now()))


@router.get("/offers", response=answers(list[QuestionOut]), summary="Questions to me that wait for an answer")
@reads("serve")
def my_offers(request: Any) -> Any:
    return queries.offers_of(request.auth, timezone.now())


@router.post("/offers/{offer_id}/accept", response=answers(Done), summary="Say yes")
@writes("serve")
def accept_offer(request: Any, offer_id: RowId) -> Any:
    return done(commands.accept_offer(actor=request.auth, offer_id=offer_id, now=timezone.now()))


@router.post("/offers/{offer_id}/decline", response=answers(Done), summary="Say no; it costs nothing")
@writes("serve")
def decline_offer(request: Any, offer_id: RowId, answer: AnswerIn) -> Any:
    return done(commands.decline_offer(actor=request.auth, offer_id=offer_id, note=answer.note, now=timezone.now()))


@router.get("/open-list", response=answers(OpenListOut), summary="Waiting orders near me that fit")
@reads("serve")
def open_list(request: Any, cursor: Cursor = "") -> Any:
    found = queries.open_list(request.auth, timezone.now(), cursor)
    return {"items": found.rows, "next": found.next}


@router.post("/needs/{need_id}/claim", response=answers(Done), summary="Take an order from the open list")
@writes("serve")
def claim_need(request: Any, need_id: NeedId) -> Any:
    return done(commands.claim_need(actor=request.auth, need_id=need_id, now=timezone.now()))


@router.post("/needs/{need_id}/teams/{team_id}/accept", response=answers(list[Done]), summary="Say yes for a team, with named members")
@writes("serve")
def accept_for_team(request: Any, need_id: NeedId, team_id: RowId, answer: TeamAnswerIn) -> Any:
    places = commands.accept_for_team(actor=request.auth, need_id=need_id, team_id=team_id, member_ids=answer.member_ids, now=timezone.now())
    return [done(each).dict() for each in places]


@router.post("/needs/{need_id}/teams/{team_id}/decline", response=answers(list[Done]), summary="Say no for a team; it costs nothing")
@writes("serve")
def decline_for_team(request: Any, need_id: NeedId, team_id: RowId, answer: AnswerIn) -> Any:
    offers = commands.decline_for_team(actor=request.auth, need_id=need_id, team_id=team_id, note=answer.note, now=timezone.now())
    return [done(each).dict() for each in offers]
