"""The rules that are planes of bits, for all people around an order at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from chunshui.matching.columns import ACTIVE_AT, ADULT_AT, ASKABLE_AT, CELL_M, LANGUAGES_AT, MALE_AT, REFUSES_PLANE, SORTED, TOTAL, WORD_PLANE
from chunshui.matching.compiled import bits, inner, lowest_bit

ONE, ALL, _LOW_SIX = np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64(63)


@inner
def _within(value: float, most: int) -> int:
    return int(min(max(value, 0.0), float(most)))


@inner
def spans_around(sight: Any, x: float, y: float, radius: float, spans: Any) -> int:
    """Ranges of rows in which everybody within the radius lives; those added since the district was built come last."""
    west, south, across, up = sight.grid[0], sight.grid[1], int(sight.grid[2]), int(sight.grid[3])
    reach, many = radius + 2.0, 0
    for at in range(_within((y - reach - south) / CELL_M, up - 1), _within((y + reach - south) / CELL_M, up - 1) + 1):
        half = reach
        if 0 < at < up - 1:
            low = south + at * CELL_M
            gap = max(low - y, y - low - CELL_M, 0.0)
            half = np.sqrt(max(reach * reach - gap * gap, 0.0))
        first = sight.cells[at * across + _within((x - half - west) / CELL_M, across - 1)]
        last = sight.cells[at * across + _within((x + half - west) / CELL_M, across - 1) + 1]
        if last > first:
            spans[many, 0], spans[many, 1] = first, last
            many += 1
    if sight.counts[TOTAL] > sight.counts[SORTED]:
        spans[many, 0], spans[many, 1] = sight.counts[SORTED], sight.counts[TOTAL]
        many += 1
    return many


@inner
def planes_of(mask: Any, first: int, picks: Any, many: int) -> int:
    """Add the plane of each set bit."""
    while mask:
        picks[many] = first + lowest_bit(mask)
        many += 1
        mask &= mask - ONE
    return many


@inner
def _personal_planes(order: Any, picks: Any) -> int:
    """The planes of the rules about the person; those that must not be set are negative."""
    picks[0], picks[1] = WORD_PLANE + ACTIVE_AT, WORD_PLANE + ASKABLE_AT
    many = 2
    if not order.minors_welcome:
        picks[many] = WORD_PLANE + ADULT_AT
        many += 1
    if order.gender_must and order.gender != 0:
        picks[many] = WORD_PLANE + MALE_AT + order.gender - 1
        many += 1
    languages = np.uint64(order.languages)
    if order.language_must and bits(languages) == 1:
        picks[many] = WORD_PLANE + LANGUAGES_AT + lowest_bit(languages)
        many += 1
    refused = planes_of(order.kind, REFUSES_PLANE, picks, many)
    for at in range(many, refused):
        picks[at] = -picks[at]
    return int(planes_of(order.skills, 0, picks, refused))


@inner
def copy(words: Any, many: int, to: Any) -> None:
    for at in range(many):
        to[at] = words[at]


@inner
def narrow(planes: Any, pick: int, first: int, words: int, left: Any) -> None:
    if pick >= 0:
        plane = planes[pick]
        for at in range(words):
            left[at] &= plane[first + at]
    else:
        plane = planes[-pick]
        for at in range(words):
            left[at] &= ~plane[first + at]


@inner
def at_some_time(planes: Any, asked: Any, index: int, first: int, words: int, scratch: Any) -> None:
    """Of those in the first words, who has all slots of at least one time open."""
    left, one, some, picks = scratch.words[0], scratch.words[1], scratch.words[2], scratch.picks[1]
    low, high = asked.time_offsets[index], asked.time_offsets[index + 1]
    if high - low == 1:
        for pick in range(planes_of(asked.time_slots[low], WORD_PLANE, picks, 0)):
            narrow(planes, picks[pick], first, words, left)
        return
    for at in range(words):
        some[at] = np.uint64(0)
    for time in range(low, high):
        copy(left, words, one)
        for pick in range(planes_of(asked.time_slots[time], WORD_PLANE, picks, 0)):
            narrow(planes, picks[pick], first, words, one)
        for at in range(words):
            some[at] |= one[at]
    copy(some, words, left)


@inner
def filtered(planes: Any, asked: Any, index: int, picks: Any, many: int, low: int, high: int, scratch: Any) -> int:
    """Into the first words: the people of rows low..high whom the planes let pass; answers how many words."""
    first = low >> 6
    words = ((high - 1) >> 6) + 1 - first
    left = scratch.words[0]
    for at in range(words):
        left[at] = ALL
    for at in range(many):
        narrow(planes, picks[at], first, words, left)
    at_some_time(planes, asked, index, first, words, scratch)
    left[0] &= ALL << np.uint64(low & 63)
    left[words - 1] &= ALL >> (_LOW_SIX - np.uint64((high - 1) & 63))
    return words


@inner
def spelled(left: Any, words: int, first: int, hits: Any, many: int) -> int:
    """Add the row of each set bit."""
    for at in range(words):
        word = left[at]
        while word:
            hits[many] = ((first + at) << 6) + lowest_bit(word)
            many += 1
            word &= word - ONE
    return many


@inner
def around(sight: Any, asked: Any, index: int, scratch: Any) -> int:
    """Rows near the order whom the planes let pass."""
    order = asked.orders[index]
    picks, spans = scratch.picks[0], scratch.spans
    rules = _personal_planes(order, picks)
    many = 0
    for at in range(spans_around(sight, order.x, order.y, float(order.max_distance_m), spans)):
        low, high = spans[at, 0], spans[at, 1]
        words = filtered(sight.planes, asked, index, picks, rules, low, high, scratch)
        many = spelled(scratch.words[0], words, low >> 6, scratch.hits, many)
    return many
