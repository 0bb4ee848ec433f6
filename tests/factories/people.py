from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from chunshui.areas import queries as areas
from chunshui.areas.models import Area
from chunshui.kernel import crypto
from chunshui.people import queries
from chunshui.people.models import Person, PersonalKey, PersonToken, Role, Volunteer
from chunshui.people.states import RoleKind, Sex, VolunteerState, check_character

_number = count(1)
MADE_UP = "150"  # the block of the numbers given here; a number written in a test is of another
LONG_AGO = datetime(2026, 1, 5, 2, tzinfo=UTC)


def person(area: Area, name: str = "", phone: str = "", **more: object) -> Person:
    n = next(_number)
    name = name or f"测试{n}"
    phone = phone or f"{MADE_UP}{n:08d}"
    line = areas.lineage(area)
    index = crypto.blind_index(phone, "phone")
    values = {
        "sex": Sex.FEMALE,
        "born_on": date(1980, 5, 1),
        "login_index": index,
        "phone_index": index,
        "latitude": area.latitude,
        "longitude": area.longitude,
        "created_at": LONG_AGO,
        **more,
    }
    made = Person(name=name, area=area, street_id=line.street_id, community_id=line.community_id, **values)
    made.set_unusable_password()
    made.save()
    PersonalKey.objects.create(person=made, wrapped=crypto.new_wrapped_key(str(made.uid)))
    made.phone_sealed = queries.sealed_for(made, phone, "phone")
    made.save(update_fields=["phone_sealed"])
    PersonToken.objects.bulk_create([PersonToken(person=made, token=token) for token in sorted(queries.person_tokens(name, phone))])
    return made


def volunteer(area: Area, name: str = "", *, state: str = VolunteerState.ACTIVE, **more: object) -> Person:
    """A person who is a volunteer, acting as one: free at all times, all qualifications unless told otherwise."""
    fields = {f.name for f in Volunteer._meta.get_fields()}
    person_values = {key: value for key, value in more.items() if key not in fields}
    values = {key: value for key, value in more.items() if key in fields}
    made = person(area, name, **person_values)
    defaults = {"qualifications": (1 << 36) - 1, "free_time": (1 << 24) - 1, "languages": 3, "reach_metres": 5000, "registered_at": LONG_AGO}
    Volunteer.objects.create(
        person=made, number=f"V{made.pk:08d}", state=state, street_id=made.street_id, community_id=made.community_id, **{**defaults, **values}
    )
    made.acting = queries.acting_as(made, "volunteer", verified=False)
    return made


def staff(area: Area, kind: str = RoleKind.COMMUNITY_WORKER, name: str = "", **more: object) -> Person:
    """A person acting, second factor given, in a staff role over `area`."""
    made = person(area, name, **more)
    role = Role.objects.create(person=made, kind=kind, area=area, granted_at=LONG_AGO)
    made.acting = queries.acting_in(role, verified=True)
    return made


def sign_in(client: Client, person: Person) -> Client:
    """The test client signed in as a person, in the role in which the factory lets the person act."""
    client.force_login(person)
    session = client.session
    session["acting"] = str(person.acting.role_id or person.acting.kind)
    if person.acting.role_id:
        device, _made = TOTPDevice.objects.get_or_create(user=person, name="test", confirmed=True)
        session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def papers(born_on: date = date(1990, 5, 17), serial: int = 46) -> str:
    """A resident card number that passes every check; an odd serial is a man's."""
    first = f"500112{born_on:%Y%m%d}{serial:03d}"
    return first + check_character(first)
