"""Reads of proofs: the holder's list, the unit's queue and publicity, and what a stranger may see."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, QuerySet

from chunshui.areas import queries as areas
from chunshui.hours.models.proofs import Proof, ProofItem
from chunshui.hours.models.records import Record
from chunshui.hours.models.stars import Objection
from chunshui.hours.policies import proofs as policies
from chunshui.hours.states import EntryWay, RecordState
from chunshui.hours.states.proofs import NameShown, ProofState, is_number
from chunshui.kernel import clock, masking, paging
from chunshui.kernel.crypto import Unreadable
from chunshui.kernel.errors import NotFound
from chunshui.people import queries as people
from chunshui.people.states import STAFF

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

SIZE = 30


@dataclass(frozen=True)
class ProofPage:
    """A proof as its holder or the unit sees it."""

    proof: Proof
    records: list[Record]
    objections: list[Objection]
    is_own: bool
    can_accept: bool
    why_not: str
    number: str
    contact: str
    is_in_publicity: bool


@dataclass(frozen=True)
class Checked:
    """What a stranger reads who has number and code: no more than the holder allows."""

    number: str
    issuer: str
    issued_on: date
    publicity_until: date
    is_in_publicity: bool
    revoked_on: date | None
    reason: str
    name: str
    since: date
    until: date
    minutes: int | None
    services: int | None
    items: list[dict[str, Any]] = field(default_factory=list)


def visible_proof(actor: Person, proof_id: int, *, lock: bool = False) -> Proof:
    """The one way to reach a proof; missing and hidden look the same."""
    rows = Proof.objects.select_for_update(of=("self",)) if lock else Proof.objects.all()
    proof = rows.select_related("area", "person__volunteer", "sealed_for").filter(pk=proof_id).first()
    if proof is None or not policies.can_view_proof(actor, proof):
        raise NotFound
    return proof


def public_proof(proof_id: int, now: datetime, *, lock: bool = False) -> Proof:
    """A proof in publicity, for who objects to it."""
    rows = Proof.objects.select_for_update(of=("self",)) if lock else Proof.objects.all()
    proof = rows.select_related("area").filter(pk=proof_id, state=ProofState.ISSUED, publicity_until__gt=now).first()
    if proof is None:
        raise NotFound
    return proof


def proof_page(actor: Person, proof_id: int, now: datetime) -> ProofPage:
    proof = visible_proof(actor, proof_id)
    accept, is_own = policies.can_accept_proof(actor, proof), actor.pk == proof.person_id
    return ProofPage(
        proof=proof,
        records=list(records_in(proof)),
        objections=list(proof.objections.order_by("id")[:50]),
        is_own=is_own,
        can_accept=bool(accept),
        why_not=str(accept.reason),
        number=volunteer_number(proof.person),
        contact="" if is_own else people.contact_of(proof.person),
        is_in_publicity=in_publicity(proof, now),
    )


def in_publicity(proof: Proof, now: datetime) -> bool:
    return proof.state == ProofState.ISSUED and proof.publicity_until is not None and now < proof.publicity_until


def volunteer_number(person: Person) -> str:
    volunteer = people.volunteer_of(person)
    return volunteer.number if volunteer else ""


def records_in(proof: Proof) -> QuerySet[Record]:
    ids = ProofItem.objects.filter(proof=proof).values("record_id")
    return Record.objects.filter(pk__in=ids).select_related("area").order_by("started_at", "id")


def provable_records(person_id: int, area: Area, since: date, until: date) -> QuerySet[Record]:
    """A person's services that a unit recorded on these days and that count."""
    rows = Record.objects.filter(person_id=person_id, state=RecordState.EFFECTIVE, minutes__gt=0, area__path__startswith=area.path)
    rows = rows.exclude(entry_way=EntryWay.FORCED).filter(started_at__gte=clock.at(since), started_at__lt=clock.at(until, 24))
    return rows.select_related("area").order_by("started_at", "id")


def units_of(person_id: int) -> list[Area]:
    """Who can prove services of this person: the communities that recorded them, their streets, the district."""
    ids: set[int] = set()
    paths = Record.objects.filter(person_id=person_id, state=RecordState.EFFECTIVE).order_by().values_list("area__path", flat=True).distinct()
    for path in paths:
        ids |= {int(part) for part in path.strip("/").split("/")[:3]}
    found = [area for area in areas.areas_below(areas.district()) if area.pk in ids] if ids else []
    return sorted(found, key=lambda area: (-len(area.lineage), area.path))


def proofs_of(person: Person, cursor: str = "", *, size: int = SIZE) -> paging.Page[Proof]:
    """A person's own proofs, newest first."""
    return paging.page(Proof.objects.filter(person=person).select_related("area"), ["-id"], cursor, size)


def proof_queue(actor: Person, cursor: str = "", *, size: int = SIZE) -> paging.Page[Proof]:
    """What waits for the units in the actor's area, the oldest first."""
    rows = _staffs(actor).filter(state__in=[ProofState.REQUESTED, ProofState.ACCEPTED])
    return paging.page(rows, ["id"], cursor, size)


def issued_proofs(actor: Person, cursor: str = "", *, size: int = SIZE) -> paging.Page[Proof]:
    """The unit's book of proofs."""
    return paging.page(_staffs(actor).filter(state__in=[ProofState.ISSUED, ProofState.REVOKED]), ["-id"], cursor, size)


def _staffs(actor: Person) -> QuerySet[Proof]:
    if actor.acting.kind not in STAFF or not actor.acting.area_path or not actor.acting.confirmed:
        raise NotFound
    rows = Proof.objects.filter(area__path__startswith=actor.acting.area_path)
    return rows.select_related("area", "person").prefetch_related(Prefetch("objections", Objection.objects.filter(state="open"), to_attr="waiting"))


def published_proofs(area: Area | None, now: datetime, cursor: str = "", *, size: int = SIZE) -> paging.Page[Proof]:
    """Proofs in the publicity of a unit, for everybody who is signed in; names are masked."""
    rows = Proof.objects.filter(state=ProofState.ISSUED, publicity_until__gt=now)
    rows = rows.filter(area__path__startswith=area.path) if area else rows
    return paging.page(rows.select_related("area", "person"), ["-id"], cursor, size)


def signed_document(proof: Proof) -> dict[str, Any]:
    """The signed JSON as it was issued; NotFound before that, and once its holder was erased."""
    found: dict[str, Any] = json.loads(_opened(proof, proof.document_sealed, "document"))
    return found


def badge(proof: Proof) -> str:
    """The same as a JWT."""
    return _opened(proof, proof.badge_sealed, "badge")


def paper(proof: Proof) -> bytes:
    """The sealed PDF."""
    return base64.b64decode(_opened(proof, proof.paper_sealed, "paper"))


def _opened(proof: Proof, sealed: bytes | memoryview, part: str) -> str:
    if not sealed or proof.sealed_for is None:
        raise NotFound
    try:
        return people.unsealed_for(proof.sealed_for, bytes(sealed), f"proof:{proof.uid}:{part}")
    except Unreadable as error:
        raise NotFound from error


def checked(number: str, code: str, now: datetime) -> Checked | None:
    """The proof with this number and code; None for whatever does not fit, so that a number alone tells nothing."""
    if not is_number(number) or not code.isascii():
        return None
    rows = Proof.objects.filter(number=number, state__in=[ProofState.ISSUED, ProofState.REVOKED]).select_related("area", "person", "sealed_for")
    proof = rows.first()
    if proof is None or not hmac.compare_digest(proof.code, code):
        return None
    try:
        service = signed_document(proof)["credentialSubject"]["volunteerService"]
    except NotFound:
        return None
    assert proof.issued_at is not None
    assert proof.publicity_until is not None
    name = service["volunteer"]["name"]
    return Checked(
        number=number,
        issuer=service["issuer"]["name"],
        issued_on=clock.today(proof.issued_at),
        publicity_until=clock.today(proof.publicity_until),
        is_in_publicity=in_publicity(proof, now),
        revoked_on=clock.today(proof.ended_at) if proof.state == ProofState.REVOKED and proof.ended_at else None,
        reason=proof.reason,
        name=name if proof.name_shown == NameShown.FULL else masking.name(name),
        since=proof.since,
        until=proof.until,
        minutes=proof.minutes if proof.shows_hours else None,
        services=proof.services if proof.shows_hours else None,
        items=service["service"]["items"] if proof.shows_items else [],
    )


def revoked_proofs() -> Sequence[Proof]:
    """Every proof that was taken back after its issue."""
    return list(Proof.objects.filter(state=ProofState.REVOKED).order_by("ended_at", "id"))


def proofs_naming(record_id: int) -> list[int]:
    """Issued proofs that name a record."""
    rows = ProofItem.objects.filter(record_id=record_id, proof__state=ProofState.ISSUED)
    return list(rows.order_by("proof_id").values_list("proof_id", flat=True))
