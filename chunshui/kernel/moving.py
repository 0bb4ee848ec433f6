"""Rows of one person become another's, and can be given back: what merging two records does in every domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

Moves = Sequence[tuple[QuerySet[Any], str]]
Moved = Mapping[str, Sequence[int]]


def move(moves: Moves, old: int, new: int) -> dict[str, list[int]]:
    """Point every row of `old` at `new`; a row that a constraint holds back stays. What moved, by table and column."""
    found = {key_of(rows, column): _move(rows, column, old, new) for rows, column in moves}
    return {key: ids for key, ids in found.items() if ids}


def give_back(moves: Moves, moved: Moved, old: int, new: int) -> None:
    """The opposite: what moved and is still the new person's goes back."""
    for rows, column in moves:
        ids = moved.get(key_of(rows, column), [])
        rows.model._default_manager.filter(pk__in=ids, **{column: new}).update(**{column: old})


def key_of(rows: QuerySet[Any], column: str) -> str:
    return f"{rows.model._meta.label_lower}.{column}"


def joined(before: Moved, more: Moved) -> dict[str, list[int]]:
    """Two notes of what moved as one, so that a repeat forgets nothing."""
    return {key: sorted({*before.get(key, []), *more.get(key, [])}) for key in {*before, *more}}


def _move(rows: QuerySet[Any], column: str, old: int, new: int) -> list[int]:
    ids = list(rows.filter(**{column: old}).order_by("pk").values_list("pk", flat=True))
    if not ids or _moved(rows, ids, column, new):
        return ids
    return [pk for pk in ids if _moved(rows, [pk], column, new)]


def _moved(rows: QuerySet[Any], ids: list[int], column: str, new: int) -> bool:
    try:
        with transaction.atomic():
            rows.model._default_manager.filter(pk__in=ids).update(**{column: new})
    except IntegrityError:
        return False
    return True
