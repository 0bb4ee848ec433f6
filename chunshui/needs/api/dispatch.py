"""派单 in JSON: whom to ask and why, questions and answers, the open list."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Query, Router, Schema

from chunshui.kernel.rest import Done, Given, Id, Line, answers, done, reads, writes
from chunshui.needs import commands, policies, queries
from chunshui.needs.api.shapes import Cursor, Limit, NeedId, NeedOut, RowId, masked_out
from chunshui.needs.queries import desk

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


class StepOut(Schema):
    """How many volunteers are left after a rule."""

    words: str
    people: int


class AskedOut(Schema):
    """An open question."""

    offer_id: int
    volunteer_id: int
    name: str
    source: str
    sent_at: datetime
    answer_by: datetime


class SeatOut(Schema):
    assignment_id: int
    volunteer_id: int
    name: str
    state: str
    planned_from: datetime | None
    planned_until: datetime | None


class OfferIn(Given):
    """`note` is what the volunteer reads after accepting; without it, what was noted stays."""

    volunteer_ids: list[Id]
    source: Literal["single", "several", "hand", "next"] = "single"
    hand_reason: Line = ""
    note: Line | None = None


class TeamOfferIn(Given):
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


class AnswerIn(Given):
    note: Line = ""


class TeamAnswerIn(Given):
    """Members of the team who go."""

    member_ids: list[Id]


@router.get("/needs/{need_id}/candidates", response=answers(list[CandidateOut]), summary="Who may go, best first, with reasons")
@reads("dispatch")
def candidates(request: Any, need_id: NeedId, limit: Annotated[int, Query(ge=1, le=50)] = 8) -> Any:
    need = queries.visible_need(request.auth, need_id)
    return queries.candidates(request.auth, need, timezone.now(), limit)


@router.get("/needs/{need_id}/candidates/{person_id}", response=answers(WhyOut), summary="Why not this volunteer")
@reads("dispatch")
def why_not(request: Any, need_id: NeedId, person_id: RowId) -> Any:
    need = queries.visible_need(request.auth, need_id)
    return WhyOut(why=queries.why_not(request.auth, need, person_id, timezone.now()))


@router.get("/needs/{need_id}/funnel", response=answers(list[StepOut]), summary="How many volunteers are left after each rule")
@reads("dispatch")
def funnel(request: Any, need_id: NeedId) -> Any:
    return [StepOut(words=str(step.words), people=step.people) for step in queries.funnel(_dispatched(request, need_id), timezone.now())]


@router.get("/needs/{need_id}/similar", response=answers(list[NeedOut]), summary="Possible duplicates: the same service, near in place and time")
@reads("dispatch")
def similar(request: Any, need_id: NeedId) -> Any:
    return [masked_out(each) for each in queries.similar_needs(_dispatched(request, need_id))]


@router.get("/needs/{need_id}/offers", response=answers(list[AskedOut]), summary="Who has been asked and has not answered yet")
@reads("dispatch")
def asked(request: Any, need_id: NeedId) -> Any:
    return [_asked(each) for each in queries.open_offers(_dispatched(request, need_id))]


def _asked(row: Any) -> AskedOut:
    plain = {name: getattr(row, name) for name in ("volunteer_id", "source", "sent_at", "answer_by")}
    return AskedOut(offer_id=row.pk, name=row.volunteer.name, **plain)


@router.get("/needs/{need_id}/places", response=answers(list[SeatOut]), summary="Who comes, came, or gave the place back")
@reads("dispatch")
def places(request: Any, need_id: NeedId) -> Any:
    return [_seat(each.assignment) for each in desk.places(_dispatched(request, need_id), timezone.now())]


def _seat(row: Any) -> SeatOut:
    plain = {name: getattr(row, name) for name in ("volunteer_id", "state", "planned_from", "planned_until")}
    return SeatOut(assignment_id=row.pk, name=row.volunteer.name, **plain)


def _dispatched(request: Any, need_id: int) -> Any:
    """An order that the caller may dispatch."""
    need = queries.visible_need(request.auth, need_id)
    policies.can_offer_need(request.auth, need).or_refuse()
    return need


@router.post("/needs/{need_id}/offers/withdraw", response=answers(list[Done]), summary="Take every open question of an order back")
@writes("dispatch")
def withdraw_offers(request: Any, need_id: NeedId) -> Any:
    return [done(each).dict() for each in commands.withdraw_offers(actor=request.auth, need_id=need_id, now=timezone.now())]


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
def open_list(request: Any, cursor: Cursor = "", limit: Limit = 20) -> Any:
    found = queries.open_list(request.auth, timezone.now(), cursor, limit)
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
