"""Public Ed25519 keys in multibase, and the list of an issuer's keys: old ones stay in it, with the moment from which they sign no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chunshui.verify.plain import Unreadable

LETTERS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
ED25519 = b"\xed\x01"
MOST_LETTERS = 200


@dataclass(frozen=True)
class Key:
    """`id` is the key itself in multibase. It signs from `since` to `until`; None: it still does."""

    id: str
    public: bytes
    since: datetime
    until: datetime | None

    def signed_at(self, moment: datetime) -> bool:
        """Whether it was in use then."""
        return self.since <= moment and (self.until is None or moment <= self.until)


KeyList = Mapping[str, Key]


def base58(value: bytes) -> str:
    number, text = int.from_bytes(value), ""
    while number:
        number, rest = divmod(number, 58)
        text = LETTERS[rest] + text
    return "1" * (len(value) - len(value.lstrip(b"\0"))) + text


def unbase58(text: str) -> bytes:
    if len(text) > MOST_LETTERS or any(letter not in LETTERS for letter in text):
        raise Unreadable("base58")
    number = 0
    for letter in text:
        number = number * 58 + LETTERS.index(letter)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8)


def multibase(public: bytes) -> str:
    """As `publicKeyMultibase` and did:key write it: z6Mk…"""
    return "z" + base58(ED25519 + public)


def public_of(text: str) -> bytes:
    """The 32 bytes of a key written in multibase."""
    plain = unbase58(text[1:]) if text.startswith("z") else b""
    if len(plain) != 34 or not plain.startswith(ED25519):
        raise Unreadable("key")
    return plain[2:]


def key_id(seed: bytes) -> str:
    return multibase(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def moment(text: Any) -> datetime:
    """A moment with its zone; raises `Unreadable`."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise Unreadable("moment") from error
    if found.tzinfo is None:
        raise Unreadable("moment")
    return found


def key_list(document: Mapping[str, Any]) -> KeyList:
    """The keys of a key file."""
    found = {}
    rows = document.get("keys")
    if not isinstance(rows, list) or not rows:
        raise Unreadable("keys")
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("publicKeyMultibase"), str):
            raise Unreadable("key")
        name, until = row["publicKeyMultibase"], row.get("until")
        found[name] = Key(name, public_of(name), moment(row.get("since")), moment(until) if until else None)
    return found
