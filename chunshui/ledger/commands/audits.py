"""Proving the ledger: the questions are asked one after the other, and what they found is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from chunshui.kernel import seals
from chunshui.kernel.events import emit
from chunshui.ledger import events, queries
from chunshui.ledger.models import Audit, Transfer

Tick = Callable[[str, int, int, float], object]


def seal_transfers(*, now: datetime) -> int:
    """Put the transfers that no seal covers yet under the chain; returns how many."""
    return seals.seal(Transfer, now)


def prove(*, now: datetime, tick: Tick = lambda _name, _looked_at, _drift, _seconds: None) -> Audit:
    """Prove every balance, transfer, key, total and seal, and keep the answer; drift is told as an event and stays an alarm until a clean proof."""
    begun, findings, checks = monotonic(), {}, {}
    for proof in queries.proofs_to_run():
        start = monotonic()
        looked_at, drift = proof.run()
        seconds = round(monotonic() - start, 2)
        checks[proof.name] = {"looked_at": looked_at, "drift": len(drift), "seconds": seconds}
        if drift:
            findings[proof.name] = drift
        tick(proof.name, looked_at, len(drift), seconds)
    total = sum(map(len, findings.values()))
    audit = Audit.objects.create(at=now, seconds=round(monotonic() - begun, 2), drift=total, checks=checks, findings=findings)
    emit(events.PROVED, subject="audit", subject_id=audit.pk, actor=None, at=now, drift=total)
    if total:
        emit(events.DRIFTED, subject="audit", subject_id=audit.pk, actor=None, at=now, drift=total, findings=findings)
    return audit
