"""The statement of a person's points: every movement of the account, in the words of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from chunshui.kernel import paging
from chunshui.ledger import queries as ledger
from chunshui.ledger.states import AccountKind, Unit

if TYPE_CHECKING:
    from chunshui.people.models import Person

MOST_EXPORTED = 100_000
CHUNK, MOST_CHUNKS = 200, 20


@dataclass(frozen=True)
class StatementLine:
    at: datetime
    kind: str
    label: str
    memo: str
    points: int
    balance: int


@dataclass(frozen=True)
class StatementPage:
    rows: list[StatementLine]
    next: str
    previous: str = ""


def statement_page(person: Person, kind: str = "", cursor: str = "", size: int = 30) -> StatementPage:
    """Newest first, each line with the balance after it; with a kind only the lines of that kind."""
    rows: list[ledger.Entry] = []
    for _chunk in range(MOST_CHUNKS):
        found = ledger.statement(AccountKind.PERSON, person.pk, Unit.POINTS, cursor, CHUNK if kind else size)
        rows += [entry for entry in found.rows if kind in ("", entry.transfer.kind)]
        cursor = found.next
        if not cursor or len(rows) >= size:
            break
    if len(rows) > size:
        cursor = paging.encode([rows[size - 1].transfer.pk])
    return StatementPage([_line(entry) for entry in rows[:size]], cursor)


def statement_lines(person: Person, kind: str = "") -> Iterator[StatementLine]:
    """Everything, page by page."""
    cursor, given = "", 0
    while given < MOST_EXPORTED:
        page = statement_page(person, kind, cursor, 500)
        yield from page.rows
        given, cursor = given + len(page.rows), page.next
        if not cursor:
            return


def _line(entry: ledger.Entry) -> StatementLine:
    row = entry.transfer
    return StatementLine(row.at, row.kind, row.label, row.memo, entry.amount, entry.balance)
