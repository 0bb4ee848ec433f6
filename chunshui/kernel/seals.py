"""A hash chain over rows that are appended and never changed. Rows are sealed in batches by the worker, so that no request waits for a chain.

A seal names the rows from `first_id` to `last_id`, how many they are, and the hash of the seal before it with all of their values. Whoever
changes, removes or slips in a row behind the last seal breaks the chain at that seal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from chunshui.kernel.models import Event, Seal

BATCH = 5000
Tick = Callable[[int], object]


@dataclass(frozen=True)
class Chain:
    """What a check of one chain found: `broken` are the ids of the seals that do not hold, `open` the rows that no seal covers yet."""

    rows: int
    broken: tuple[int, ...]
    open: int


def seal(model: type[Model], now: datetime) -> int:
    """Seal every row that is certain to stay where it is; returns how many. Run by one worker at a time (its slot sees to that)."""
    chain, end, sealed = model._meta.label_lower, _horizon(model), 0
    while True:
        with transaction.atomic():
            last = Seal.objects.filter(chain=chain).order_by("-last_id").first()
            rows = _rows(model, last.last_id if last else 0, end, BATCH)
            count, last_id, digest = _hashed(rows, last.digest if last else "")
            if not count:
                return sealed
            first_id = last.last_id + 1 if last else 1
            Seal.objects.create(chain=chain, first_id=first_id, last_id=last_id, count=count, digest=digest, at=now)
        sealed += count


def check(model: type[Model], tick: Tick = lambda _rows: None) -> Chain:
    """Hash everything that is sealed once more."""
    rows, broken, before, end = 0, [], "", 0
    for each in Seal.objects.filter(chain=model._meta.label_lower).order_by("last_id").iterator():
        count, _, digest = _hashed(_rows(model, each.first_id - 1, each.last_id), before)
        if (count, digest, each.first_id) != (each.count, each.digest, end + 1):
            broken.append(each.pk)
        before, end, rows = each.digest, each.last_id, rows + count
        tick(count)
    return Chain(rows, tuple(broken), model._default_manager.filter(pk__gt=end).count())


def seal_events(now: datetime) -> int:
    return seal(Event, now)


def check_events(tick: Tick = lambda _rows: None) -> Chain:
    return check(Event, tick)


def _horizon(model: type[Model]) -> int:
    """The largest id below which nothing can appear any more.

    SQLite has one writer. PostgreSQL gives out ids before the commit, so the moment is taken at which nobody is writing to the table;
    if there is none just now, 0: the next round tries again.
    """
    newest = model._default_manager.order_by("-pk").values_list("pk", flat=True)
    if connection.vendor != "postgresql":
        return newest.first() or 0
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {connection.ops.quote_name(model._meta.db_table)} IN SHARE MODE NOWAIT")
            return newest.first() or 0
    except DatabaseError:
        return 0


def _rows(model: type[Model], after: int, until: int, limit: int | None = None) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    found = model._default_manager.filter(pk__gt=after, pk__lte=until).order_by("pk").values_list("pk", *names)
    return (found[:limit] if limit else found).iterator(chunk_size=2000)


def _hashed(rows: Iterator[tuple[Any, ...]], before: str) -> tuple[int, int, str]:
    digest, count, last_id = hashlib.sha256(before.encode()), 0, 0
    for row in rows:
        digest.update(("\x1f".join(map(_said, row)) + "\n").encode())
        count, last_id = count + 1, row[0]
    return count, last_id, digest.hexdigest()


def _said(value: Any) -> str:
    """The same words for the same value on both databases."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{_said(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_said, value)) + "]"
    return repr(value) if isinstance(value, str) else str(value)
