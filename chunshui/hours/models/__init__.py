"""Tables of hours."""

from chunshui.hours.models.cases import Case
from chunshui.hours.models.entries import (
    Entry,
    EntryFile,
    EntryLine,
)
from chunshui.hours.models.proofs import (
    Proof,
    ProofItem,
    SigningKey,
)
from chunshui.hours.models.records import Record
from chunshui.hours.models.stars import (
    Objection,
    Privilege,
    Star,
)

__all__ = [
    "Case",
    "Entry",
    "EntryFile",
    "EntryLine",
    "Objection",
    "Privilege",
    "Proof",
    "ProofItem",
    "Record",
    "SigningKey",
    "Star",
]
