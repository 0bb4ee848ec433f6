"""The menu in JSON: the district's services, a community's own, and what a community makes of each."""

from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Path, Router, Schema

from chunshui.kernel.rest import MOST_ID, Flag, Id, Line, Short, Within, answers, writes
from chunshui.needs import commands, queries
from chunshui.needs.api.shapes import ReasonIn, ServiceOut
from chunshui.needs.states import Icon
from chunshui.people.states import CredentialKind, FocusGroup, Skill, qualification_mask
from chunshui.teams.states import ServiceCategory

router = Router(tags=["needs"])
Code = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,30}$")]
SkillCode = Annotated[int, Within(1, len(Skill))]
CredentialCode = Annotated[int, Within(1, len(CredentialKind))]
Minutes = Annotated[int, Within(10, 720)]
MASKS = ("required", "useful")


class ServiceFields(Schema):
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


class LineIn(Schema):
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


@router.post("/menu/services", response=answers(ServiceOut), summary="Put a service on the district's menu, or on a community's own")
@writes("dispatch")
def add_service(request: Any, service: NewService) -> Any:
    return commands.add_service(actor=request.auth, now=timezone.now(), **_values(service))


@router.post("/menu/services/{code}/change", response=answers(ServiceOut), summary="Change a service; what is not named stays")
@writes("dispatch")
def change_service(request: Any, code: Code, service: ServiceFields) -> Any:
    return commands.change_service(actor=request.auth, service_code=code, now=timezone.now(), **_values(service))


@router.post("/menu/services/{code}/retire", response=answers(ServiceOut), summary="Take a service off the menu; orders that stand go on")
@writes("dispatch")
def retire_service(request: Any, code: Code, retire: ReasonIn) -> Any:
    return commands.retire_service(actor=request.auth, service_code=code, reason=retire.reason, now=timezone.now())


@router.post("/menu/services/{code}/restore", response=answers(ServiceOut), summary="Put a retired service back on the menu")
@writes("dispatch")
def restore_service(request: Any, code: Code) -> Any:
    return commands.restore_service(actor=request.auth, service_code=code, now=timezone.now())


@router.post("/menu/communities/{community_id}/lines", response=answers(ServiceOut), summary="What a community makes of a service of the district")
@writes("dispatch")
def set_menu_line(request: Any, community_id: Annotated[int, Path(ge=1, le=MOST_ID)], line: LineIn) -> Any:
    kept = commands.set_menu_line(actor=request.auth, community_id=community_id, now=timezone.now(), **line.dict())
    return queries.with_line(kept.service, kept)
