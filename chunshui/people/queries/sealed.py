"""Sealed values: opened for a reason, masked by default."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist

from chunshui.kernel import crypto, masking
from chunshui.people.models import Person


def personal_key(person: Person) -> bytes:
    """The unwrapped key; raises crypto.Unreadable once the person was erased."""
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


def has_address(person: Person) -> bool:
    """Whether an address is in the profile."""
    return person.area_id is not None and bool(bytes(person.address_sealed))


def contact_of(person: Person) -> str:
    """The masked phone; empty when there is none, or the person was erased."""
    return masking.phone(opened(person, "phone")) if person.erased_at is None else ""


def identity_of(person: Person) -> str:
    """The masked number of the identity paper."""
    return masking.identity(opened(person, "id")) if person.erased_at is None else ""


def address_of(person: Person) -> str:
    """The address without what leads to the door: house numbers and all that follows become stars."""
    plain = opened(person, "address") if person.erased_at is None else ""
    for place, character in enumerate(plain):
        if character.isdigit():
            return plain[:place] + "***"
    return plain[:4] + "***" if len(plain) > 4 else plain
