"""Teams in JSON: the public list, filing and review, joining."""

from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Path, Query, Router, Schema

from chunshui.areas import queries as areas
from chunshui.kernel import paging
from chunshui.kernel.rest import MOST_ID, Done, Flag, Id, Line, Lines, Short, answers, done, reads, writes
from chunshui.teams import commands, queries
from chunshui.teams.states import HostKind, JoinWay, TeamKind

router = Router(tags=["teams"])
TeamId = Annotated[int, Path(ge=1, le=MOST_ID)]


class TeamOut(Schema):
    id: int
    number: str
    name: str
    kind: str
    is_standing: bool
    area_id: int
    service_categories: list[str]
    members_count: int
    introduction: str
    state: str


class Teams(Schema):
    items: list[TeamOut]
    next: str
    previous: str


class TeamIn(Schema):
    """A team to be filed; `pledge`: everything said here is true."""

    kind: TeamKind
    name: Short
    area_id: Id
    service_categories: list[Short]
    pledge: Flag
    host_kind: HostKind = HostKind.OTHER
    host_name: Short = ""
    credit_code: Short = ""
    join_way: JoinWay = JoinWay.REVIEWED
    pass_code: Short = ""
    address: Line = ""
    phone: Short = ""
    is_phone_public: Flag = False
    introduction: Lines = ""


class Review(Schema):
    approve: Flag
    opinion: Short = ""


class Application(Schema):
    note: Line = ""
    pass_code: Short = ""


@router.get("/teams", response=answers(Teams), summary="Public teams of an area, newest first")
@reads()
def list_teams(
    request: Any,
    area_id: Annotated[int | None, Query(ge=1, le=MOST_ID)] = None,
    q: Annotated[str, Query(max_length=40)] = "",
    cursor: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> Any:
    area = areas.visible_area(area_id) if area_id else None
    page = paging.page(queries.approved_teams(area, text=q.replace("\0", "")), ("-id",), cursor, limit)
    return {"items": page.rows, "next": page.next, "previous": page.previous}


@router.get("/teams/{team_id}", response=answers(TeamOut), summary="One team")
@reads()
def get_team(request: Any, team_id: TeamId) -> Any:
    return queries.visible_team(request.auth, team_id)


@router.post("/teams", response=answers(Done), summary="File a team for review")
@writes("teams")
def file_team(request: Any, team: TeamIn) -> Any:
    return done(commands.file_team(actor=request.auth, now=timezone.now(), **team.dict()))


@router.post("/teams/{team_id}/review", response=answers(Done), summary="Approve or refuse a filed team")
@writes("teams")
def review_team(request: Any, team_id: TeamId, review: Review) -> Any:
    return done(commands.review_team(actor=request.auth, team_id=team_id, now=timezone.now(), **review.dict()))


@router.post("/teams/{team_id}/apply", response=answers(Done), summary="Ask to join")
@writes("teams")
def apply_to_team(request: Any, team_id: TeamId, application: Application) -> Any:
    return done(commands.apply_to_team(actor=request.auth, team_id=team_id, now=timezone.now(), **application.dict()))


@router.post("/teams/{team_id}/leave", response=answers(Done), summary="Leave a team")
@writes("teams")
def leave_team(request: Any, team_id: TeamId) -> Any:
    return done(commands.leave_team(actor=request.auth, team_id=team_id, now=timezone.now()))


MEMBER_VERBS = {"accept": commands.accept_member, "refuse": commands.refuse_member}


@router.post("/teams/{team_id}/members/{person_id}/{verb}", response=answers(Done), summary="Accept or refuse who asks to join")
@writes("teams")
def decide_member(request: Any, team_id: TeamId, person_id: Annotated[int, Path(ge=1, le=MOST_ID)], verb: Literal["accept", "refuse"]) -> Any:
    return done(MEMBER_VERBS[verb](actor=request.auth, team_id=team_id, person_id=person_id, now=timezone.now()))
