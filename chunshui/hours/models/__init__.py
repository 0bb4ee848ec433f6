"""Tables of hours."""

from chunshui.hours.models.appeals import (
    Appeal,
    Sanction,
)
from chunshui.hours.models.cases import (
    Case,
)
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
from chunshui.hours.models.records import (
    Record,
)
from chunshui.hours.models.stars import (
    Objection,
    Privilege,
    Star,
)

__all__ = [
    "Appeal",
    "Case",
    "Entry",
    "EntryFile",
    "EntryLine",
    "Objection",
    "Privilege",
    "Proof",
    "ProofItem",
    "Record",
    "Sanction",
    "SigningKey",
    "Star",
]
