"""Facts that the ledger tells."""

PROVED = "ledger.proved"  # drift, seconds
DRIFTED = "ledger.drifted"  # drift, findings
