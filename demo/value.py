"""The minutes of the records on the ledger, as if every record had been made through the product."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chunshui.hours.models import Record
from chunshui.hours.states import RecordState
from chunshui.kernel import clock
from chunshui.ledger.commands import digest_of
from chunshui.ledger.models import Account, Transfer
from chunshui.ledger.states import AccountKind, Kind, Line, Unit, issuer, person
from demo import bulk

COLUMNS = ("id", "key", "line", "digest", "kind", "debit_id", "credit_id", "unit", "amount", "area_id", "at", "day")
Given = tuple[int, int, int, int | None, int, Any]


def write() -> None:
    """Move the minutes of every record in effect, in the order in which they were served."""
    records = Record.objects.filter(state=RecordState.EFFECTIVE, minutes__gt=0).order_by("ended_at", "id")
    given: list[Given] = list(records.values_list("id", "person_id", "area_id", "team_id", "minutes", "ended_at"))
    accounts = _accounts(given)
    bulk.insert(Transfer, COLUMNS, _transfers(given, accounts))
    bulk.reset_sequences([Transfer])


def _line(row: Given) -> Line:
    _, person_id, area_id, team_id, minutes, _ = row
    return Line(Kind.SERVICE, issuer(area_id, team_id), person(person_id), Unit.MINUTES, minutes, area_id=area_id)


def _accounts(given: list[Given]) -> dict[tuple[str, int], int]:
    places = sorted({(str(place.kind), place.owner_id) for row in given for place in (_line(row).debit, _line(row).credit)})
    bulk.insert(Account, ("kind", "owner_id", "unit"), ((kind, owner_id, Unit.MINUTES.value) for kind, owner_id in places))
    kinds = (AccountKind.ISSUER, AccountKind.TEAM_ISSUER, AccountKind.PERSON)
    rows = Account.objects.filter(unit=Unit.MINUTES, kind__in=kinds)
    return {(kind, owner_id): pk for kind, owner_id, pk in rows.values_list("kind", "owner_id", "id")}


def _transfers(given: list[Given], accounts: dict[tuple[str, int], int]) -> Iterator[tuple]:
    for number, row in enumerate(given, start=1):
        line, ended_at = _line(row), row[5]
        debit, credit = (accounts[str(place.kind), place.owner_id] for place in (line.debit, line.credit))
        where = (str(line.unit), line.amount, line.area_id, ended_at, clock.today(ended_at))
        yield (number, f"record:{row[0]}", 0, digest_of([line]), str(line.kind), debit, credit, *where)
