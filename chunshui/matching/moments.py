"""Numbers of moments for the times of a batch, so that times of one number exclude each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from chunshui.matching.batch import Asked, Ints
from chunshui.matching.compiled import array, entry
from chunshui.matching.orders import MINUTES_A_DAY


@entry(array(np.int64), array(np.int64), array(np.int64), array(np.int64, written=True), array(np.int64, written=True))
def _number(start: Any, until: Any, by_end: Any, moments: Any, numbers: Any) -> None:
    """Greedy by end: a time takes the first moment of its day that lies in it, or makes its own end a new one."""
    today, first, many = np.int64(-1), 0, 0
    for at in by_end:
        if start[at] // 1440 != today:
            first, many, today = first + many, 0, start[at] // 1440
        low, high = 0, many
        while low < high:
            middle = (low + high) >> 1
            if moments[middle] <= start[at]:
                low = middle + 1
            else:
                high = middle
        if low == many:
            moments[many] = until[at]
            many += 1
        numbers[at] = first + low


def moments_of(asked: Asked, turnaround: int) -> Ints:
    """Per time of the batch: as problem.shared_moments. Times of different numbers may overlap too."""
    until = asked.time_end + turnaround
    orders = np.repeat(np.arange(asked.orders.size), np.diff(asked.time_offsets))
    by_end = np.lexsort((np.arange(until.size), orders, asked.time_start, until, asked.time_start // MINUTES_A_DAY))
    numbers = np.empty(until.size, np.int64)
    _number(asked.time_start, until, by_end, np.empty_like(numbers), numbers)
    return numbers
