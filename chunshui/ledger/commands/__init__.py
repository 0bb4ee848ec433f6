"""The verbs of the ledger."""

from chunshui.ledger.commands.audits import prove, seal_transfers
from chunshui.ledger.commands.moves import digest_of, hold, move, release, repay, reverse, settle
from chunshui.ledger.commands.owners import give_back_accounts, take_over_accounts

__all__ = [
    "digest_of",
    "give_back_accounts",
    "hold",
    "move",
    "prove",
    "release",
    "repay",
    "reverse",
    "seal_transfers",
    "settle",
    "take_over_accounts",
]
