"""Consents: given separately, to a version of a text, and taken back as easily."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.events import emit
from chunshui.people import events, policies, queries
from chunshui.people.commands import records
from chunshui.people.models import Consent, ConsentText, Person
from chunshui.people.states import Channel, ConsentKind


@transaction.atomic
def give_consent(*, actor: Person, person_id: int, kind: str, channel: str, now: datetime, note: str = "") -> Consent:
    """Agree to the text of a kind that is in force; given for somebody else, a note says how they agreed."""
    person = queries.visible_person(actor, person_id)
    policies.can_give_consent(actor, person).or_refuse()
    if kind not in ConsentKind.values or channel not in Channel.values:
        raise Refused(_("没有这种同意书。"), code="unknown_consent")
    if actor.pk != person.pk and not note.strip():
        text = _("请写明本人怎么同意的，例如“电话里口头同意”。")
        raise Refused(text, code="consent_note", fields={"note": text})
    return record(person, kind, actor, channel, now, note)


def record(person: Person, kind: str, given_by: Person, channel: str, now: datetime, note: str = "") -> Consent:
    """Write a consent once; the caller has asked the policy."""
    text = publish_text(kind=kind, now=now)
    values = {"given_by": given_by, "channel": channel, "note": note.strip()[:200], "given_at": now}
    consent, made = Consent.objects.get_or_create(person=person, text=text, withdrawn_at=None, defaults=values)
    if made:
        data = {"kind": kind, "version": text.version, "channel": channel}
        emit(events.CONSENT_GIVEN, subject="person", subject_id=person.pk, actor=given_by, at=now, area_id=person.area_id, **data)
    return consent


@transaction.atomic
def publish_text(*, kind: str, now: datetime) -> ConsentText:
    """The text of a kind that is in force, as a row that consents can point to; written at its first use."""
    return _kept(queries.text_in_force(kind, clock.today(now)))


def _kept(text: ConsentText) -> ConsentText:
    if not text._state.adding:
        return text
    values = {"body": text.body, "body_en": text.body_en, "effective_on": text.effective_on}
    row, _made = ConsentText.objects.get_or_create(kind=text.kind, version=text.version, defaults=values)
    return row


@transaction.atomic
def withdraw_consent(*, actor: Person, person_id: int, kind: str, now: datetime) -> None:
    """Take a consent back; what was done before stays lawful."""
    person = queries.visible_person(actor, person_id)
    policies.can_withdraw_consent(actor, person).or_refuse()
    gone = Consent.objects.filter(person=person, text__kind=kind, withdrawn_at=None).update(withdrawn_at=now)
    if not gone:
        raise NotFound
    if kind == ConsentKind.ADDRESS:
        _forget_address(person)
    emit(events.CONSENT_WITHDRAWN, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=person.area_id, kind=kind)


def _forget_address(person: Person) -> None:
    """The address goes; the community stays, and its middle stands for the door on the map."""
    area = person.community or person.area
    person.latitude, person.longitude = (area.latitude, area.longitude) if area is not None else (None, None)
    person.save(update_fields=["latitude", "longitude"])
    records.seal(person, "address", "")
