"""Reads of people: getters, the acting role, sealed values, lists."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest

from chunshui.kernel import crypto, search
from chunshui.kernel.errors import NotFound
from chunshui.people import policies
from chunshui.people.models import Block, Person, PersonRows, PersonToken, Role, Volunteer, VolunteerRows
from chunshui.people.states import SECOND_FACTOR, Acting, RoleKind, VolunteerState


def acting_person(person: Person | AnonymousUser, request: HttpRequest) -> Person | AnonymousUser:
    """The signed-in person in the role chosen in this session (`acting`: a role id, or volunteer, or resident)."""
    if not isinstance(person, Person):
        person.acting = Acting(kind="anyone")  # type: ignore[attr-defined]
        return person
    chosen = str(request.session.get("acting", ""))
    verified = bool(getattr(person, "is_verified", lambda: False)())
    person.acting = acting_as(person, chosen, verified=verified)
    return person


def acting_as(person: Person, chosen: str, *, verified: bool) -> Acting:
    if chosen.isdigit():
        role = open_roles(person).filter(pk=int(chosen)).first()
        if role is not None:
            return acting_in(role, verified=verified)
    if chosen == RoleKind.VOLUNTEER or (not chosen and is_volunteer(person)):
        return Acting(kind=RoleKind.VOLUNTEER.value if is_volunteer(person) else RoleKind.RESIDENT.value)
    return Acting()


def acting_in(role: Role, *, verified: bool) -> Acting:
    """A staff role counts only after the second factor."""
    confirmed = verified or role.kind not in SECOND_FACTOR
    return Acting(role.kind, role.pk, role.area_id, role.area.path if role.area else "", None, confirmed)


def open_roles(person: Person) -> Any:
    return Role.objects.filter(person=person, ended_at=None).select_related("area").order_by("id")


def is_volunteer(person: Person) -> bool:
    return Volunteer.objects.filter(pk=person.pk).exclude(state=VolunteerState.LEFT).exists()


def visible_person(actor: Person, person_id: int, *, lock: bool = False) -> Person:
    """The one way to reach another person; missing, erased and hidden look the same."""
    rows = Person.objects.select_for_update(of=("self",)) if lock else Person.objects.all()
    person: Person | None = rows.present().select_related("area").filter(pk=person_id).first()
    if person is None or not policies.can_view(actor, person):
        raise NotFound
    return person


def visible_volunteer(actor: Person, person_id: int, *, lock: bool = False) -> Volunteer:
    rows = Volunteer.objects.select_for_update(of=("self",)) if lock else Volunteer.objects.all()
    volunteer = rows.select_related("person__area").filter(pk=person_id, person__erased_at=None).first()
    if volunteer is None or not policies.can_view(actor, volunteer.person):
        raise NotFound
    return volunteer


def personal_key(person: Person) -> bytes:
    """The unwrapped key; raises crypto.Unreadable once the person was erased."""
    from django.core.exceptions import ObjectDoesNotExist

    try:
        return crypto.unwrap(bytes(person.personal_key.wrapped), str(person.uid))
    except ObjectDoesNotExist as error:
        raise crypto.Unreadable(str(person.uid)) from error


def opened(person: Person, column: str) -> str:
    """The plain text of a sealed column (phone, id, address). Callers either mask it or log a Reveal; empty when there is none."""
    sealed = bytes(getattr(person, f"{column}_sealed"))
    return crypto.unseal(sealed, personal_key(person), f"{person.uid}:{column}") if sealed else ""


def sealed_for(person: Person, text: str, context: str) -> bytes:
    """Seal a text that belongs to a person but is kept in another domain's row (the address of an order)."""
    return crypto.seal(text, personal_key(person), f"{person.uid}:{context}") if text else b""


def unsealed_for(person: Person, sealed: bytes, context: str) -> str:
    return crypto.unseal(bytes(sealed), personal_key(person), f"{person.uid}:{context}") if sealed else ""


def named(rows: PersonRows | VolunteerRows, text: str, *, key: str = "pk") -> Any:
    """Keep the rows whose person's name holds `text`; `key` is the path to the person id."""
    for token in sorted(search.bigrams(text)):
        rows = rows.filter(**{f"{key}__in": PersonToken.objects.filter(token=token).values("person_id")})
    return rows


def active_volunteers(*, lock: bool = False) -> VolunteerRows:
    """Volunteers who may be sent to someone: rows for matching, narrowed by the caller; `lock` holds them to the end of the command."""
    rows = Volunteer.objects.select_for_update(of=("self",)) if lock else Volunteer.objects.all()
    return rows.active().filter(person__erased_at=None)


def blocked_ids(person_id: int) -> set[int]:
    """Everyone who must never meet this person, whoever of the two said so."""
    pairs = Block.objects.filter(Q(person_id=person_id) | Q(other_id=person_id)).values_list("person_id", "other_id")
    return {one for pair in pairs for one in pair} - {person_id}
