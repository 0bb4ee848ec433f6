"""Signed-in browsers for the load run: sessions made directly in the database, staff with their second factor given."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from chunshui.people.models import Person, Role, Volunteer
from chunshui.people.states import RoleKind, VolunteerState

BACKEND = "django.contrib.auth.backends.ModelBackend"
STAFF = {
    "community": (RoleKind.COMMUNITY_WORKER, 14),
    "street": (RoleKind.STREET_OFFICIAL, 8),
    "district": (RoleKind.DISTRICT_OFFICIAL, 1),
}


@dataclass(frozen=True)
class Browser:
    kind: str
    cookie: str


def browsers() -> list[Browser]:
    """One browser for each of these people; volunteers are active ones with a home."""
    found = []
    with transaction.atomic():
        for kind, (role_kind, size) in STAFF.items():
            roles = Role.objects.filter(kind=role_kind, ended_at=None).select_related("person").order_by("id")[:size]
            found += [Browser(kind, _signed_in(role.person, role)) for role in roles]
        active = (
            Volunteer.objects.filter(state=VolunteerState.ACTIVE, free_time__gt=0).select_related("person").order_by("-services_total", "pk")[:14]
        )
        found += [Browser("volunteer", _signed_in(row.person)) for row in active]
    return found


def _signed_in(person: Person, role: Role | None = None) -> str:
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session["acting"] = str(role.pk) if role else RoleKind.VOLUNTEER.value
    if role is not None:
        device, _made = TOTPDevice.objects.get_or_create(user=person, name="bench", defaults={"confirmed": True})
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return str(session.session_key)
