"""Tables of hours."""

from chunshui.hours.models.proofs import Proof, ProofItem, SigningKey
from chunshui.hours.models.records import Record
from chunshui.hours.models.stars import Objection, Privilege, Star

__all__ = ["Objection", "Privilege", "Proof", "ProofItem", "Record", "SigningKey", "Star"]
