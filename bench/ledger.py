"""The ledger's moves beside the raw database doing two updates and an insert, in turns in the same run on the same tables.

`bare` is what any ledger must at least do: no key is looked up, nothing is judged, no trigger runs. Both sides write rows of the same
shape with the same indexes and commit in the same way.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from time import perf_counter
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
import django

import config  # noqa: F401

django.setup()
from django.db import connection, transaction

from chunshui.ledger import commands, states
from chunshui.ledger.models import Transfer
from chunshui.ledger.states import Kind, Line, Unit

AT = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
PEOPLE, ISSUERS, BATCH = 500, 64, 100
FIELDS = [field for field in Transfer._meta.concrete_fields if not field.primary_key]
INSERT = f"INSERT INTO bare_transfer ({', '.join(field.column for field in FIELDS)}) VALUES ({', '.join(['%s'] * len(FIELDS))})"
SQLITE = """CREATE TABLE bare_account (id INTEGER PRIMARY KEY, balance BIGINT NOT NULL);
CREATE TABLE bare_transfer (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, line INTEGER NOT NULL, digest TEXT NOT NULL, kind TEXT NOT NULL,
 debit_id BIGINT NOT NULL REFERENCES bare_account, credit_id BIGINT NOT NULL REFERENCES bare_account, unit TEXT NOT NULL, amount INTEGER NOT NULL,
 reverses_id BIGINT UNIQUE, area_id BIGINT NOT NULL, at TEXT NOT NULL, day TEXT NOT NULL, memo TEXT NOT NULL, UNIQUE (key, line));
CREATE INDEX bare_debit ON bare_transfer (debit_id, id); CREATE INDEX bare_credit ON bare_transfer (credit_id, id)"""
POSTGRESQL = (
    SQLITE.replace("INTEGER PRIMARY KEY AUTOINCREMENT", "BIGSERIAL PRIMARY KEY").replace("at TEXT", "at TIMESTAMPTZ").replace("day TEXT", "day DATE")
)


def run(seconds: float) -> int:
    _prepare()
    print(f"{connection.vendor}: transfers a second, in turns of {seconds / 10:.1f} s")
    for name, size in (("one a transaction", 1), (f"{BATCH} a transaction", BATCH)):
        bare, ours = _in_turns(size, seconds)
        print(f"  {name:20} bare {bare:9,.0f}   ledger {ours:9,.0f}   bare / ledger {bare / ours:5.2f}")
    return 0


def _prepare() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_transfer")
        cursor.execute("DROP TABLE IF EXISTS bare_account")
        for statement in (SQLITE if connection.vendor == "sqlite" else POSTGRESQL).split(";"):
            cursor.execute(statement)
        cursor.executemany("INSERT INTO bare_account (id, balance) VALUES (%s, 0)", [(number,) for number in range(1, PEOPLE + ISSUERS + 1)])
    lines = [_line(number) for number in range(PEOPLE)]
    commands.move(key=f"bench:{uuid4()}", lines=lines, at=AT)


def _in_turns(size: int, seconds: float) -> tuple[float, float]:
    """Ten turns of each, one after the other, so that what else the machine does strikes both."""
    done, spent = {"bare": 0, "ours": 0}, {"bare": 0.0, "ours": 0.0}
    for _turn in range(10):
        for name, move in (("bare", _bare), ("ours", _ours)):
            begun = perf_counter()
            while perf_counter() - begun < seconds / 10:
                move(done[name], size)
                done[name] += size
            spent[name] += perf_counter() - begun
    return done["bare"] / spent["bare"], done["ours"] / spent["ours"]


def _line(number: int) -> Line:
    return Line(Kind.SERVICE, states.issuer(number % ISSUERS), states.person(number % PEOPLE), Unit.MINUTES, 1, area_id=number % ISSUERS)


def _ours(start: int, size: int) -> None:
    commands.move(key=f"bench:{uuid4()}", lines=[_line(start + number) for number in range(size)], at=AT)


def _bare(start: int, size: int) -> None:
    key, digest = f"bench:{uuid4()}", "0" * 64
    with transaction.atomic(), connection.cursor() as cursor:
        for number in range(size):
            debit, credit = PEOPLE + 1 + (start + number) % ISSUERS, 1 + (start + number) % PEOPLE
            cursor.execute("UPDATE bare_account SET balance = balance - %s WHERE id = %s", (1, debit))
            cursor.execute("UPDATE bare_account SET balance = balance + %s WHERE id = %s", (1, credit))
            row = (key, number, digest, "service", debit, credit, "minutes", 1, None, debit, AT, AT.date(), "")
            cursor.execute(INSERT, row)
