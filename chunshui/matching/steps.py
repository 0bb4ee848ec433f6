"""The loops that count how many people are left after each hard rule."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from chunshui.matching.batch import ASKED, Asked
from chunshui.matching.columns import ACTIVE_AT, ADULT_AT, ASKABLE_AT, BUSY_PLANE, SCRATCH, SIGHT, TOTAL, WORD_PLANE, Scratch, Sight
from chunshui.matching.compiled import array, bits, entry, inner, lowest_bit
from chunshui.matching.filters import ONE, at_some_time, copy, filtered, narrow, planes_of, spans_around, spelled
from chunshui.matching.weighing import GENDER, LANGUAGES, THREE, away_from, clear, holds, offered


@inner
def _set_bits(left: Any, words: int) -> int:
    many = 0
    for at in range(words):
        many += bits(left[at])
    return many


@inner
def _all_busy(sight: Any, asked: Any, index: int, words: int, turnaround: int, left: Any, use: Any) -> int:
    """How many of these people have another visit in each of the times they offer."""
    many, busy = 0, sight.planes[BUSY_PLANE]
    for at in range(words):
        word = left[at] if asked.pins.size else left[at] & busy[at]
        while word:
            row = (at << 6) + lowest_bit(word)
            free, _ = clear(sight, asked, index, row, turnaround, offered(sight, asked, index, row), use)
            many += free == 0
            word &= word - ONE
    return many


@inner
def _everywhere(sight: Any, asked: Any, index: int, turnaround: int, scratch: Any, counts: Any) -> None:
    """The first three steps: registered, skilled, free; wherever they live."""
    words, left, picks = (sight.counts[TOTAL] + 63) >> 6, scratch.words[0], scratch.picks[0]
    copy(sight.planes[WORD_PLANE + ACTIVE_AT], words, left)
    counts[0] = _set_bits(left, words)
    for pick in range(planes_of(asked.orders[index].skills, 0, picks, 0)):
        narrow(sight.planes, picks[pick], 0, words, left)
    counts[1] = _set_bits(left, words)
    at_some_time(sight.planes, asked, index, 0, words, scratch)
    counts[2] = _set_bits(left, words) - _all_busy(sight, asked, index, words, turnaround, left, scratch.use)


@inner
def _passed(sight: Any, asked: Any, index: int, row: int, turnaround: int, use: Any) -> int:
    """Which of the steps from "free" on a skilled volunteer passes: the number of the last, 1 for none."""
    person, order = sight.rows[row], asked.orders[index]
    free, able = clear(sight, asked, index, row, turnaround, offered(sight, asked, index, row), use)
    if not free:
        return 1
    if away_from(person, order) > min(person.reach_m, order.max_distance_m):
        return 2
    languages = np.uint64(order.languages)
    if order.language_must and languages and not (person.word >> LANGUAGES) & languages:
        return 3
    if order.gender_must and order.gender != 0 and (person.word >> GENDER) & THREE != np.uint64(order.gender):
        return 4
    adult = (person.word >> np.uint64(ADULT_AT)) & ONE
    if (order.min_age > 0 and person.age < order.min_age) or not (order.minors_welcome or adult):
        return 5
    askable = (person.word >> np.uint64(ASKABLE_AT)) & ONE
    if not askable or sight.refuses[row] & order.kind or holds(asked.barred_rows, asked.barred_offsets[index], asked.barred_offsets[index + 1], row):
        return 6
    return 8 if able else 7


@entry(SIGHT, ASKED, types.int64, types.int64, types.int64, array(np.int64, 2, written=True), SCRATCH)
def count_steps(sight: Sight, asked: Asked, turnaround: int, low: int, high: int, counts: Any, scratch: Scratch) -> None:
    """How many people are left after each hard rule, for the orders low..high."""
    hits, picks, use, spans = scratch.hits, scratch.picks[0], scratch.use, scratch.spans
    for index in range(low, high):
        _everywhere(sight, asked, index, turnaround, scratch, counts[index])
        for step in range(3, 9):
            counts[index, step] = 0
        order = asked.orders[index]
        picks[0] = WORD_PLANE + ACTIVE_AT
        rules = planes_of(order.skills, 0, picks, 1)
        for at in range(spans_around(sight, order.x, order.y, float(order.max_distance_m), spans)):
            words = filtered(sight.planes, asked, index, picks, rules, spans[at, 0], spans[at, 1], scratch)
            for hit in range(spelled(scratch.words[0], words, spans[at, 0] >> 6, hits, 0)):
                last = _passed(sight, asked, index, np.int64(hits[hit]), turnaround, use)
                for step in range(3, last + 1):
                    counts[index, step] += 1
