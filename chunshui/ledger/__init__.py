"""Value that cannot be lost: minutes, points and fen on append-only accounts.

Nouns: Account, Transfer, Total, Cap, Proof. Verbs: move, reverse, repay, hold, settle, release, prove.
A transfer names both sides at once and never changes; the database itself moves the balances and refuses whatever would rewrite history.
An account has no states: what happened to it is its transfers.
"""
