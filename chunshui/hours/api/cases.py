"""The review queue of hours, appeals and bars in JSON."""

from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Path, Query, Router, Schema

from chunshui.hours import commands, queries
from chunshui.kernel.rest import MOST_ID, Done, Given, Line, Lines, Moment, Short, answers, aware, done, listed, reads, writes
from chunshui.people import queries as people

router = Router(tags=["hours"])
RowId = Annotated[int, Path(ge=1, le=MOST_ID)]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]
State = Annotated[str, Query(max_length=10)]


class HourCaseOut(Schema):
    """Something about hours that is worth a look; it accuses nobody. `words` say why it is here, `score` ranks it."""

    id: int
    kind: str
    signal: str
    words: str
    score: int
    person_id: int | None
    team_id: int | None
    records: list[int]
    state: str
    decision: str
    reason: str


class HourCases(Schema):
    items: list[HourCaseOut]
    next: str
    previous: str


class AppealOut(Schema):
    id: int
    kind: str
    title: str
    started_at: datetime
    ended_at: datetime
    words: str
    state: str
    answer: str


class Appeals(Schema):
    items: list[AppealOut]
    next: str
    previous: str


class DecideIn(Given):
    """`decision`: clear, correct (with the right times), cancel, or sanction."""

    decision: Short
    reason: Lines
    started_at: Moment | None = None
    ended_at: Moment | None = None


class AppealIn(Given):
    """The times that are right, within a day, and what happened."""

    started_at: Moment
    ended_at: Moment
    words: Lines


class MissingIn(AppealIn):
    title: Line
    category: Short


class CaseAnswerIn(Given):
    answer: Lines


def _times(given: Any) -> dict[str, Any]:
    named: dict[str, Any] = given.dict()
    return named | {"started_at": aware(given.started_at), "ended_at": aware(given.ended_at)}


def _case(case: Any) -> dict[str, Any]:
    names = ("id", "kind", "signal", "score", "person_id", "team_id", "records", "state", "decision", "reason")
    return {name: getattr(case, name) for name in names} | {"words": queries.case_words(case)}


@router.get("/desk/hour-cases", response=answers(HourCases), summary="What is worth a look about hours, what weighs most first")
@reads("people")
def cases_in(request: Any, state: State = "open", cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.cases_in(request.auth, people.staff_area(request.auth), state, cursor, limit), _case)


@router.post("/desk/hour-cases/{case_id}/decide", response=answers(Done), summary="Write down what a look has shown, with the reason")
@writes("people")
def decide_case(request: Any, case_id: RowId, decision: DecideIn) -> Any:
    return done(commands.decide_case(actor=request.auth, case_id=case_id, now=timezone.now(), **_times(decision)))


@router.get("/hours/appeals", response=answers(Appeals), summary="My appeals about hours")
@reads()
def my_appeals(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.appeals_of(request.auth, cursor, limit))


@router.get("/desk/hour-appeals", response=answers(Appeals), summary="Appeals in the staff's area")
@reads("people")
def appeals_in(request: Any, state: State = "open", cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.appeals_in(request.auth, people.staff_area(request.auth), state, cursor, limit))


@router.post("/hours/{record_id}/appeal", response=answers(Done), summary="Say which times of a record are right")
@writes("serve")
def appeal_record(request: Any, record_id: RowId, appeal: AppealIn) -> Any:
    return done(commands.appeal_record(actor=request.auth, record_id=record_id, now=timezone.now(), **_times(appeal)))


@router.post("/hours/appeals", response=answers(Done), summary="Say that a service was not recorded")
@writes("serve")
def appeal_missing(request: Any, appeal: MissingIn) -> Any:
    return done(commands.appeal_missing(actor=request.auth, now=timezone.now(), **_times(appeal)))


@router.post("/hours/appeals/{appeal_id}/grant", response=answers(Done), summary="The volunteer is right: correct the record, with the reason")
@writes("people")
def grant_appeal(request: Any, appeal_id: RowId, answer: CaseAnswerIn) -> Any:
    return done(commands.grant_appeal(actor=request.auth, appeal_id=appeal_id, answer=answer.answer, now=timezone.now()))


@router.post("/hours/appeals/{appeal_id}/dismiss", response=answers(Done), summary="The record stays as it is, with the reason")
@writes("people")
def dismiss_appeal(request: Any, appeal_id: RowId, answer: CaseAnswerIn) -> Any:
    return done(commands.dismiss_appeal(actor=request.auth, appeal_id=appeal_id, answer=answer.answer, now=timezone.now()))


@router.post("/hours/appeals/{appeal_id}/withdraw", response=answers(Done), summary="Take an appeal back")
@writes("serve")
def withdraw_appeal(request: Any, appeal_id: RowId) -> Any:
    return done(commands.withdraw_appeal(actor=request.auth, appeal_id=appeal_id, now=timezone.now()))


class Repaired(Schema):
    id: int
    repaired_at: datetime | None


@router.post("/hours/bars/{sanction_id}/repair", response=answers(Repaired), summary="Lift a bar from manual entry by service, once")
@writes("serve")
def repair_sanction(request: Any, sanction_id: RowId) -> Any:
    made = commands.repair_sanction(actor=request.auth, sanction_id=sanction_id, now=timezone.now())
    return Repaired(id=made.pk, repaired_at=made.repaired_at)
