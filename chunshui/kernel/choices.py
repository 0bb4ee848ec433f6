"""Text choices that carry a national code beside the word."""

from __future__ import annotations

from collections.abc import Iterable


def to_mask(codes: Iterable[int]) -> int:
    """Bit n-1 stands for code n, so that a set of codes is one integer."""
    mask = 0
    for code in codes:
        mask |= 1 << (code - 1)
    return mask


def from_mask(mask: int) -> list[int]:
    return [bit + 1 for bit in range(mask.bit_length()) if mask >> bit & 1]
