"""The menu in JSON: the district's services, a community's own, and what a community makes of each."""

from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Path, Query, Router, Schema

from chunshui.areas import queries as areas
from chunshui.kernel.rest import MOST_ID, Flag, Given, Id, Line, Short, Within, answers, reads, writes
from chunshui.needs import commands, queries
from chunshui.needs.api.shapes import ReasonIn
from chunshui.needs.states import Icon
from chunshui.people.states import CredentialKind, FocusGroup, Skill, qualification_mask
from chunshui.teams.states import ServiceCategory

router = Router(tags=["menu"])
CommunityId = Annotated[int, Query(ge=1, le=MOST_ID)]
Code = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,30}$")]
SkillCode = Annotated[int, Within(1, len(Skill))]
CredentialCode = Annotated[int, Within(1, len(CredentialKind))]
Minutes = Annotated[int, Within(10, 720)]
MASKS = ("required", "useful")


class ServiceOut(Schema):
    """`minutes` and `note` as the community says."""

    code: str
    name: str
    name_en: str
    spoken: str
    spoken_en: str
    category: str
    icon: str
    minutes: int
    note: str
    volunteers: int
    least_age: int
    gender_wish: bool
    for_groups: list[str]
    risk_note: str
    risk_note_en: str
    required: int
    useful: int


class MenuLineOut(Schema):
    """A line of the district's menu, and whether the community offers it."""

    is_offered: bool
    service: ServiceOut


class ServiceFields(Given):
    """What a line of the menu says; what is left out stays, or is as usual on a new one."""

    name: Short | None = None
    name_en: Short | None = None
    spoken: Short | None = None
    spoken_en: Short | None = None
    category: ServiceCategory | None = None
    icon: Icon | None = None
    tone: Literal["", "river", "gold", "leaf", "ink"] | None = None
    minutes: Minutes | None = None
    volunteers: Annotated[int, Within(1, 20)] | None = None
    least_age: Annotated[int, Within(0, 99)] | None = None
    gender_wish: Flag | None = None
    for_groups: list[FocusGroup] | None = None
    required_skills: list[SkillCode] | None = None
    required_credentials: list[CredentialCode] | None = None
    useful_skills: list[SkillCode] | None = None
    useful_credentials: list[CredentialCode] | None = None
    risk_note: Line | None = None
    risk_note_en: Line | None = None
    words: list[Short] | None = None
    position: Annotated[int, Within(0, 9999)] | None = None


class NewService(ServiceFields):
    """A new line. With a community it is that community's own: its code is then given."""

    service_code: Short = ""
    community_id: Id | None = None


class MenuLineIn(Given):
    service_code: Short
    is_offered: Flag
    note: Line = ""
    minutes: Minutes | None = None


def _values(fields: ServiceFields) -> dict[str, Any]:
    """The keyword arguments of the commands; skills and certificates become one mask."""
    given: dict[str, Any] = {name: value for name, value in fields.dict().items() if value is not None}
    for mask in MASKS:
        parts = [given.pop(f"{mask}_{part}", None) for part in ("skills", "credentials")]
        if any(part is not None for part in parts):
            given[mask] = qualification_mask(parts[0] or [], parts[1] or [])
    return given


@router.get("/menu", response=answers(list[ServiceOut]), summary="The services that a community offers")
@reads()
def menu(request: Any, community_id: CommunityId) -> Any:
    return queries.menu(areas.visible_area(community_id).pk)


@router.get("/menu/whole", response=answers(list[MenuLineOut]), summary="Every service of the district, and whether a community offers it")
@reads()
def whole_menu(request: Any, community_id: CommunityId) -> Any:
    return [{"service": service, "is_offered": offered} for service, offered in queries.whole_menu(areas.visible_area(community_id).pk)]


@router.get("/menu/propose", response=answers(list[ServiceOut]), summary="Services that a sentence speaks of")
@reads()
def propose(request: Any, community_id: CommunityId, text: Annotated[str, Query(max_length=200)]) -> Any:
    return queries.propose_services(text, areas.visible_area(community_id).pk)


@router.get(
    "/menu/services", response=answers(list[ServiceOut]), summary="The district's services, or with a community its own: in force, or retired"
)
@reads()
def services(request: Any, community_id: Annotated[int | None, Query(ge=1, le=MOST_ID)] = None, retired: Annotated[bool, Query()] = False) -> Any:
    return list(queries.services_of(areas.visible_area(community_id).pk if community_id else None, is_offered=not retired))


@router.post("/menu/services", response=answers(ServiceOut), summary="Put a service on the district's menu, or on a community's own")
@writes("settings")
def add_service(request: Any, service: NewService) -> Any:
    return ServiceOut.from_orm(commands.add_service(actor=request.auth, now=timezone.now(), **_values(service)))


@router.post("/menu/services/{code}/change", response=answers(ServiceOut), summary="Change a service; what is not named stays")
@writes("settings")
def change_service(request: Any, code: Code, service: ServiceFields) -> Any:
    return ServiceOut.from_orm(commands.change_service(actor=request.auth, service_code=code, now=timezone.now(), **_values(service)))


@router.post("/menu/services/{code}/retire", response=answers(ServiceOut), summary="Take a service off the menu; orders that stand go on")
@writes("settings")
def retire_service(request: Any, code: Code, retire: ReasonIn) -> Any:
    return ServiceOut.from_orm(commands.retire_service(actor=request.auth, service_code=code, reason=retire.reason, now=timezone.now()))


@router.post("/menu/services/{code}/restore", response=answers(ServiceOut), summary="Put a retired service back on the menu")
@writes("settings")
def restore_service(request: Any, code: Code) -> Any:
    return ServiceOut.from_orm(commands.restore_service(actor=request.auth, service_code=code, now=timezone.now()))


@router.post("/menu/communities/{community_id}/lines", response=answers(ServiceOut), summary="What a community makes of a service of the district")
@writes("settings")
def set_menu_line(request: Any, community_id: Annotated[int, Path(ge=1, le=MOST_ID)], line: MenuLineIn) -> Any:
    kept = commands.set_menu_line(actor=request.auth, community_id=community_id, now=timezone.now(), **line.dict())
    return ServiceOut.from_orm(queries.with_line(kept.service, kept))
