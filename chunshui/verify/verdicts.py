"""What a file is worth: genuine, altered, signed by nobody we know, revoked, or no proof at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chunshui.verify.keys import KeyList
from chunshui.verify.plain import Unreadable, read
from chunshui.verify.sealed_pdf import check_seal, document_in
from chunshui.verify.signing import Altered, Untrusted, check, check_jwt

GENUINE, ALTERED, UNTRUSTED, REVOKED, UNREADABLE = "genuine", "altered", "untrusted", "revoked", "unreadable"


@dataclass(frozen=True)
class Verdict:
    """`document` is what was signed, and empty unless it is genuine or revoked: nothing that was tampered with is ever shown."""

    word: str
    document: Mapping[str, Any] = field(default_factory=dict)
    revocations_known: bool = False

    def __bool__(self) -> bool:
        return self.word == GENUINE


def verify(content: bytes, keys: KeyList, revoked: Mapping[str, Any] | None = None) -> Verdict:
    """Look at a file (PDF, JSON or JWT) with the issuer's keys and, if it is at hand, the signed list of revoked proofs."""
    try:
        document = _document(content, keys)
        gone = _revoked_ids(revoked, keys) if revoked is not None else frozenset()
    except Unreadable:
        return Verdict(UNREADABLE)
    except Untrusted:
        return Verdict(UNTRUSTED)
    except Altered:
        return Verdict(ALTERED)
    if "OpenBadgeCredential" not in _types(document):
        return Verdict(UNREADABLE)
    return Verdict(REVOKED if document.get("id") in gone else GENUINE, document, revoked is not None)


def _document(content: bytes, keys: KeyList) -> dict[str, Any]:
    if content.startswith(b"%PDF-"):
        document = document_in(content)
        check(document, keys)
        check_seal(content, document, keys)
        return document
    if content.lstrip().startswith(b"{"):
        document = read(content)
        check(document, keys)
        return document
    try:
        return check_jwt(content.decode("ascii"), keys)
    except UnicodeDecodeError as error:
        raise Unreadable("neither PDF, JSON nor JWT") from error


def _types(document: Mapping[str, Any]) -> list[Any]:
    kinds = document.get("type")
    return kinds if isinstance(kinds, list) else [kinds]


def _revoked_ids(document: Mapping[str, Any], keys: KeyList) -> frozenset[str]:
    """Ids in a list that the same keys signed; a forged list is no list."""
    check(document, keys)
    rows = document.get("revokedCredential")
    if "1EdTechRevocationList" not in _types(document) or not isinstance(rows, list):
        raise Unreadable("list")
    return frozenset(str(row.get("id")) for row in rows if isinstance(row, dict))
