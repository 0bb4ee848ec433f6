"""The control: the same storm on a ledger without guards, written the way one writes before thinking. The checker must see the damage."""

from __future__ import annotations

import time
from uuid import uuid4

from django.db import connection, transaction

from chunshui.kernel.errors import Refused
from chunshui.ledger import states
from chunshui.ledger.models import Account, Transfer
from tests.faults.ledger_storm import AT, Step, send


def drop_guards() -> list[str]:
    """All triggers of the ledger, put aside; the statements that bring them back (SQLite)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("ledger_transfer", "ledger_account"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            return [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in ("ledger_transfer", "ledger_account")]
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger_%'")
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        return [sql for _, sql in guards]


def naive(asked: Step) -> None:
    """No key that counts, and a balance that is read, decided upon and written back."""
    if asked.verb not in {"move", "hold"}:
        return send(Step("move", asked.key, asked.lines)) if asked.lines else None
    for number, line in enumerate(asked.lines):
        debit, credit = (_account(place, line.unit) for place in (line.debit, line.credit))
        if debit.balance < line.amount and line.debit.kind not in states.MAY_GO_NEGATIVE:
            raise Refused("too little", code="not_enough")
        time.sleep(0.0005)
        with transaction.atomic():
            key = f"{asked.key}~{uuid4().hex[:8]}"
            more = {"digest": "", "kind": line.kind, "unit": line.unit, "amount": line.amount, "at": AT, "day": AT.date()}
            Transfer.objects.create(key=key, line=number, debit=debit, credit=credit, **more)
            Account.objects.filter(pk=debit.pk).update(balance=debit.balance - line.amount)
            Account.objects.filter(pk=credit.pk).update(balance=credit.balance + line.amount)
    return None


def _account(place: states.Place, unit: str) -> Account:
    return Account.objects.get_or_create(kind=place.kind, owner_id=place.owner_id, unit=unit)[0]
