"""Who is signed in, in which role, with which token."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_totp.models import TOTPDevice

from chunshui.areas import queries as areas
from chunshui.kernel import crypto
from chunshui.kernel.errors import NotFound
from chunshui.kernel.models import Event
from chunshui.people import events
from chunshui.people.models import AccessToken, Person, Role, SignInCode, SignInSession, Volunteer
from chunshui.people.states import SECOND_FACTOR, Acting, RoleKind, VolunteerState

if TYPE_CHECKING:
    from chunshui.areas.models import Area


class WithSession(Protocol):
    """What of a request is needed here."""

    session: MutableMapping[str, Any]


def acting_person(person: Person | AnonymousUser, request: WithSession) -> Person | AnonymousUser:
    """The signed-in person in the role chosen in this session (`acting`: a role id, or volunteer, or resident). At most one query more."""
    if not isinstance(person, Person):
        person.acting = Acting(kind="anyone")  # type: ignore[attr-defined]
        return person
    verified = bool(getattr(person, "is_verified", lambda: False)())
    person.acting = acting_as(person, str(request.session.get("acting", "")), verified=verified)
    return person


def acting_as(person: Person, chosen: str, *, verified: bool) -> Acting:
    if chosen.isdecimal():
        role = open_roles(person).filter(pk=int(chosen)).first()
        return acting_in(role, verified=verified) if role else Acting()
    if chosen in ("", RoleKind.VOLUNTEER) and is_volunteer(person):
        return Acting(kind=RoleKind.VOLUNTEER.value)
    return Acting()


def acting_in(role: Role, *, verified: bool) -> Acting:
    """A staff role counts only after the second factor."""
    confirmed = verified or role.kind not in SECOND_FACTOR
    return Acting(role.kind, role.pk, role.area_id, role.area.path if role.area else "", None, confirmed)


def open_roles(person: Person) -> QuerySet[Role]:
    return Role.objects.filter(person=person, ended_at=None).select_related("area").order_by("id")


def open_role(actor: Person, role_id: int) -> Role:
    """A role of the actor's own."""
    role = open_roles(actor).filter(pk=role_id).first()
    if role is None:
        raise NotFound
    return role


def visible_role(actor: Person, role_id: int, *, lock: bool = False) -> Role:
    """A role for those who may end it (policies.can_grant_role says who)."""
    rows = Role.objects.select_for_update(of=("self",)) if lock else Role.objects.all()
    role = rows.select_related("area", "person").filter(pk=role_id, ended_at=None).first()
    if role is None or role.area is None or not (actor.pk == role.person_id or actor.acting.reaches(role.area.path)):
        raise NotFound
    return role


def is_volunteer(person: Person) -> bool:
    return Volunteer.objects.filter(pk=person.pk).exclude(state__in=[VolunteerState.LEFT, VolunteerState.REFUSED]).exists()


@dataclass(frozen=True)
class RoleChoice:
    """A line of the role menu. `key` goes to the form field `acting`."""

    key: str
    words: str
    where: str
    current: bool


def staff_area(actor: Person) -> Area:
    """The area of the role in which the staff act, for a door that no decorator guards; others find nothing."""
    if not actor.is_staff_now or not actor.acting.confirmed:
        raise NotFound
    return areas.visible_area(actor.acting.area_id or 0)


def roles_to_act_in(person: Person) -> list[RoleChoice]:
    """Every role the person may act in, with the present one marked; for the menu."""
    acting = person.acting
    found = [RoleChoice(RoleKind.RESIDENT.value, str(RoleKind.RESIDENT.label), "", acting.kind == RoleKind.RESIDENT)]
    if is_volunteer(person):
        found.append(RoleChoice(RoleKind.VOLUNTEER.value, str(RoleKind.VOLUNTEER.label), "", acting.kind == RoleKind.VOLUNTEER))
    for role in open_roles(person):
        found.append(RoleChoice(str(role.pk), str(role.get_kind_display()), str(role.area or ""), acting.role_id == role.pk))
    return found


def hashed(plain: str) -> str:
    return sha256(plain.encode()).hexdigest()


def person_by_token(plain: str, now: datetime) -> Person | None:
    """The person of a valid token, acting in the token's role; `scopes` and id of the token stand on the person."""
    rows = AccessToken.objects.select_related("person", "role__area")
    token = rows.filter(token_hash=hashed(plain), ended_at=None, expires_at__gt=now, person__erased_at=None).first()
    if token is None or (token.role is not None and token.role.ended_at is not None):
        return None
    person: Person = token.person
    person.acting = acting_in(token.role, verified=True) if token.role else acting_as(person, "", verified=False)
    person.scopes, person.token_id = frozenset(token.scopes), token.pk
    return person


def tokens_of(person: Person) -> QuerySet[AccessToken]:
    return AccessToken.objects.filter(person=person, ended_at=None).select_related("role__area").order_by("-id")


def sessions_of(person: Person) -> QuerySet[SignInSession]:
    return SignInSession.objects.filter(person=person).order_by("-id")


@dataclass(frozen=True)
class PhoneChange:
    """When the phone that signs in was changed, by whom and why."""

    at: datetime
    who: str
    reason: str


def phone_changes_of(person: Person) -> list[PhoneChange]:
    """Newest first; `who` is empty where the person did it."""
    rows = Event.objects.filter(subject="person", subject_id=person.pk, name=events.LOGIN_PHONE_CHANGED).select_related("actor")
    found = [(row, row.actor) for row in rows.order_by("-id")[:20]]
    return [PhoneChange(row.at, who.name if who and who.pk != person.pk else "", str(row.data.get("reason", ""))) for row, who in found]


def second_factor(person: Person) -> TOTPDevice | None:
    """The person's confirmed second factor."""
    device: TOTPDevice | None = TOTPDevice.objects.filter(user=person, confirmed=True).order_by("id").first()
    return device


def new_second_factor(person: Person) -> TOTPDevice | None:
    """A second factor that still has to be confirmed."""
    device: TOTPDevice | None = TOTPDevice.objects.filter(user=person, confirmed=False).order_by("id").first()
    return device


def code_of(row: SignInCode) -> str:
    """The six digits of a code: derived from the server's secret, so that nothing readable is kept."""
    seed = salted_hmac("people.sign_in_code", f"{row.phone_index}:{row.sent_at.timestamp():.6f}", algorithm="sha256").digest()
    return f"{int.from_bytes(seed[:8], 'big') % 10**6:06d}"


def code_just_sent(phone: str, now: datetime) -> str:
    """The code a phone got, shown in the demonstration only; empty elsewhere."""
    if not settings.DEMO:
        return ""
    rows = SignInCode.objects.filter(phone_index=crypto.blind_index(phone, "phone"), used_at=None, expires_at__gt=now)
    row = rows.order_by("-id").first()
    return code_of(row) if row else ""


@dataclass(frozen=True)
class DemoAccount:
    """One line of the list on the demonstration's sign-in page."""

    person_id: int
    phone: str
    name: str
    words: str
    where: str


DEMO_PHONES = tuple(f"1990000{n:04d}" for n in range(1, 41))


def demo_accounts() -> list[DemoAccount]:
    """The accounts of the demonstration, one per role; none elsewhere."""
    if not settings.DEMO:
        return []
    phones = {crypto.blind_index(phone, "phone"): phone for phone in DEMO_PHONES}
    rows = Person.objects.present().filter(login_index__in=phones).select_related("community", "volunteer").prefetch_related("roles__area")
    return sorted((_demo_account(person, phones[str(person.login_index)]) for person in rows), key=lambda each: each.phone)


def _demo_account(person: Person, phone: str) -> DemoAccount:
    roles = [role for role in person.roles.all() if role.ended_at is None]
    if roles:
        return DemoAccount(person.pk, phone, person.name, str(roles[0].get_kind_display()), str(roles[0].area or ""))
    kind = RoleKind.VOLUNTEER if hasattr(person, "volunteer") else RoleKind.RESIDENT
    return DemoAccount(person.pk, phone, person.name, str(kind.label), str(person.community or ""))
