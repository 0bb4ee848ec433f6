"""JSON as it is signed (RFC 8785) and read: no fractions, no key twice, so that two readers never see two documents in one file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MOST_BYTES = 4 * 1024 * 1024
MOST_INTEGER = 2**53 - 1


class Unreadable(Exception):  # noqa: N818  an answer, not an error
    """This is no document of ours."""


def canonical(value: Any) -> bytes:
    """RFC 8785 for texts, whole numbers, truth values, lists and objects."""
    return _written(value).encode()


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(key)}:{_written(value[key])}" for key in keys) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(_written(each) for each in value) + "]"
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > MOST_INTEGER):
        raise Unreadable("number")
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("key twice")
    return found


def _no_fraction(text: str) -> Any:
    raise Unreadable(f"number {text[:20]}")


def read(text: bytes | str) -> dict[str, Any]:
    """The object in a JSON text; raises `Unreadable`."""
    if len(text) > MOST_BYTES:
        raise Unreadable("too long")
    try:
        plain = text.decode() if isinstance(text, bytes) else text
        plain.encode()
        found = json.loads(plain, object_pairs_hook=_once, parse_float=_no_fraction, parse_constant=_no_fraction)
        canonical(found)
    except (ValueError, RecursionError) as error:
        raise Unreadable("no JSON") from error
    if not isinstance(found, dict):
        raise Unreadable("no object")
    return found
