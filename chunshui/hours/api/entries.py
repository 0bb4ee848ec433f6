"""Hours entered by hand in JSON: declared, entered, approved, read and questioned."""

from base64 import b64decode
from datetime import datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import BeforeValidator, Field, WithJsonSchema

from chunshui.areas import queries as areas
from chunshui.hours import commands, queries
from chunshui.kernel.rest import MOST_ID, Done, Given, Id, Line, Lines, Moment, Short, answers, aware, done, listed, reads, writes
from chunshui.people import queries as people

router = Router(tags=["hours"])
RowId = Annotated[int, Path(ge=1, le=MOST_ID)]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]
Place = Annotated[int | None, Query(ge=1, le=MOST_ID)]


class EntryOut(Schema):
    """Hours entered by hand. Nothing counts before its publicity has passed."""

    id: int
    title: str
    category: str
    entry_way: str
    state: str
    origin: str
    entered_at: datetime
    public_until: datetime | None
    people: int
    minutes: int


class EntryPageOut(Schema):
    items: list[EntryOut]
    next: str
    previous: str


class PublicLineOut(Schema):
    """A line of the public list; the name is masked."""

    id: int
    name: str
    title: str
    area_id: int
    team_id: int | None
    started_at: datetime
    ended_at: datetime
    minutes: int
    public_until: datetime


class PublicLines(Schema):
    items: list[PublicLineOut]
    next: str
    previous: str


class IntervalIn(Given):
    """One stretch within a day, not in the future."""

    started_at: Moment
    ended_at: Moment


def _bytes(value: Any) -> bytes:
    try:
        if isinstance(value, str):
            return b64decode(value, validate=True)
    except ValueError:
        pass
    raise ValueError("base64")


Evidence = Annotated[
    bytes,
    BeforeValidator(_bytes),
    WithJsonSchema({"type": "string", "contentEncoding": "base64", "pattern": "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"}),
]


class EntryIn(Given):
    """`category` is a national service category; `evidence` holds photos or PDFs in base64, at least one."""

    title: Line
    category: Short
    reason: Lines
    intervals: Annotated[list[IntervalIn], Field(max_length=10)]
    evidence: Annotated[list[Evidence], Field(max_length=4)]

    def values(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in type(self).model_fields if name != "intervals"}
        return given | {"intervals": [(aware(each.started_at), aware(each.ended_at)) for each in self.intervals]}


class TeamEntryIn(EntryIn):
    person_ids: Annotated[list[Id], Field(max_length=200)]


class AreaEntryIn(EntryIn):
    """`numbers` are volunteer numbers; `origin` names the system that the hours are brought over from."""

    numbers: Annotated[list[Short], Field(max_length=200)]
    origin: Line = ""


class OwnEntryIn(EntryIn):
    team_id: Id | None = None
    origin: Line = ""


class OpinionIn(Given):
    opinion: Line = ""


class WhyNotIn(Given):
    opinion: Line


class ReportIn(Given):
    words: Lines


@router.get("/hours/entries", response=answers(EntryPageOut), summary="What I entered by hand, and what was entered for me")
@reads()
def my_entries(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.entries_of(request.auth, cursor, limit))


@router.get("/desk/hour-entries", response=answers(EntryPageOut), summary="Manual entries of the staff's area")
@reads("people")
def entries_in(request: Any, state: Annotated[str, Query(max_length=10)] = "", cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.entries_in(request.auth, people.staff_area(request.auth), state, cursor, limit))


@router.get("/hours/publicity", response=answers(PublicLines), summary="The public list of hours entered by hand")
@reads()
def publicity(request: Any, area_id: Place = None, team_id: Place = None, cursor: Cursor = "", limit: Limit = 30) -> Any:
    area = areas.visible_area(area_id) if area_id is not None else None
    return listed(queries.publicity(area, team_id, cursor, limit), _public)


def _public(line: Any) -> dict[str, Any]:
    entry = line.entry
    own = {name: getattr(line, name) for name in ("id", "started_at", "ended_at", "minutes")}
    return own | {
        "name": line.person.masked_name,
        "title": entry.title,
        "area_id": entry.area_id,
        "team_id": entry.team_id,
        "public_until": entry.public_until,
    }


@router.post("/hours/publicity/{line_id}/report", response=answers(Done), summary="Say what is wrong with a line of the public list")
@writes("serve")
def report_line(request: Any, line_id: RowId, report: ReportIn) -> Any:
    return done(commands.report_line(actor=request.auth, line_id=line_id, words=report.words, now=timezone.now()))


@router.post("/hours/entries", response=answers(Done), summary="Declare one's own hours; somebody else approves them")
@writes("serve")
def declare_hours(request: Any, entry: OwnEntryIn) -> Any:
    return done(commands.declare_hours(actor=request.auth, now=timezone.now(), **entry.values()))


@router.post("/teams/{team_id}/hours", response=answers(Done), summary="Enter hours for members of a team")
@writes("teams")
def enter_team_hours(request: Any, team_id: RowId, entry: TeamEntryIn) -> Any:
    return done(commands.enter_team_hours(actor=request.auth, team_id=team_id, now=timezone.now(), **entry.values()))


@router.post("/desk/hour-entries", response=answers(Done), summary="Enter hours for volunteers of the staff's area, or bring them over")
@writes("people")
def enter_area_hours(request: Any, entry: AreaEntryIn) -> Any:
    area = people.staff_area(request.auth)
    return done(commands.enter_area_hours(actor=request.auth, area_id=area.pk, now=timezone.now(), **entry.values()))


@router.post("/hours/entries/{entry_id}/approve", response=answers(Done), summary="The second person agrees: the entry becomes public")
@writes("people")
def approve_entry(request: Any, entry_id: RowId, opinion: OpinionIn) -> Any:
    return done(commands.approve_entry(actor=request.auth, entry_id=entry_id, opinion=opinion.opinion, now=timezone.now()))


@router.post("/hours/entries/{entry_id}/refuse", response=answers(Done), summary="The second person does not agree, and says why")
@writes("people")
def refuse_entry(request: Any, entry_id: RowId, opinion: WhyNotIn) -> Any:
    return done(commands.refuse_entry(actor=request.auth, entry_id=entry_id, opinion=opinion.opinion, now=timezone.now()))


@router.post("/hours/entries/{entry_id}/withdraw", response=answers(Done), summary="Take an entry back before it counts")
@writes("serve")
def withdraw_entry(request: Any, entry_id: RowId) -> Any:
    return done(commands.withdraw_entry(actor=request.auth, entry_id=entry_id, now=timezone.now()))
