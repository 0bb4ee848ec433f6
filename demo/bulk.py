"""Rows into tables by the fastest honest path: COPY on PostgreSQL, executemany on SQLite. Constraints stay in force."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import DateField, DateTimeField, Field, JSONField, Model, UUIDField

Convert = Callable[[Any], Any]

CHUNK = 5000


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], tick: Callable[[int], object] | None = None) -> int:
    """Insert `rows` (values in the order of the attribute names `columns`; other columns get the model's default).

    Returns how many rows; `tick` hears every chunk's size."""
    given = [_field(model, name) for name in columns]
    filled = [field for field in model._meta.concrete_fields if field not in given and not field.null and not field.primary_key]
    fields = [*given, *filled]
    tail = [field.get_db_prep_save(field.get_default(), connection) for field in filled]
    converters = [(place, convert) for place, field in enumerate(given) if (convert := _converter(field))]
    prepared = (_prepare(row, converters) + tail for row in rows)
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    total = 0
    while chunk := list(islice(prepared, CHUNK)):
        _write(table, names, len(fields), chunk)
        total += len(chunk)
        if tick:
            tick(len(chunk))
    return total


def _field(model: type[Model], name: str) -> Any:
    return next(field for field in model._meta.concrete_fields if name in (field.attname, field.name))


def _prepare(row: Sequence[Any], converters: list[tuple[int, Convert]]) -> list[Any]:
    values = list(row)
    for place, convert in converters:
        if values[place] is not None:
            values[place] = convert(values[place])
    return values


def _converter(field: Field) -> Convert | None:
    """How a value of this column is handed to the database; None: as it is."""
    if isinstance(field, JSONField):
        return _json
    if connection.vendor == "postgresql":
        return None
    if isinstance(field, DateTimeField):
        return lru_cache(maxsize=4096)(_utc)
    if isinstance(field, DateField):
        return date.isoformat
    return _hex if isinstance(field, UUIDField) else None


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else "[]" if isinstance(value, list) else json.dumps(value)


def _utc(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _hex(value: UUID) -> str:
    return value.hex


def _write(table: str, names: str, width: int, chunk: list[list[Any]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in chunk:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * width)
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", chunk)


def reset_sequences(models: Iterable[type[Model]]) -> None:
    """After explicit ids, let PostgreSQL's sequences go on from the largest."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in models:
            table, key = model._meta.db_table, model._meta.pk.column
            if model._meta.auto_field is not None:
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{key}'), COALESCE((SELECT MAX({key}) FROM \"{table}\"), 1))")
