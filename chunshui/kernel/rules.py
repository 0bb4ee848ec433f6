"""Rules whose numbers differ between districts: declared in code with unit and source, valued in the database with a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chunshui.kernel.errors import Text


@dataclass(frozen=True)
class Rule:
    """`unit` is shown beside the value; `source` names the law, standard or paper (P = our proposal)."""

    key: str
    default: Any
    unit: Text
    label: Text
    source: str
    least: int | None = None
    most: int | None = None
    page: str = ""
    """Name of the page on which it is set, when that is not the page of all rules."""
    choices: tuple[str, ...] = ()
    """The words that a rule of words may have."""


RULES: dict[str, Rule] = {}


def rule(
    key: str,
    default: Any,
    unit: Text,
    label: Text,
    source: str,
    *,
    least: int | None = None,
    most: int | None = None,
    page: str = "",
    choices: tuple[str, ...] = (),
) -> Rule:
    RULES[key] = Rule(key, default, unit, label, source, least, most, page, choices)
    return RULES[key]
