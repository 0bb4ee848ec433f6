"""Rows into tables by the fastest honest path: COPY on PostgreSQL, executemany on SQLite. Constraints stay in force."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import BinaryField, DateField, Field, JSONField, Model, UUIDField

CHUNK = 5000


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], tick: Callable[[int], None] | None = None) -> int:
    """Insert `rows` (values in the order of the attribute names `columns`; other columns get the model's default).

    Returns how many rows; `tick` hears every chunk's size."""
    given = [_field(model, name) for name in columns]
    filled = [field for field in model._meta.concrete_fields if field not in given and not field.null and not field.primary_key]
    tail = [_value(field, field.get_default()) for field in filled]
    fields = [*given, *filled]
    prepared = (_prepare(given, row) + tail for row in rows)
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


def _prepare(fields: Sequence[Field], row: Sequence[Any]) -> list[Any]:
    return [_value(field, value) for field, value in zip(fields, row, strict=True)]


def _value(field: Field, value: Any) -> Any:
    if value is None or (isinstance(value, int | str | float) and not isinstance(field, JSONField)):
        return value
    if isinstance(field, JSONField):
        import json

        return json.dumps(value, ensure_ascii=False)
    if isinstance(field, DateField | UUIDField):
        return field.get_db_prep_save(value, connection)
    return bytes(value) if isinstance(field, BinaryField) else value


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
