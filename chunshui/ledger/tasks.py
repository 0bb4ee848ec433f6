"""Seals every ten minutes; the whole ledger proved every night; drift is an alarm on /readyz and on the page of the proofs."""

from __future__ import annotations

from datetime import datetime

from chunshui.kernel import background, health, seals
from chunshui.ledger import commands, queries

health.alarm("ledger", queries.alarm)


@background.every("ledger.seal", 10)
def seal(now: datetime) -> int:
    return seals.seal_events(now) + commands.seal_transfers(now=now)


@background.every("ledger.prove", background.DAY_MINUTES)
def prove(now: datetime) -> None:
    commands.prove(now=now)
