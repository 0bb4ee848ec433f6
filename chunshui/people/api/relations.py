"""Who may speak for whom, and what people agreed to, in JSON."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Router, Schema

from chunshui.kernel.rest import Given, Id, Line, Short, answers, reads, writes
from chunshui.people import commands, queries
from chunshui.people.api.shapes import PersonId, RowId, Told
from chunshui.people.states import Channel, ConsentKind, RelationKind

router = Router(tags=["people"])


class RelationOut(Schema):
    """`helper` may order, confirm and rate for `person`."""

    id: int
    kind: str
    person_id: int
    person: str
    helper_id: int
    helper: str
    agreed_at: datetime


class Relations(Schema):
    helpers: list[RelationOut]
    helped: list[RelationOut]


class RelationIn(Given):
    helper_id: Id
    kind: RelationKind


class HelperIn(Given):
    phone: Short
    kind: RelationKind


class ConsentOut(Schema):
    """`given_at` empty: not agreed to."""

    kind: str
    label: str
    text: str
    version: int
    given_at: datetime | None
    given_by: str


class ConsentIn(Given):
    """Given for somebody else, `note` says how they agreed."""

    kind: ConsentKind
    channel: Channel = Channel.SELF
    note: Line = ""


class WithdrawIn(Given):
    kind: ConsentKind


def _relation(row: Any) -> RelationOut:
    names = {"person": row.person.masked_name, "helper": row.helper.masked_name}
    return RelationOut(id=row.pk, kind=row.kind, person_id=row.person_id, helper_id=row.helper_id, agreed_at=row.agreed_at, **names)


@router.get("/people/{person_id}/relations", response=answers(Relations), summary="Who speaks for a person, and for whom the person speaks")
@reads("people")
def relations(request: Any, person_id: PersonId) -> Any:
    person = queries.visible_person(request.auth, person_id)
    helpers = [_relation(row) for row in queries.relations_of(person)]
    return {"helpers": helpers, "helped": [_relation(row) for row in queries.helped_by(person)]}


@router.post("/people/{person_id}/relations", response=answers(RelationOut), summary="Somebody known may speak for a person")
@writes("people")
def add_relation(request: Any, person_id: PersonId, relation: RelationIn) -> Any:
    return _relation(commands.add_relation(actor=request.auth, person_id=person_id, now=timezone.now(), **relation.dict()))


@router.post("/people/{person_id}/helpers", response=answers(RelationOut), summary="Name a helper by phone")
@writes("people")
def name_helper(request: Any, person_id: PersonId, helper: HelperIn) -> Any:
    return _relation(commands.name_helper(actor=request.auth, person_id=person_id, now=timezone.now(), **helper.dict()))


@router.post("/relations/{relation_id}/end", response=answers(Told), summary="Either side ends it")
@writes("people")
def end_relation(request: Any, relation_id: RowId) -> Any:
    commands.end_relation(actor=request.auth, relation_id=relation_id, now=timezone.now())
    return Told()


@router.get("/people/{person_id}/consents", response=answers(list[ConsentOut]), summary="Every text in force, and whether it was agreed to")
@reads("people")
def consents(request: Any, person_id: PersonId) -> Any:
    person = queries.visible_person(request.auth, person_id)
    return [_consent(line) for line in queries.consent_lines(person, timezone.now())]


def _consent(line: Any) -> ConsentOut:
    given = line.given
    who = {"given_at": given.given_at, "given_by": given.given_by.masked_name} if given else {"given_at": None, "given_by": ""}
    return ConsentOut(kind=line.kind, label=line.label, text=line.body, version=line.version, **who)


@router.post("/people/{person_id}/consents", response=answers(Told), summary="Agree to the text in force")
@writes("people")
def give_consent(request: Any, person_id: PersonId, consent: ConsentIn) -> Any:
    commands.give_consent(actor=request.auth, person_id=person_id, now=timezone.now(), **consent.dict())
    return Told()


@router.post("/people/{person_id}/consents/withdraw", response=answers(Told), summary="Take a consent back; what was done before stays lawful")
@writes("people")
def withdraw_consent(request: Any, person_id: PersonId, consent: WithdrawIn) -> Any:
    commands.withdraw_consent(actor=request.auth, person_id=person_id, kind=consent.kind, now=timezone.now())
    return Told()
