"""Reads of the ledger."""

from chunshui.ledger.queries.accounts import (
    Entry,
    Moved,
    Spot,
    Statement,
    account_of,
    accounts_at,
    balance,
    balances,
    balances_of,
    digest_under,
    owed,
    statement,
    total_by_kind,
    totals_by_month,
    transfers_of,
)
from chunshui.ledger.queries.audits import alarm, last_audit, proof_lines, proofs_to_run, visible_audits
from chunshui.ledger.queries.journal import journal

__all__ = [
    "Entry",
    "Moved",
    "Spot",
    "Statement",
    "account_of",
    "accounts_at",
    "alarm",
    "balance",
    "balances",
    "balances_of",
    "digest_under",
    "journal",
    "last_audit",
    "owed",
    "proof_lines",
    "proofs_to_run",
    "statement",
    "total_by_kind",
    "totals_by_month",
    "transfers_of",
    "visible_audits",
]
