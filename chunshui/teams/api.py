"""Teams in JSON: the public list, filing, review and change, members and leaders."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Path, Query, Router, Schema

from chunshui.areas import queries as areas
from chunshui.kernel.rest import MOST_ID, Day, Done, Flag, Given, Id, Line, Lines, Short, Text, Within, answers, done, in_range, listed, reads, writes
from chunshui.teams import commands, queries
from chunshui.teams.states import HostKind, JoinWay, ServiceCategory, TeamKind

router = Router(tags=["teams"])
TeamId = Annotated[int, Path(ge=1, le=MOST_ID)]
PersonId = Annotated[int, Path(ge=1, le=MOST_ID)]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]
Mobile = Annotated[str, Text(20)]
Members = Annotated[int, Within(0, 100_000)]


class TeamOut(Schema):
    """`is_change_waiting`: a new name, kind or code waits for review; the team goes on under the old one."""

    id: int
    number: str
    name: str
    kind: str
    is_standing: bool
    area_id: int
    parent_id: int | None
    host_kind: str
    host_name: str
    service_categories: list[str]
    join_way: str
    members_count: int
    introduction: str
    state: str
    is_change_waiting: bool


class TeamPageOut(TeamOut):
    """A team as the caller may see it: names of leaders masked, the phone only when the team made it public; what the caller may do."""

    leaders: list[str]
    phone: str
    sub_teams: list[int]
    membership: str
    can_apply: bool
    why_not: str
    can_change: bool
    can_review: bool


class Teams(Schema):
    items: list[TeamOut]
    next: str
    previous: str


class MemberOut(Schema):
    """`state`: 1 member, 2 applying (national codes)."""

    person_id: int
    name: str
    state: str
    is_leader: bool
    note: str
    at: datetime


class MemberList(Schema):
    items: list[MemberOut]
    next: str
    previous: str


class MembershipOut(Schema):
    team: TeamOut
    state: str
    is_leader: bool
    at: datetime


class Described(Given):
    """What a team says about itself."""

    host_kind: HostKind = HostKind.OTHER
    host_name: Short = ""
    credit_code: Short = ""
    join_way: JoinWay = JoinWay.REVIEWED
    pass_code: Short = ""
    address: Line = ""
    phone: Mobile = ""
    is_phone_public: Flag = False
    introduction: Lines = ""
    founded_on: Day | None = None
    planned_members: Members = 0
    services: list[Short] = []


class TeamIn(Described):
    """A team to be filed; `pledge`: everything said here is true. A volunteer who files it leads it."""

    kind: TeamKind
    name: Short
    area_id: Id
    parent_id: Id | None = None
    service_categories: list[Short]
    pledge: Flag


class TeamChangeIn(Described):
    """What is not named stays. A new name, kind or code of an approved team is reviewed again; a refused team is filed again by it."""

    kind: TeamKind = TeamKind.GROUP
    name: Short = ""
    service_categories: list[Short] = []


class Review(Given):
    approve: Flag
    opinion: Short = ""


class Application(Given):
    note: Line = ""
    pass_code: Short = ""


class Reason(Given):
    reason: Line


class Standing(Given):
    is_standing: Flag


class Leading(Given):
    is_leader: Flag


@router.get("/teams", response=answers(Teams), summary="Public teams of an area, newest first")
@reads()
def list_teams(
    request: Any,
    area_id: Annotated[int | None, Query(ge=1, le=MOST_ID)] = None,
    q: Annotated[str, Query(max_length=40)] = "",
    kind: Annotated[TeamKind | None, Query()] = None,
    category: Annotated[ServiceCategory | None, Query()] = None,
    is_standing: Annotated[bool, Query()] = False,
    cursor: Cursor = "",
    limit: Limit = 30,
) -> Any:
    area = areas.visible_area(area_id) if area_id else None
    narrowed: dict[str, Any] = {"kind": kind.value if kind else "", "category": category.value if category else "", "is_standing": is_standing}
    return listed(queries.find_teams(area, text=q, cursor=cursor, size=limit, **narrowed))


@router.get("/teams/mine", response=answers(list[MembershipOut]), summary="Teams I am in or have asked to join")
@reads()
def my_teams(request: Any) -> Any:
    return list(queries.teams_of(request.auth.pk)[:200])


@router.get("/teams/review", response=answers(Teams), summary="Teams that wait for the staff of an area: filed, or changed")
@reads("teams")
def review_queue(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.review_queue(request.auth, cursor, limit))


@router.get("/teams/{team_id}", response=answers(TeamPageOut), summary="One team")
@reads()
def get_team(request: Any, team_id: TeamId) -> Any:
    page = queries.team_page(request.auth, team_id)
    plain = {name: getattr(page.team, name) for name in TeamOut.model_fields}
    may = {name: getattr(page, name) for name in ("can_apply", "why_not", "can_change", "can_review", "leaders", "phone")}
    return TeamPageOut(**plain, **may, sub_teams=[each.pk for each in page.sub_teams], membership=page.membership.state if page.membership else "")


@router.get("/teams/{team_id}/members", response=answers(MemberList), summary="Who is in a team and who wants to be; for leaders and staff")
@reads("teams")
def list_members(request: Any, team_id: TeamId, cursor: Cursor = "", limit: Limit = 50) -> Any:
    _team, page = queries.member_list(request.auth, team_id, cursor, limit)
    return listed(page, _member)


def _member(row: Any) -> MemberOut:
    return MemberOut(person_id=row.person_id, name=row.person.masked_name, state=row.state, is_leader=row.is_leader, note=row.note, at=row.at)


@router.post("/teams", response=answers(Done), summary="File a team for review")
@writes("teams")
def file_team(request: Any, team: TeamIn) -> Any:
    in_range(team.founded_on)
    return done(commands.file_team(actor=request.auth, now=timezone.now(), **team.dict()))


@router.post("/teams/{team_id}/change", response=answers(Done), summary="Change a team")
@writes("teams")
def change_team(request: Any, team_id: TeamId, changes: TeamChangeIn) -> Any:
    in_range(changes.founded_on)
    return done(commands.change_team(actor=request.auth, team_id=team_id, now=timezone.now(), **changes.named()))


@router.post("/teams/{team_id}/review", response=answers(Done), summary="Approve or refuse a filed team, or its change")
@writes("teams")
def review_team(request: Any, team_id: TeamId, review: Review) -> Any:
    return done(commands.review_team(actor=request.auth, team_id=team_id, now=timezone.now(), **review.dict()))


@router.post("/teams/{team_id}/suspend", response=answers(Done), summary="Take a team out of service")
@writes("teams")
def suspend_team(request: Any, team_id: TeamId, reason: Reason) -> Any:
    return done(commands.suspend_team(actor=request.auth, team_id=team_id, reason=reason.reason, now=timezone.now()))


@router.post("/teams/{team_id}/restore", response=answers(Done), summary="Bring a suspended team back")
@writes("teams")
def restore_team(request: Any, team_id: TeamId) -> Any:
    return done(commands.restore_team(actor=request.auth, team_id=team_id, now=timezone.now()))


@router.post("/teams/{team_id}/standing", response=answers(Done), summary="Mark a team as one that can be called out, or no longer")
@writes("teams")
def set_standing(request: Any, team_id: TeamId, standing: Standing) -> Any:
    return done(commands.set_standing(actor=request.auth, team_id=team_id, is_standing=standing.is_standing, now=timezone.now()))


@router.post("/teams/{team_id}/apply", response=answers(Done), summary="Ask to join")
@writes("teams")
def apply_to_team(request: Any, team_id: TeamId, application: Application) -> Any:
    return done(commands.apply_to_team(actor=request.auth, team_id=team_id, now=timezone.now(), **application.dict()))


@router.post("/teams/{team_id}/leave", response=answers(Done), summary="Leave a team")
@writes("teams")
def leave_team(request: Any, team_id: TeamId) -> Any:
    return done(commands.leave_team(actor=request.auth, team_id=team_id, now=timezone.now()))


MEMBER_VERBS: dict[str, Callable[..., Any]] = {"accept": commands.accept_member, "refuse": commands.refuse_member, "remove": commands.leave_team}


@router.post("/teams/{team_id}/members/{person_id}/do/{verb}", response=answers(Done), summary="Accept, refuse or take somebody off the list")
@writes("teams")
def decide_member(request: Any, team_id: TeamId, person_id: PersonId, verb: Literal["accept", "refuse", "remove"]) -> Any:
    return done(MEMBER_VERBS[verb](actor=request.auth, team_id=team_id, person_id=person_id, now=timezone.now()))


@router.post("/teams/{team_id}/members/{person_id}/leader", response=answers(Done), summary="Name a leader, or no longer; a team keeps at least one")
@writes("teams")
def name_leader(request: Any, team_id: TeamId, person_id: PersonId, leading: Leading) -> Any:
    row = commands.name_leader(actor=request.auth, team_id=team_id, person_id=person_id, is_leader=leading.is_leader, now=timezone.now())
    return done(row)
