"""What the ledger answers: balances, statements and totals. No page adds up transfers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import merge

from django.db import connection
from django.db.models import QuerySet, Sum

from chunshui.kernel import paging
from chunshui.ledger.models import Account, Total, Transfer
from chunshui.ledger.states import AccountKind, Unit

PAGE = 50
Spot = tuple[str, int, str]
"""Kind, owner and unit: what an account is found by."""


def account_of(kind: str, owner_id: int, unit: str) -> Account | None:
    """The account, or None as long as nothing moved there."""
    return Account.objects.filter(kind=kind, owner_id=owner_id, unit=unit).first()


def accounts_at(spots: Iterable[Spot]) -> dict[Spot, int]:
    """The ids of the accounts that are open among these, in one query."""
    owners: dict[tuple[str, str], list[int]] = {}
    for kind, owner_id, unit in spots:
        owners.setdefault((kind, unit), []).append(owner_id)
    if not owners:
        return {}
    each = " OR ".join(f"(kind = %s AND unit = %s AND owner_id IN ({', '.join(['%s'] * len(ids))}))" for ids in owners.values())
    values: list[str | int] = []
    for (kind, unit), ids in owners.items():
        values += [kind, unit, *ids]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT kind, owner_id, unit, id FROM ledger_account WHERE {each}", values)  # noqa: S608  only marks
        return {(kind, owner_id, unit): pk for kind, owner_id, unit, pk in cursor.fetchall()}


def digest_under(key: str) -> str:
    """What was asked for under a key, or nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM ledger_transfer WHERE key = %s LIMIT 1", [key])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def balance(kind: str, owner_id: int, unit: str) -> int:
    return Account.objects.filter(kind=kind, owner_id=owner_id, unit=unit).values_list("balance", flat=True).first() or 0


def balances(kind: str, owner_ids: Iterable[int], unit: str) -> dict[int, int]:
    """Balances of many owners at once; who never had any has 0."""
    ids = list(owner_ids)
    found = dict(Account.objects.filter(kind=kind, unit=unit, owner_id__in=ids).values_list("owner_id", "balance"))
    return {each: found.get(each, 0) for each in ids}


def balances_of(kind: str, owner_id: int) -> dict[str, int]:
    """What one owner has, by unit."""
    found = dict(Account.objects.filter(kind=kind, owner_id=owner_id).values_list("unit", "balance"))
    return {unit: found.get(unit, 0) for unit in Unit.values}


def owed(person_id: int, unit: str) -> int:
    """What was advanced to a person whose value was taken back after it had been spent."""
    return -balance(AccountKind.OWED, person_id, unit)


def transfers_of(key: str) -> list[Transfer]:
    """What was written together under one key, in order."""
    return list(Transfer.objects.filter(key=key).select_related("debit", "credit").order_by("line"))


@dataclass(frozen=True)
class Entry:
    """A transfer as one owner sees it: `amount` is below zero when it went out, `balance` is what was there afterwards."""

    transfer: Transfer
    amount: int
    balance: int
    other: Account


@dataclass(frozen=True)
class Statement:
    rows: Sequence[Entry]
    next: str


def statement(kind: str, owner_id: int, unit: str, cursor: str = "", size: int = PAGE) -> Statement:
    """The account's transfers, newest first, each with the balance after it. Page 10,000 costs what page 1 costs, but for one sum."""
    account = account_of(kind, owner_id, unit)
    if account is None:
        return Statement([], "")
    found = paging.decode(cursor, 1) if cursor else None
    before = found[1][0] if found and isinstance(found[1][0], int) else None
    rows = _newest(account, before, size + 1)
    entries = _entries(account, rows[:size], _balance_before(account, before))
    return Statement(entries, paging.encode([rows[size - 1].pk]) if len(rows) > size else "")


def _newest(account: Account, before: int | None, size: int) -> list[Transfer]:
    """Two index scans merged: an OR over both sides would read the whole history of a busy account."""
    both = []
    for side in ("debit", "credit"):
        rows = Transfer.objects.filter(**{side: account}).select_related("debit", "credit").order_by("-id")
        both.append(rows.filter(pk__lt=before)[:size] if before is not None else rows[:size])
    return list(merge(*both, key=lambda row: -row.pk))[:size]


def _balance_before(account: Account, before: int | None) -> int:
    if before is None:
        return account.balance
    later = Transfer.objects.filter(pk__gte=before)
    came = later.filter(credit=account).aggregate(total=Sum("amount"))["total"] or 0
    went = later.filter(debit=account).aggregate(total=Sum("amount"))["total"] or 0
    return account.balance - came + went


def _entries(account: Account, rows: Iterable[Transfer], balance: int) -> list[Entry]:
    entries = []
    for row in rows:
        is_out = row.debit_id == account.pk
        amount = -row.amount if is_out else row.amount
        entries.append(Entry(row, amount, balance, row.credit if is_out else row.debit))
        balance -= amount
    return entries


@dataclass(frozen=True)
class Moved:
    """What moved for one reason: `amount` came, `reversed` was taken back, `net` remains."""

    amount: int = 0
    reversed: int = 0
    transfers: int = 0

    @property
    def net(self) -> int:
        return self.amount - self.reversed


def total_by_kind(area_ids: Iterable[int], unit: str, *, since: date | None = None, until: date | None = None) -> dict[str, Moved]:
    """What moved in these areas for each reason, in the months from `since` to `until` (both included)."""
    rows = _totals(area_ids, unit, since, until).order_by().values("kind")
    found = rows.annotate(came=Sum("amount"), back=Sum("reversed"), count=Sum("transfers"))
    return {row["kind"]: Moved(row["came"], row["back"], row["count"]) for row in found}


def totals_by_month(area_ids: Iterable[int], unit: str, *, since: date | None = None, until: date | None = None) -> dict[date, dict[str, Moved]]:
    """The same, month by month."""
    found: dict[date, dict[str, Moved]] = {}
    rows = _totals(area_ids, unit, since, until).order_by("month").values("month", "kind")
    for row in rows.annotate(came=Sum("amount"), back=Sum("reversed"), count=Sum("transfers")):
        found.setdefault(row["month"], {})[row["kind"]] = Moved(row["came"], row["back"], row["count"])
    return found


def _totals(area_ids: Iterable[int], unit: str, since: date | None, until: date | None) -> QuerySet[Total]:
    rows = Total.objects.filter(area_id__in=list(area_ids), unit=unit)
    if since is not None:
        rows = rows.filter(month__gte=since.replace(day=1))
    return rows.filter(month__lte=until) if until is not None else rows
