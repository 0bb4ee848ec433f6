"""Keyset pages: the cursor is the last row's key, so page 10,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    rows: Sequence[M]
    next: str
    previous: str

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def encode(values: Sequence[Any], *, back: bool = False) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([int(back), *plain]).encode()).decode().rstrip("=")


def decode(cursor: str, keys: int) -> tuple[bool, list[Any]] | None:
    """The direction and key values of a cursor, or None if it is not one of ours."""
    try:
        raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error):
        return None
    if not isinstance(raw, list) or len(raw) != keys + 1 or raw[0] not in (0, 1):
        return None
    if not all(isinstance(value, str | int) and not (isinstance(value, int) and abs(value) >= 2**63) for value in raw[1:]):
        return None
    return bool(raw[0]), raw[1:]


def page(rows: QuerySet[M], order: Sequence[str], cursor: str = "", size: int = 50) -> Page[M]:
    """One page of `rows` in `order` (field names, `-` for descending; the last one unique, none of them null).

    A cursor that cannot be read, or no longer fits the columns, gives the first page.
    """
    found = decode(cursor, len(order)) if cursor else None
    back, values = found if found else (False, [])
    try:
        wanted = list(_from(rows, order, back, values)[: size + 1])
    except (ValueError, TypeError, OverflowError, ValidationError):
        back, values = False, []
        wanted = list(_from(rows, order, back, values)[: size + 1])
    more = len(wanted) > size
    wanted = wanted[:size]
    if back:
        wanted.reverse()
    has_next, has_previous = (bool(values), more) if back else (more, bool(values))
    return Page(
        wanted,
        encode(_key(wanted[-1], order)) if wanted and has_next else "",
        encode(_key(wanted[0], order), back=True) if wanted and has_previous else "",
    )


def _from(rows: QuerySet[M], order: Sequence[str], back: bool, values: Sequence[Any]) -> QuerySet[M]:
    signed = [name if not back else (name[1:] if name.startswith("-") else f"-{name}") for name in order]
    if values:
        rows = rows.filter(_after(signed, values))
    return rows.order_by(*signed)


def _after(order: Sequence[str], values: Sequence[Any]) -> Q:
    condition = Q()
    for position, name in enumerate(order):
        field, comparison = (name[1:], "lt") if name.startswith("-") else (name, "gt")
        same = {order[i].lstrip("-"): values[i] for i in range(position)}
        condition |= Q(**same, **{f"{field}__{comparison}": values[position]})
    return condition


def _key(row: Model, order: Sequence[str]) -> list[Any]:
    return [getattr(row, name.lstrip("-")) for name in order]
