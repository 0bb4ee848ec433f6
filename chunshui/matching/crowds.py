"""Orders that ask the same skill at the same times are looked at together: who could go to any of them is written side by side once.

What does not depend on the order (slots, own cost, idle certificates) is settled then. Each order runs through the part of the columns
that lives around it, in loops without a branch, several people at a time.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chunshui.matching.columns import ACTIVE_AT, ADULT_AT, ASKABLE_AT, MALE_AT, TOTAL, WORD_PLANE, Sight
from chunshui.matching.compiled import array, bits, inner, lowest_bit, record
from chunshui.matching.filters import ONE, at_some_time, copy, narrow, planes_of, spans_around
from chunshui.matching.weighing import SURPLUS_FULL, clear, familiar, offered, personal, wishes

NEVER = 1e18
"""Cost of somebody who lives too far away."""
WAY = 3000.0


class Crowd(NamedTuple):
    """People who have the skills and one of the times, by row."""

    before: NDArray[np.int32]
    """Per word of the planes: how many of them stand in the words before."""
    rows: NDArray[np.int32]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    reach: NDArray[np.float64]
    own: NDArray[np.float64]
    """What they cost whoever of these orders asks."""
    times: NDArray[np.uint64]
    """Mask of the times they offer."""
    bound: NDArray[np.bool_]
    """They have visits or limits that must be looked at."""
    cost: NDArray[np.float64]
    at: NDArray[np.int32]
    """Of an order: where its people stand in the columns."""


CROWD = record(
    Crowd,
    before=array(np.int32, written=True),
    rows=array(np.int32, written=True),
    x=array(np.float64, written=True),
    y=array(np.float64, written=True),
    reach=array(np.float64, written=True),
    own=array(np.float64, written=True),
    times=array(np.uint64, written=True),
    bound=array(np.bool_, written=True),
    cost=array(np.float64, written=True),
    at=array(np.int32, written=True),
)


def crowd_for(sight: Sight) -> Crowd:
    """Room for everybody; what is not used costs nothing."""
    total = int(sight.counts[TOTAL]) + 1
    columns: list[Any] = [np.empty(total, kind) for kind in (np.int32, *(np.float64,) * 4, np.uint64, np.bool_, np.float64, np.int32)]
    return Crowd(np.empty(total // 64 + 3, np.int32), *columns)


@inner
def same_crowd(asked: Any, one: int, other: int) -> bool:
    """Both ask the same skills at times of the same slots, and none of the times is settled."""
    low, first = asked.time_offsets[one], asked.time_offsets[other]
    many = asked.time_offsets[one + 1] - low
    if asked.time_offsets[other + 1] - first != many or asked.orders[one].skills != asked.orders[other].skills:
        return False
    same = asked.only[one] < 0 and asked.only[other] < 0
    for at in range(many):
        same &= asked.time_slots[low + at] == asked.time_slots[first + at]
    return bool(same)


@inner
def gather(sight: Any, asked: Any, prices: Any, index: int, brief: Any, scratch: Any, crowd: Any) -> bool:
    """Write the crowd of this order; whether any of them is bound."""
    words, left, picks = (sight.counts[TOTAL] + 63) >> 6, scratch.words[0], scratch.picks[0]
    copy(sight.planes[WORD_PLANE + ACTIVE_AT], words, left)
    narrow(sight.planes, WORD_PLANE + ASKABLE_AT, 0, words, left)
    for pick in range(planes_of(asked.orders[index].skills, 0, picks, 0)):
        narrow(sight.planes, picks[pick], 0, words, left)
    at_some_time(sight.planes, asked, index, 0, words, scratch)
    many = 0
    for at in range(words):
        crowd.before[at] = many
        word = left[at]
        while word:
            crowd.rows[many] = (at << 6) + lowest_bit(word)
            many += 1
            word &= word - ONE
    crowd.before[words] = many
    return bool(_described(prices, asked.orders[index].skills, many, brief, crowd) | _timed(sight, asked, index, many, crowd))


@inner
def _described(prices: Any, skills: Any, many: int, brief: Any, crowd: Any) -> bool:
    """Where they live, how far they go, what they cost; short, so that the memory is asked for many at once."""
    scarce, bound = prices.scarce_skills & ~skills, False
    for at in range(many):
        person = brief[crowd.rows[at]]
        reach = np.int64(person.reach)
        surplus = prices.skill_surplus * min(bits(person.skills & scarce), SURPLUS_FULL) // SURPLUS_FULL
        crowd.x[at], crowd.y[at], crowd.own[at] = person.x, person.y, person.own + surplus
        crowd.bound[at], crowd.reach[at] = reach < 0, max(reach, ~reach)
        bound |= bool(reach < 0)
    return bound


@inner
def _timed(sight: Any, asked: Any, index: int, many: int, crowd: Any) -> bool:
    """Which of the times they offer; visits that are settled bind everybody."""
    if asked.time_offsets[index + 1] - asked.time_offsets[index] == 1:
        crowd.times[:many] = ONE
    else:
        for at in range(many):
            crowd.times[at] = offered(sight, asked, index, np.int64(crowd.rows[at]))
    if asked.pins.size:
        crowd.bound[:many] = True
    return bool(asked.pins.size > 0)


@inner
def _span(crowd: Any, order: Any, distance: float, low: int, high: int) -> None:
    """What each of low..high costs this order, NEVER where it is too far."""
    x, y, reach, own, cost = crowd.x[low:high], crowd.y[low:high], crowd.reach[low:high], crowd.own[low:high], crowd.cost[low:high]
    most, order_x, order_y = float(order.max_distance_m), order.x, order.y
    for at in range(x.size):
        east, north = x[at] - order_x, y[at] - order_y
        away = np.rint(np.sqrt(east * east + north * north))
        whole = own[at] + np.floor(distance * away / WAY)
        cost[at] = whole if (away <= reach[at]) & (away <= most) else NEVER


@inner
def _near(sight: Any, asked: Any, prices: Any, index: int, scratch: Any, crowd: Any) -> int:
    """Into the first hits, costs and times: who of the crowd lives near enough."""
    order, spans, distance = asked.orders[index], scratch.spans, float(prices.distance)
    hits, costs, free, places = scratch.hits, scratch.costs, scratch.free, crowd.at
    many, done = 0, 0
    for span in range(spans_around(sight, order.x, order.y, float(order.max_distance_m), spans)):
        low = max(done, int(crowd.before[spans[span, 0] >> 6]))
        high = int(crowd.before[((spans[span, 1] - 1) >> 6) + 1])
        if low >= high:
            continue
        _span(crowd, order, distance, low, high)
        for at in range(low, high):
            hits[many], costs[many], free[many], places[many] = crowd.rows[at], int(crowd.cost[at]), crowd.times[at], at
            many += crowd.cost[at] < NEVER
        done = high
    return many


@inner
def _needed(order: Any) -> Any:
    """Bits of the word that a person must have for this order."""
    need = np.uint64(0)
    if not order.minors_welcome:
        need |= ONE << np.uint64(ADULT_AT)
    if order.gender_must and order.gender != 0:
        need |= ONE << np.uint64(MALE_AT + order.gender - 1)
    return need


@inner
def _allowed(sight: Any, asked: Any, prices: Any, index: int, many: int, scratch: Any, crowd: Any) -> int:
    """Keep those whom the rules of this order and their own visits allow, with what its wishes cost."""
    hits, costs, free, order = scratch.hits, scratch.costs, scratch.free, asked.orders[index]
    need, kept = _needed(order), 0
    for at in range(many):
        row, able = np.int64(hits[at]), free[at]
        person = sight.rows[row]
        if person.word & need != need or sight.refuses[row] & order.kind or not personal(person, order, asked, index, row):
            continue
        if crowd.bound[crowd.at[at]]:
            _, able = clear(sight, asked, index, row, prices.turnaround_minutes, able, scratch.use)
        if able:
            hits[kept], free[kept], costs[kept] = row, able, costs[at] + wishes(person.word, order, prices)
            kept += 1
    return kept


@inner
def crowd_weighed(sight: Any, asked: Any, prices: Any, index: int, bound: bool, scratch: Any, crowd: Any) -> int:
    """As `weighed`: of the crowd those who may go to this order, with their cost and the mask of times at which they can."""
    order, many = asked.orders[index], _near(sight, asked, prices, index, scratch, crowd)
    plain = order.minors_welcome and order.gender == 0 and order.languages == 0 and order.kind == 0 and order.min_age <= 0
    if bound or not plain or asked.barred_offsets[index + 1] > asked.barred_offsets[index]:
        many = _allowed(sight, asked, prices, index, many, scratch, crowd)
    familiar(asked, prices, index, many, scratch)
    return int(many)
