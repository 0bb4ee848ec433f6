"""Proofs of service records in JSON; the signed files as they are."""

from base64 import b64encode
from datetime import date, datetime
from typing import Annotated, Any

from django.utils import timezone
from ninja import Path, Query, Router, Schema

from chunshui.hours import commands, queries
from chunshui.hours.states import NameShown, ProofLanguage
from chunshui.kernel.rest import MOST_ID, Day, Done, Flag, Given, Id, Line, Lines, Short, answers, done, in_range, listed, reads, writes

router = Router(tags=["proofs"])
ProofId = Annotated[int, Path(ge=1, le=MOST_ID)]
Cursor = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=100)]


class ProofOut(Schema):
    """`number` and `publicity_until` come with the issue."""

    id: int
    state: str
    area_id: int
    since: date
    until: date
    purpose: str
    language: str
    minutes: int
    services: int
    number: str | None
    issued_at: datetime | None
    publicity_until: datetime | None
    reason: str


class Proofs(Schema):
    items: list[ProofOut]
    next: str
    previous: str


class ProofFilesOut(Schema):
    """The signed credential, the same as JWT, and the sealed PDF in base64."""

    credential: dict[str, Any]
    jwt: str
    pdf: str


class ProofIn(Given):
    """Without `record_ids` every service of the period that the unit recorded."""

    area_id: Id
    since: Day
    until: Day
    purpose: Short
    language: ProofLanguage = ProofLanguage.CHINESE
    record_ids: list[Id] = []


class IssueIn(Given):
    person_in_charge: Short


class ShownIn(Given):
    """What a stranger reads who checks the proof."""

    name_shown: NameShown
    shows_hours: Flag
    shows_items: Flag


class ProofReasonIn(Given):
    reason: Line


class ProofObjectionIn(Given):
    words: Lines


@router.get("/proofs", response=answers(Proofs), summary="My proofs, newest first")
@reads()
def my_proofs(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.proofs_of(request.auth, cursor, size=limit))


@router.post("/proofs", response=answers(Done), summary="Ask the unit that recorded my services to prove them")
@writes("serve")
def request_proof(request: Any, proof: ProofIn) -> Any:
    in_range(proof.since, proof.until)
    return done(commands.request_proof(actor=request.auth, now=timezone.now(), **proof.dict()))


@router.get("/proofs/queue", response=answers(Proofs), summary="Requests that wait in my area, the oldest first")
@reads("people")
def proof_queue(request: Any, cursor: Cursor = "", limit: Limit = 30) -> Any:
    return listed(queries.proof_queue(request.auth, cursor, size=limit))


@router.get("/proofs/{proof_id}", response=answers(ProofOut), summary="One proof, for its holder and the unit")
@reads()
def proof(request: Any, proof_id: ProofId) -> Any:
    return queries.visible_proof(request.auth, proof_id)


@router.get("/proofs/{proof_id}/files", response=answers(ProofFilesOut), summary="The signed files of an issued proof")
@reads("people")
def proof_files(request: Any, proof_id: ProofId) -> Any:
    row = queries.visible_proof(request.auth, proof_id)
    return {"credential": queries.signed_document(row), "jwt": queries.badge(row), "pdf": b64encode(queries.paper(row)).decode()}


@router.post("/proofs/{proof_id}/withdraw", response=answers(Done), summary="Take my request back")
@writes("serve")
def withdraw_proof(request: Any, proof_id: ProofId) -> Any:
    return done(commands.withdraw_proof(actor=request.auth, proof_id=proof_id, now=timezone.now()))


@router.post("/proofs/{proof_id}/show", response=answers(Done), summary="Choose what a stranger reads")
@writes("serve")
def show_proof(request: Any, proof_id: ProofId, shown: ShownIn) -> Any:
    return done(commands.show_proof(actor=request.auth, proof_id=proof_id, now=timezone.now(), **shown.dict()))


@router.post("/proofs/{proof_id}/accept", response=answers(Done), summary="The unit takes the request on")
@writes("people")
def accept_proof(request: Any, proof_id: ProofId) -> Any:
    return done(commands.accept_proof(actor=request.auth, proof_id=proof_id, now=timezone.now()))


@router.post("/proofs/{proof_id}/issue", response=answers(Done), summary="Number, sign and publish")
@writes("people")
def issue_proof(request: Any, proof_id: ProofId, issue: IssueIn) -> Any:
    site = request.build_absolute_uri("/")
    person = issue.person_in_charge
    return done(commands.issue_proof(actor=request.auth, proof_id=proof_id, person_in_charge=person, site=site, now=timezone.now()))


@router.post("/proofs/{proof_id}/refuse", response=answers(Done), summary="Not to be proved, with a reason")
@writes("people")
def refuse_proof(request: Any, proof_id: ProofId, reason: ProofReasonIn) -> Any:
    return done(commands.refuse_proof(actor=request.auth, proof_id=proof_id, reason=reason.reason, now=timezone.now()))


@router.post("/proofs/{proof_id}/revoke", response=answers(Done), summary="Take an issued proof back")
@writes("people")
def revoke_proof(request: Any, proof_id: ProofId, reason: ProofReasonIn) -> Any:
    return done(commands.revoke_proof(actor=request.auth, proof_id=proof_id, reason=reason.reason, now=timezone.now()))


@router.post("/proofs/{proof_id}/object", response=answers(Done), summary="Object to a proof that is published")
@writes("needs")
def object_to_proof(request: Any, proof_id: ProofId, objection: ProofObjectionIn) -> Any:
    return done(commands.object_to_proof(actor=request.auth, proof_id=proof_id, words=objection.words, now=timezone.now()))
