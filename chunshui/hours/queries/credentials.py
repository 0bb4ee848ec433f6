"""A proof in the words that are signed: an Open Badges 3.0 credential that holds the four blocks of 民发〔2015〕149号."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from chunshui.hours.models.proofs import Proof
from chunshui.hours.models.records import Record
from chunshui.hours.queries.proofs import volunteer_number
from chunshui.hours.queries.signing import issuer_id
from chunshui.kernel import clock
from chunshui.people import queries as people
from chunshui.people.states import IdKind

if TYPE_CHECKING:
    from chunshui.people.models import Person

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    {"volunteerService": {"@id": "urn:chunshui:volunteer-service", "@type": "@json"}},
]
NOT_NATIONAL = "本证明由出具单位依据自己记录的志愿服务出具，不是全国志愿服务信息系统的证明。"
NOT_NATIONAL_EN = "Issued by the unit named, from the services that it recorded itself; it is not the proof of the national volunteer service system."
LIST_TYPE = "1EdTechRevocationList"


def credential(proof: Proof, records: Sequence[Record], *, key: str, person_in_charge: str, handler: Person) -> dict[str, Any]:
    """What is signed. Chinese is the text in force, English stands beside it."""
    assert proof.issued_at is not None
    unit, title = proof.area, f"志愿服务记录证明（{proof.area.name}出具）"
    return {
        "@context": CONTEXT,
        "id": f"urn:uuid:{proof.uid}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer_id(key), "type": ["Profile"], "name": unit.name, **({"url": settings.SITE_URL} if settings.SITE_URL else {})},
        "validFrom": _moment(proof.issued_at),
        "name": title,
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": volunteer_number(proof.person), "identityType": "identifier"},
            ],
            "activityStartDate": _moment(clock.at(proof.since)),
            "activityEndDate": _moment(clock.at(proof.until, 24)),
            "achievement": _achievement(proof),
            "volunteerService": _service(proof, records, title, person_in_charge, handler),
        },
        **_status(),
    }


def _achievement(proof: Proof) -> dict[str, Any]:
    hours, minutes = divmod(proof.minutes, 60)
    return {
        "id": f"urn:chunshui:achievement:{proof.area.code}:{proof.since}:{proof.until}",
        "type": ["Achievement"],
        "achievementType": "CommunityService",
        "name": "志愿服务 / Volunteer service",
        "description": f"{proof.services} 次，{hours} 小时 {minutes} 分钟 / {proof.services} services, {hours} h {minutes} min",
        "criteria": {"narrative": f"{NOT_NATIONAL} {NOT_NATIONAL_EN}"},
    }


def _service(proof: Proof, records: Sequence[Record], title: str, person_in_charge: str, handler: Person) -> dict[str, Any]:
    """Volunteer, service, issuer, other: the four blocks."""
    person, unit = proof.person, proof.area
    assert proof.issued_at is not None
    assert proof.publicity_until is not None
    return {
        "title": title,
        "titleEn": f"Proof of Volunteer Service Records (issued by {unit.name_en or unit.name})",
        "volunteer": {
            "name": person.name,
            "idKind": str(IdKind(person.id_kind).value) if person.id_kind else "",
            "idNumber": people.identity_of(person),
            "volunteerNumber": volunteer_number(person),
        },
        "service": {
            "since": proof.since.isoformat(),
            "until": proof.until.isoformat(),
            "minutes": proof.minutes,
            "services": proof.services,
            "items": [_item(record) for record in records],
        },
        "issuer": {
            "name": unit.name,
            "nameEn": unit.name_en,
            "personInCharge": person_in_charge,
            "handler": handler.name,
            "contact": unit.phone or settings.HOTLINE,
        },
        "other": {
            "number": proof.number,
            "issuedOn": _day(proof.issued_at),
            "publicityUntil": _day(proof.publicity_until),
            "purpose": proof.purpose,
            "remark": NOT_NATIONAL,
            "remarkEn": NOT_NATIONAL_EN,
        },
    }


def _item(record: Record) -> dict[str, Any]:
    return {"day": _day(record.started_at), "title": record.title, "place": record.area.name, "minutes": record.minutes}


def _status() -> dict[str, Any]:
    """Where the list of revoked credentials is, when the site has an address."""
    if not settings.SITE_URL:
        return {}
    return {"credentialStatus": {"id": f"{settings.SITE_URL}/proofs/revoked.json", "type": LIST_TYPE}}


def with_claims(document: dict[str, Any], issued_at: datetime) -> dict[str, Any]:
    """The claims that a JWT wants beside the credential."""
    claims = {"iss": document["issuer"]["id"], "jti": document["id"], "nbf": int(issued_at.timestamp())}
    return {**document, **claims}


def revocation_list(proofs: Sequence[Proof], *, key: str, now: datetime) -> dict[str, Any]:
    """What is signed of everything that was taken back: ids and days, no person, no number, no reason."""
    rows = [{"id": f"urn:uuid:{proof.uid}", "revoked": True, "revokedOn": _day(proof.ended_at or now)} for proof in proofs]
    return {
        "@context": CONTEXT[:2],
        "id": f"{settings.SITE_URL}/proofs/revoked.json" if settings.SITE_URL else "urn:chunshui:revoked",
        "type": LIST_TYPE,
        "issuer": issuer_id(key),
        "issuedAt": _moment(now),
        "revokedCredential": rows,
    }


def _moment(value: datetime) -> str:
    return clock.local(value).isoformat(timespec="seconds")


def _day(value: datetime | date) -> str:
    return clock.today(value).isoformat() if isinstance(value, datetime) else value.isoformat()
