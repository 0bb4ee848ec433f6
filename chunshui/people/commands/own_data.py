"""A person's rights over the own record: who saw it, a copy of it, its end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from chunshui.areas import queries as areas
from chunshui.kernel import choices
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import can_take, take
from chunshui.people import events, policies, queries
from chunshui.people.commands import merging
from chunshui.people.models import (
    AccessToken,
    Consent,
    Credential,
    Person,
    PersonalKey,
    PersonToken,
    Relation,
    Reveal,
    Role,
    SignInSession,
    Volunteer,
)
from chunshui.people.states import STEPS, RevealField

ERASED_NAME = "已注销"


@transaction.atomic
def reveal(*, actor: Person, person_id: int, field: str, reason: str, now: datetime) -> str:
    """Show one sealed value once; who, in which role and why is kept, and shown to the person."""
    person = queries.visible_person(actor, person_id)
    policies.can_reveal(actor, person).or_refuse()
    if field not in RevealField.values:
        raise Refused(_("没有这一项。"), code="unknown_field", fields={"field": _("没有这一项。")})
    if actor.pk != person.pk and len(reason.strip()) < 2:
        text = _("请写明为什么要看，本人看得到。")
        raise Refused(text, code="reason", fields={"reason": text})
    plain = queries.opened(person, field)
    if actor.pk != person.pk:
        words = reason.strip()[:200]
        Reveal.objects.create(person=person, actor=actor, role=actor.acting.kind, field=field, reason=words, at=now)
        emit(events.REVEALED, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=person.area_id, field=field, reason=words)
    return plain


@transaction.atomic
def show_phone(*, actor: Person, person_id: int, reason: str, now: datetime) -> str:
    """The phone of someone the actor is about to meet, as the caller's policy has found; kept like every look, and empty when there is none."""
    person = Person.objects.present().filter(pk=person_id).first()
    if person is None:
        raise NotFound
    plain = queries.opened(person, RevealField.PHONE)
    if plain and actor.pk != person.pk:
        Reveal.objects.create(person=person, actor=actor, role=actor.acting.kind, field=RevealField.PHONE, reason=reason[:200], at=now)
        data = {"field": RevealField.PHONE.value, "reason": reason[:200]}
        emit(events.REVEALED, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=person.area_id, **data)
    return plain


@transaction.atomic
def export_own(*, actor: Person, now: datetime) -> dict[str, Any]:
    """Everything kept here about the actor, readable by people and machines."""
    person = queries.visible_person(actor, actor.pk)
    emit(events.EXPORTED, subject="person", subject_id=person.pk, actor=actor, at=now, what="own")
    return {
        "made_at": now.isoformat(),
        "person": _own_record(person),
        "volunteer": _own_volunteer(person),
        "roles": list(Role.objects.filter(person=person).values("kind", "area__name", "granted_at", "ended_at")),
        "consents": list(Consent.objects.filter(person=person).values("text__kind", "text__version", "channel", "note", "given_at", "withdrawn_at")),
        "credentials": list(Credential.objects.filter(person=person).values("kind", "number", "valid_from", "valid_until", "state")),
        "helped_by": list(Relation.objects.filter(person=person).values("helper__name", "kind", "agreed_at", "ended_at")),
        "helps": list(Relation.objects.filter(helper=person).values("person__name", "kind", "agreed_at", "ended_at")),
        "seen_by": list(Reveal.objects.filter(person=person).values("actor__name", "role", "field", "reason", "at")),
        "sign_ins": list(SignInSession.objects.filter(person=person).values("device", "address", "at")),
        "tokens": list(AccessToken.objects.filter(person=person).values("name", "scopes", "made_at", "expires_at", "used_at", "ended_at")),
    }


@transaction.atomic
def export_volunteers(*, actor: Person, area_id: int, now: datetime) -> None:
    """Note that a list of volunteers was taken out of the house, by whom and of which area."""
    area = areas.visible_area(area_id)
    policies.can_export_volunteers(actor, area).or_refuse()
    emit(events.EXPORTED, subject="area", subject_id=area.pk, actor=actor, at=now, area_id=area.pk, what="volunteers")


def _own_record(person: Person) -> dict[str, Any]:
    sealed = {column: queries.opened(person, column) for column in RevealField.values}
    return {
        "name": person.name,
        "sex": person.get_sex_display(),
        "born_on": person.born_on,
        "id_kind": person.id_kind,
        **sealed,
        "area": person.area.name if person.area else "",
        "latitude": person.latitude,
        "longitude": person.longitude,
        "focus_groups": person.focus_groups,
        "language": person.language,
        "created_at": person.created_at,
    }


def _own_volunteer(person: Person) -> dict[str, Any] | None:
    volunteer = queries.volunteer_of(person)
    if volunteer is None:
        return None
    plain = (
        "number",
        "state",
        "reach_metres",
        "week_limit",
        "offers_a_week",
        "refuses",
        "introduction",
        "minutes_total",
        "services_total",
        "registered_at",
    )
    masks = {name: choices.from_mask(getattr(volunteer, name)) for name in ("qualifications", "free_time", "languages")}
    return {**{name: getattr(volunteer, name) for name in plain}, **masks}


@transaction.atomic
def erase(*, actor: Person, person_id: int, now: datetime) -> None:
    """End an account for good: the key is destroyed, the name becomes a pseudonym; hours and orders stay, without a person."""
    person = queries.visible_person(actor, person_id, lock=True)
    policies.can_erase(actor, person).or_refuse()
    area_id = person.area_id
    for duplicate in merging.forget_merges(person):
        _end(duplicate, now)
    _end(person, now)
    emit(events.ERASED, subject="person", subject_id=person.pk, actor=actor, at=now, area_id=area_id)


def _end(person: Person, now: datetime) -> None:
    """One record: its key is destroyed, and nothing in it says who it was."""
    _end_service(person, now)
    _end_access(person, now)
    for paper in person.papers.all():
        paper.image.delete(save=False)
        paper.delete()
    Credential.objects.filter(person=person).update(number="")
    Consent.objects.filter(person=person).update(note="")
    Relation.objects.filter(person=person, ended_at=None).update(ended_at=now)
    Relation.objects.filter(helper=person, ended_at=None).update(ended_at=now)
    PersonalKey.objects.filter(person=person).delete()
    PersonToken.objects.filter(person=person).delete()
    _blank(person, now)


def _end_service(person: Person, now: datetime) -> None:
    volunteer = Volunteer.objects.select_for_update().filter(pk=person.pk).first()
    if volunteer is None:
        return
    if can_take(volunteer, STEPS, "leave"):
        take(volunteer, STEPS, "leave")
    volunteer.introduction = volunteer.review_reason = ""
    volunteer.save(update_fields=["state", "introduction", "review_reason"])


def _end_access(person: Person, now: datetime) -> None:
    for session in SignInSession.objects.filter(person=person):
        SessionStore(session.session_key).delete()
        session.delete()
    AccessToken.objects.filter(person=person, ended_at=None).update(ended_at=now)
    Role.objects.filter(person=person, ended_at=None).update(ended_at=now)
    TOTPDevice.objects.filter(user=person).delete()


def _blank(person: Person, now: datetime) -> None:
    person.name = ERASED_NAME
    person.sex, person.born_on = 0, None
    person.login_index = person.id_index = None
    person.phone_index = person.id_kind = ""
    person.phone_sealed = person.id_sealed = person.address_sealed = b""
    person.latitude = person.longitude = None
    person.focus_groups = []
    person.erased_at = now
    person.set_unusable_password()
    person.save()
