"""Both records may hold the same thing: one certificate, consent to one text, one relative. A person has it once, so the duplicate's stays with

the hidden record; but where it says more (a certificate that is valid, the earlier day of a consent, a guardian), the two exchange what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from chunshui.kernel.moving import Moved
from chunshui.people.models import Consent, Credential, Relation
from chunshui.people.states import CredentialState, RelationKind

RANK = {CredentialState.REFUSED: 0, CredentialState.PENDING: 1, CredentialState.VALID: 2}


@dataclass(frozen=True)
class Double:
    """`rows` that a person, named in `column`, has once for each value of `alike`; what they say in `told`, and which of two says more."""

    rows: QuerySet[Any]
    column: str
    alike: tuple[str, ...]
    told: tuple[str, ...]
    says_more: Callable[[Any, Any], bool]


def _stands_better(row: Credential, own: Credential) -> bool:
    return RANK[CredentialState(row.state)] > RANK[CredentialState(own.state)]


def _is_earlier(row: Consent, own: Consent) -> bool:
    return row.given_at < own.given_at


def _is_guardian(row: Relation, own: Relation) -> bool:
    return RelationKind.GUARDIAN == row.kind != own.kind


DOUBLES = (
    Double(Credential.objects.all(), "person_id", ("kind", "valid_from"), ("number", "valid_until", "state", "reviewed_by_id", "at"), _stands_better),
    Double(Consent.objects.filter(withdrawn_at=None), "person_id", ("text_id",), ("given_by_id", "channel", "note", "given_at"), _is_earlier),
    Double(Relation.objects.filter(ended_at=None), "person_id", ("helper_id",), ("kind", "agreed_at"), _is_guardian),
    Double(Relation.objects.filter(ended_at=None), "helper_id", ("person_id",), ("kind", "agreed_at"), _is_guardian),
)


def keep_what_says_more(kept_id: int, gone_id: int) -> dict[str, list[int]]:
    """Exchange where the duplicate's says more; returns which two did, for the note."""
    note: dict[str, list[int]] = {}
    for number, double in enumerate(DOUBLES):
        for own, row in _pairs(double, kept_id, gone_id):
            if double.says_more(row, own):
                _exchange(own, row, double.told)
                note.setdefault(str(number), []).extend([own.pk, row.pk])
    return note


def give_back_what_says_more(note: Moved) -> None:
    """Exchanging again undoes it."""
    for number, double in enumerate(DOUBLES):
        keys = note.get(str(number), [])
        found = double.rows.model._default_manager.in_bulk(keys)
        for own, row in zip(keys[::2], keys[1::2], strict=True):
            if own in found and row in found:
                _exchange(found[own], found[row], double.told)


def _pairs(double: Double, kept_id: int, gone_id: int) -> Iterator[tuple[Any, Any]]:
    for row in double.rows.filter(**{double.column: gone_id}).order_by("pk"):
        same = {name: getattr(row, name) for name in double.alike}
        own = double.rows.filter(**{double.column: kept_id}, **same).first()
        if own is not None:
            yield own, row


def _exchange(own: Any, row: Any, told: tuple[str, ...]) -> None:
    for name in told:
        one, other = getattr(own, name), getattr(row, name)
        setattr(own, name, other)
        setattr(row, name, one)
    own.save(update_fields=told)
    row.save(update_fields=told)
