"""How personal data look on screen and in exports until they are revealed."""

from __future__ import annotations


def name(full: str) -> str:
    """张三丰 → 张**, Mary Smith → M***."""
    return full[:1] + "*" * min(3, max(1, len(full) - 1)) if full else ""


def phone(number: str) -> str:
    """13883212041 → 138****2041; a landline keeps its last two digits."""
    if len(number) == 11 and number.startswith("1"):
        return f"{number[:3]}****{number[-4:]}"
    return "*" * max(0, len(number) - 2) + number[-2:]


def identity(number: str) -> str:
    return number[:3] + "*" * max(0, len(number) - 5) + number[-2:] if number else ""
