"""Records of people in JSON: found, added, corrected, placed, and their sealed values read for a reason."""

from datetime import date
from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Query, Router, Schema

from chunshui.kernel.rest import Day, Flag, Given, Id, Latitude, Line, Longitude, Short, answers, in_range, listed, reads, writes
from chunshui.people import commands, queries
from chunshui.people.api.shapes import AddressIn, Cursor, Limit, PersonId, Search, SexCode
from chunshui.people.states import Channel, FocusGroup, RelationKind, RevealField

router = Router(tags=["people"])


class PersonOut(Schema):
    """The phone is masked, the address without what leads to the door; `POST /people/{id}/reveal` shows one value for a reason."""

    id: int
    name: str
    sex: int
    born_on: date | None
    phone: str
    address: str
    area_id: int | None
    community_id: int | None
    focus_groups: list[str]
    is_volunteer: bool


class FoundOut(Schema):
    """A line of a list: name and phone are masked."""

    id: int
    name: str
    phone: str
    community_id: int | None
    focus_groups: list[str]


class Found(Schema):
    items: list[FoundOut]
    next: str
    previous: str


class PersonIn(Given):
    """Someone recorded by a worker or a relative, without an account; a relative becomes their helper."""

    name: Short
    phone: Short = ""
    area_id: Id
    sex: SexCode = 0
    born_on: Day | None = None
    address: Line = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    focus_groups: list[FocusGroup] = []
    consent_note: Line
    channel: Channel = Channel.PHONE
    phone_is_own: Flag = False
    relation: RelationKind = RelationKind.FAMILY


class ChangeIn(Given):
    """What is not named stays. The phone of an account changes on its owner's page, by a code sent to the new one."""

    name: Short = ""
    phone: Short = ""
    sex: SexCode = 0
    born_on: Day | None = None
    language: Literal["zh-hans", "en"] = "zh-hans"
    focus_groups: list[FocusGroup] = []


class RevealIn(Given):
    field: RevealField
    reason: Line


class Revealed(Schema):
    value: str


def person_out(person: Any) -> PersonOut:
    plain: dict[str, Any] = {name: getattr(person, name) for name in ("name", "sex", "born_on", "area_id", "community_id", "focus_groups")}
    masked: dict[str, Any] = {"phone": queries.contact_of(person), "address": queries.address_of(person)}
    return PersonOut(id=person.pk, is_volunteer=queries.is_volunteer(person), **plain, **masked)


def found_out(person: Any) -> FoundOut:
    masked = {"name": person.masked_name, "phone": queries.contact_of(person)}
    return FoundOut(id=person.pk, community_id=person.community_id, focus_groups=person.focus_groups, **masked)


@router.get("/people", response=answers(Found), summary="People within my reach: of the staff's area, or oneself and whom one helps")
@reads("people")
def find_people(request: Any, q: Search = "", cursor: Cursor = "", limit: Limit = 30) -> Any:
    """`q`: a name (two characters are enough), the last four digits of a phone, a whole phone, or a volunteer number."""
    return listed(queries.find_people(request.auth, q, cursor, size=limit), found_out)


@router.get("/residents", response=answers(Found), summary="The residents of the staff's area, by focus group")
@reads("people")
def residents(request: Any, q: Search = "", focus: Annotated[FocusGroup | None, Query()] = None, cursor: Cursor = "", limit: Limit = 30) -> Any:
    area = queries.staff_area(request.auth)
    return listed(queries.residents_of(request.auth, area, q, focus.value if focus else "", cursor, size=limit), found_out)


@router.get("/people/{person_id}", response=answers(PersonOut), summary="One person")
@reads("people")
def get_person(request: Any, person_id: PersonId) -> Any:
    return person_out(queries.visible_person(request.auth, person_id))


@router.post("/people", response=answers(PersonOut), summary="Record a resident who has no account")
@writes("people")
def add_person(request: Any, person: PersonIn) -> Any:
    in_range(person.born_on)
    given: dict[str, Any] = person.dict()
    return person_out(commands.add_person(actor=request.auth, now=timezone.now(), **given))


@router.post("/people/{person_id}/change", response=answers(PersonOut), summary="Correct a record")
@writes("people")
def change_person(request: Any, person_id: PersonId, changes: ChangeIn) -> Any:
    in_range(changes.born_on)
    return person_out(commands.change_person(actor=request.auth, person_id=person_id, now=timezone.now(), **changes.named()))


@router.post("/people/{person_id}/address", response=answers(PersonOut), summary="Where somebody lives")
@writes("people")
def set_address(request: Any, person_id: PersonId, place: AddressIn) -> Any:
    return person_out(commands.set_address(actor=request.auth, person_id=person_id, now=timezone.now(), **place.dict()))


@router.post("/people/{person_id}/reveal", response=answers(Revealed), summary="Read one sealed value; logged, and visible to the person")
@writes("people")
def reveal(request: Any, person_id: PersonId, reveal: RevealIn) -> Any:
    return Revealed(value=commands.reveal(actor=request.auth, person_id=person_id, now=timezone.now(), **reveal.dict()))
