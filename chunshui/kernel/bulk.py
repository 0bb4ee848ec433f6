"""Many plain rows written at once: COPY on PostgreSQL, one prepared statement elsewhere. No model objects, no defaults: every column is given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def insert(model: type[Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows of these fields, in the transaction that stands; what is JSON comes as text."""
    quote = connection.ops.quote_name
    known = {field.name: field.column for field in model._meta.concrete_fields if field.column}
    columns = ", ".join(quote(known[name]) for name in fields)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(rows))  # noqa: S608  names of our own columns
