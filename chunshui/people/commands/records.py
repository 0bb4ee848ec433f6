"""The building blocks that the commands of this folder share: making a record, sealing, indexing, placing it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel import crypto
from chunshui.kernel.errors import Refused
from chunshui.people import queries
from chunshui.people.models import Person, PersonalKey, PersonToken

if TYPE_CHECKING:
    from chunshui.areas.models import Area


def make_person(name: str, phone: str, area: Area | None, now: datetime, *, signs_in: bool, **more: Any) -> Person:
    """A new record with a key of its own. `phone` is checked already; `signs_in` makes it the phone of the account."""
    person = Person(name=clean_name(name), created_at=now, **more)
    if area is not None:
        place(person, area)
    person.phone_index = queries.phone_index(phone) if phone else ""
    if signs_in and phone and not Person.objects.filter(login_index=person.phone_index).exists():
        person.login_index = person.phone_index
    person.set_unusable_password()
    person.save()
    PersonalKey.objects.create(person=person, wrapped=crypto.new_wrapped_key(str(person.uid)))
    seal(person, "phone", phone)
    index(person, phone)
    return person


def clean_name(name: str) -> str:
    words = " ".join(name.split())
    if not words or len(words) > 60:
        text = _("请填姓名，最多 60 个字。")
        raise Refused(text, code="name", fields={"name": text})
    return words


def place(person: Person, area: Area) -> None:
    """Set the area and the keys that lists are indexed by; the caller saves."""
    line = areas.lineage(area)
    person.area = area
    person.street_id = line.street_id
    person.community_id = line.community_id


def seal(person: Person, column: str, text: str) -> None:
    """Seal a value into its column and save it."""
    setattr(person, f"{column}_sealed", queries.sealed_for(person, text, column))
    person.save(update_fields=[f"{column}_sealed"])


def index(person: Person, phone: str) -> None:
    """Renew what the person is found by."""
    PersonToken.objects.filter(person=person).delete()
    PersonToken.objects.bulk_create([PersonToken(person=person, token=token) for token in sorted(queries.person_tokens(person.name, phone))])
