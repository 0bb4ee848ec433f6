"""The verbs of proofs: asked for, accepted, issued with a signature and published in the unit; revoked when it was not right."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.hours import events
from chunshui.hours.adapters import paper
from chunshui.hours.commands.signing import signing_key
from chunshui.hours.models.proofs import Proof, ProofItem
from chunshui.hours.models.records import Record
from chunshui.hours.models.stars import Objection
from chunshui.hours.policies import proofs as policies
from chunshui.hours.queries import credentials, signing
from chunshui.hours.queries import proofs as queries
from chunshui.hours.states.proofs import (
    MOST_ITEMS,
    MOST_PURPOSE,
    PROOF_PUBLICITY,
    PROOF_STEPS,
    WAITING_PROOFS,
    NameShown,
    ProofLanguage,
    ProofState,
    new_code,
    new_number,
)
from chunshui.hours.states.stars import ObjectionState
from chunshui.kernel import clock, throttle
from chunshui.kernel.errors import NotFound, Refused, Text
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.people import queries as people
from chunshui.verify import sealed_pdf
from chunshui.verify import signing as signatures

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

MOST_WRONG, WINDOW = 30, timedelta(hours=1)
MOST_WAITING = 5


@transaction.atomic
def request_proof(
    *,
    actor: Person,
    area_id: int,
    since: date,
    until: date,
    purpose: str,
    language: str,
    now: datetime,
    record_ids: Sequence[int] = (),
) -> Proof:
    """Ask the unit that recorded one's services to prove them; without a choice all of the period."""
    area = areas.visible_area(area_id)
    _check_period(since, until, now)
    if not purpose.strip():
        raise _fault("purpose", _("请写明用途。"), "purpose_missing")
    if Proof.objects.filter(person=actor, state__in=WAITING_PROOFS).count() >= MOST_WAITING:
        raise Refused(_("您有 %(many)d 份证明还在办，办完再申请。") % {"many": MOST_WAITING}, code="too_many")
    records = _chosen(actor, area, since, until, record_ids)
    values = {"purpose": purpose.strip()[:MOST_PURPOSE], "language": ProofLanguage(language), "requested_at": now}
    sums = {"minutes": sum(record.minutes for record in records), "services": len(records)}
    proof = Proof.objects.create(person=actor, area=area, since=since, until=until, **values, **sums)
    ProofItem.objects.bulk_create([ProofItem(proof=proof, record=record) for record in records])
    _tell(events.PROOF_REQUESTED, proof, actor, now)
    return proof


@transaction.atomic
def withdraw_proof(*, actor: Person, proof_id: int, now: datetime) -> Proof:
    """The holder does not want it any more."""
    proof = queries.visible_proof(actor, proof_id, lock=True)
    policies.can_withdraw_proof(actor, proof).or_refuse()
    return end_proof(proof, "withdraw", actor, "", now)


@transaction.atomic
def accept_proof(*, actor: Person, proof_id: int, now: datetime) -> Proof:
    """The unit takes the request on."""
    proof = queries.visible_proof(actor, proof_id, lock=True)
    policies.can_accept_proof(actor, proof).or_refuse()
    take(proof, PROOF_STEPS, "accept")
    proof.accepted_by, proof.accepted_at = actor, now
    proof.save(update_fields=["state", "accepted_by", "accepted_at"])
    _tell(events.PROOF_ACCEPTED, proof, actor, now)
    return proof


@transaction.atomic
def refuse_proof(*, actor: Person, proof_id: int, reason: str, now: datetime) -> Proof:
    """The unit cannot prove this, and says why."""
    proof = queries.visible_proof(actor, proof_id, lock=True)
    policies.can_refuse_proof(actor, proof).or_refuse()
    return end_proof(proof, "refuse", actor, _written(reason, "reason"), now)


@transaction.atomic
def issue_proof(*, actor: Person, proof_id: int, person_in_charge: str, site: str, now: datetime) -> Proof:
    """Give it a number, sign it, make the paper, and hold it up in the unit for some days.

    `site` is the address that the check link begins with where the settings name none.
    """
    proof = queries.visible_proof(actor, proof_id, lock=True)
    policies.can_issue_proof(actor, proof).or_refuse()
    person_in_charge = _written(person_in_charge, "person_in_charge")[:20]
    take(proof, PROOF_STEPS, "issue")
    records = list(queries.records_in(proof))
    _check_still_counting(proof, records)
    days: int = areas.rule(PROOF_PUBLICITY, proof.area, now)
    proof.number, proof.code = _free_number(clock.today(now).year), new_code()
    proof.issued_by, proof.issued_at = actor, now
    proof.publicity_until = clock.at(clock.today(now) + timedelta(days=days), 24)
    _sign(proof, records, actor, person_in_charge, settings.SITE_URL or site.rstrip("/"), now)
    proof.save()
    _tell(events.PROOF_ISSUED, proof, actor, now, number=proof.number, until=clock.today(proof.publicity_until).isoformat())
    return proof


@transaction.atomic
def show_proof(*, actor: Person, proof_id: int, name_shown: str, shows_hours: bool, shows_items: bool, now: datetime) -> Proof:
    """The holder says what a stranger reads who checks the proof."""
    proof = queries.visible_proof(actor, proof_id, lock=True)
    policies.can_show_proof(actor, proof).or_refuse()
    proof.name_shown, proof.shows_hours, proof.shows_items = NameShown(name_shown), shows_hours, shows_items
    proof.save(update_fields=["name_shown", "shows_hours", "shows_items"])
    _tell(events.PROOF_SHOWN, proof, actor, now, name_shown=str(proof.name_shown), shows_hours=shows_hours, shows_items=shows_items)
    return proof


@transaction.atomic
def revoke_proof(*, actor: Person, proof_id: int, reason: str, now: datetime) -> Proof:
    """Take an issued proof back; its number then answers that it is revoked."""
    proof = queries.visible_proof(actor, proof_id, lock=True)
    policies.can_revoke_proof(actor, proof).or_refuse()
    return end_proof(proof, "revoke", actor, _written(reason, "reason"), now)


@transaction.atomic
def object_to_proof(*, actor: Person, proof_id: int, words: str, now: datetime) -> Objection:
    """Say that a proof in publicity is not right."""
    proof = queries.public_proof(proof_id, now, lock=True)
    policies.can_object_to_proof(actor, proof).or_refuse()
    if proof.objections.filter(by_id=actor.pk, state=ObjectionState.OPEN).exists():
        raise Refused(_("您提过了，正在处理。"), code="one_at_a_time")
    row = Objection.objects.create(proof=proof, by=actor, words=_written(words, "words")[:500], at=now)
    _tell(events.PROOF_OBJECTED, proof, actor, now, objection_id=row.pk)
    return row


@transaction.atomic
def revoke_proofs_naming(*, record_id: int, now: datetime) -> int:
    """A record was struck: issued proofs that name it say what is no longer so; returns how many fell."""
    ids = queries.proofs_naming(record_id)
    for proof in Proof.objects.select_for_update(of=("self",)).filter(pk__in=ids, state=ProofState.ISSUED).select_related("area").order_by("pk"):
        end_proof(proof, "revoke", None, gettext("证明里的一条服务记录已作废，可以重新申请。"), now)
    return len(ids)


@transaction.atomic
def forget_proofs_of(*, person_id: int, now: datetime) -> None:
    """Who is erased takes the signed documents along; what was issued is revoked, so that no copy counts any more."""
    for proof in Proof.objects.select_for_update(of=("self",)).filter(person_id=person_id).select_related("area").order_by("pk"):
        if proof.state == ProofState.ISSUED:
            end_proof(proof, "revoke", None, "", now)
        elif proof.state in WAITING_PROOFS:
            end_proof(proof, "withdraw", None, "", now)
        proof.document_sealed = proof.badge_sealed = proof.paper_sealed = b""
        proof.purpose, proof.shows_items = "", False
        proof.save(update_fields=["document_sealed", "badge_sealed", "paper_sealed", "purpose", "shows_items"])


def look_up_proof(*, number: str, code: str, address: str, now: datetime) -> queries.Checked:
    """What a stranger may read; raises NotFound for what does not fit, and counts it, so that codes cannot be tried out."""
    found = queries.checked(number, code, now)
    if found is None:
        throttle.count(f"proof:{address}", now=now, most=MOST_WRONG, per=WINDOW)
        raise NotFound
    return found


def end_proof(proof: Proof, verb: str, actor: Person | None, reason: str, now: datetime) -> Proof:
    """Refuse, withdraw or revoke a proof that the caller holds locked."""
    take(proof, PROOF_STEPS, verb)
    proof.ended_by, proof.ended_at, proof.reason = actor, now, reason[:200]
    proof.save(update_fields=["state", "ended_by", "ended_at", "reason"])
    if verb == "withdraw":
        _tell(events.PROOF_WITHDRAWN, proof, actor, now)
    elif verb == "refuse":
        _tell(events.PROOF_REFUSED, proof, actor, now, reason=proof.reason)
    else:
        _tell(events.PROOF_REVOKED, proof, actor, now, number=proof.number, reason=proof.reason)
    return proof


def _chosen(actor: Person, area: Area, since: date, until: date, record_ids: Sequence[int]) -> list[Record]:
    """One's own services of the period that the unit recorded; anything else in the choice is refused without saying what it is."""
    rows = queries.provable_records(actor.pk, area, since, until)
    records = list((rows.filter(pk__in=record_ids) if record_ids else rows)[: MOST_ITEMS + 1])
    if len(records) < len(set(record_ids)):
        raise _fault("record_ids", _("只能选自己的、这段时间里由这个单位记录的服务。"), "not_provable")
    if not records:
        raise _fault("since", _("这段时间里，这个单位没有记录您的有效服务。"), "nothing_to_prove")
    if len(records) > MOST_ITEMS:
        raise _fault("since", _("一份证明最多写 %(most)d 次服务，请缩短时间。") % {"most": MOST_ITEMS}, "too_many_records")
    return records


def _check_period(since: date, until: date, now: datetime) -> None:
    if until < since:
        raise _fault("until", _("结束日期不能早于开始日期。"), "ends_before_start")
    if until > clock.today(now):
        raise _fault("until", _("只能证明已经做过的服务。"), "in_the_future")


def _check_still_counting(proof: Proof, records: Sequence[Record]) -> None:
    """Between request and issue a record may have been struck."""
    provable = queries.provable_records(proof.person_id, proof.area, proof.since, proof.until)
    if provable.filter(pk__in=[record.pk for record in records]).count() < proof.services or not records:
        raise Refused(_("申请以后有服务记录作废了，请本人重新申请。"), code="records_changed")


def _free_number(year: int) -> str:
    for _try in range(20):
        number = new_number(year)
        if not Proof.objects.filter(number=number).exists():
            return number
    raise Refused(_("没有取到编号，请再试一次。"), code="no_number")


def _sign(proof: Proof, records: Sequence[Record], actor: Person, person_in_charge: str, site: str, now: datetime) -> None:
    """The document, its JWT and the paper, sealed under the holder's key."""
    key = signing_key(now=now)
    seed = signing.seed_of(key)
    plain = credentials.credential(proof, records, key=key.name, person_in_charge=person_in_charge, handler=actor)
    issuer = plain["issuer"]["id"]
    signed = signatures.sign(plain, seed=seed, issuer=issuer, created=now)
    attached = json.dumps(signed, ensure_ascii=False, separators=(",", ":"))
    link = f"{site}/proofs/check/{proof.number}/{proof.code}/"
    service = plain["credentialSubject"]["volunteerService"]
    sheet = paper.draw(service, link=link, code=proof.code, attached=attached, language=proof.language, made=now)
    parts = {
        "document": attached,
        "badge": signatures.jwt(credentials.with_claims(plain, now), seed=seed, issuer=issuer),
        "paper": base64.b64encode(sealed_pdf.seal(sheet, seed)).decode(),
    }
    proof.sealed_for = proof.person
    for part, text in parts.items():
        setattr(proof, f"{part}_sealed", people.sealed_for(proof.person, text, f"proof:{proof.uid}:{part}"))


def _written(words: str, field: str) -> str:
    if not words.strip():
        raise _fault(field, _("这一项要写。"), "missing")
    return words.strip()


def _fault(field: str, text: Text, code: str) -> Refused:
    return Refused(text, code=code, fields={field: text})


def _tell(name: str, proof: Proof, actor: Person | None, now: datetime, **data: object) -> None:
    about = {"person_id": proof.person_id, **data}
    emit(name, subject="proof", subject_id=proof.pk, actor=actor, at=now, area_id=proof.area_id, **about)
