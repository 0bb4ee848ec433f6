"""What is asked of each person that the planes let pass: distance, age, visits agreed to, cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from chunshui.matching.columns import LANGUAGES_AT, MALE_AT, NEWCOMER_AT, SLOT_LIMIT_AT
from chunshui.matching.compiled import bits, inner, lowest_bit
from chunshui.matching.filters import ONE

LOAD_FULL, MESSAGES_FULL, SURPLUS_FULL = 20, 6, 5
WALK_METRES_A_MINUTE = 60.0
DAY, NOON, EVENING = 1440, 720, 1080
LANGUAGES, GENDER, THREE = np.uint64(LANGUAGES_AT), np.uint64(MALE_AT), np.uint64(3)
_SLOT_LIMIT, _NEWCOMER = np.uint64(SLOT_LIMIT_AT), np.uint64(NEWCOMER_AT)


@inner
def away_from(person: Any, order: Any) -> int:
    east, north = person.x - order.x, person.y - order.y
    return int(np.rint(np.sqrt(east * east + north * north)))


@inner
def holds(rows: Any, low: int, high: int, row: int) -> bool:
    """Whether a row is in a rising part of a list."""
    while low < high:
        middle = (low + high) >> 1
        if rows[middle] < row:
            low = middle + 1
        elif rows[middle] > row:
            high = middle
        else:
            return True
    return False


@inner
def _part(minute: int) -> int:
    """Which morning, afternoon or evening since 1970."""
    of_day = minute % DAY
    return minute // DAY * 3 + (of_day >= NOON) + (of_day >= EVENING)


@inner
def _count(visit: Any, order: Any, start: int, end: int, turnaround: int, use: Any) -> None:
    """What one visit takes from a time: the time itself, a place of the day, of the week, of the part of the day."""
    gap = turnaround
    if not np.isnan(visit.x):
        east, north = visit.x - order.x, visit.y - order.y
        gap += int(np.ceil(np.sqrt(east * east + north * north) / WALK_METRES_A_MINUTE))
    begun = np.int64(visit.start)
    use[0] += begun < end + gap and start < visit.end + gap
    use[1] += begun // DAY == start // DAY
    use[2] += (begun // DAY + 3) // 7 == (start // DAY + 3) // 7
    use[3] += _part(begun) == _part(start)


@inner
def _first_pin(pins: Any, row: int) -> int:
    low, high = 0, pins.size
    while low < high:
        middle = (low + high) >> 1
        if pins[middle].row < row:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def use_of(sight: Any, asked: Any, index: int, row: int, time: int, turnaround: int, use: Any) -> None:
    """Of a volunteer at a time: visits that stand in it, and those of its day, week and part of the day."""
    use[0], use[1], use[2], use[3] = 0, 0, 0, 0
    order, start, end = asked.orders[index], asked.time_start[time], asked.time_end[time]
    at = sight.rows[row].head
    while at >= 0:
        visit = sight.visits[at]
        if visit.alive and visit.row == row:
            _count(visit, order, start, end, turnaround, use)
        at = visit.next
    if asked.pins.size:
        at = _first_pin(asked.pins, row)
        while at < asked.pins.size and asked.pins[at].row == row:
            _count(asked.pins[at], order, start, end, turnaround, use)
            at += 1


@inner
def offered(sight: Any, asked: Any, index: int, row: int) -> Any:
    """Mask of the times of which the volunteer, whom the planes let pass, has all slots open."""
    low, only, mask = asked.time_offsets[index], asked.only[index], np.uint64(0)
    if only < 0 and asked.time_offsets[index + 1] - low == 1:
        return ONE
    word = sight.rows[row].word
    for time in range(low, asked.time_offsets[index + 1]):
        slots = asked.time_slots[time]
        if word & slots == slots and (only < 0 or only == time - low):
            mask |= ONE << np.uint64(time - low)
    return mask


@inner
def clear(sight: Any, asked: Any, index: int, row: int, turnaround: int, mask: Any, use: Any) -> Any:
    """Of these times those at which no visit stands in the way, and of those the ones that the limits allow."""
    person, low = sight.rows[row], asked.time_offsets[index]
    free, able = np.uint64(0), np.uint64(0)
    a_part = (person.word >> _SLOT_LIMIT) & THREE
    while mask:
        time = lowest_bit(mask)
        bit = ONE << np.uint64(time)
        use_of(sight, asked, index, row, low + time, turnaround, use)
        if use[0] == 0:
            free |= bit
            if use[1] < person.day_limit and use[2] < person.week_limit and (a_part == 0 or np.uint64(use[3]) < a_part):
                able |= bit
        mask &= mask - ONE
    return free, able


@inner
def personal(person: Any, order: Any, asked: Any, index: int, row: int) -> bool:
    """The rules about the person that no plane holds."""
    languages = np.uint64(order.languages)
    if order.language_must and languages and not (person.word >> LANGUAGES) & languages:
        return False
    if order.min_age > 0 and person.age < order.min_age:
        return False
    low, high = asked.barred_offsets[index], asked.barred_offsets[index + 1]
    return low == high or not holds(asked.barred_rows, low, high, row)


@inner
def own_cost(person: Any, prices: Any) -> int:
    """What a volunteer costs whoever asks: load, acceptance, messages, being new."""
    cost = prices.load * min(np.int64(person.load30), LOAD_FULL) // LOAD_FULL
    cost += np.int64(np.rint(prices.acceptance * (1.0 - person.acceptance)))
    cost += prices.messages * min(np.int64(person.messages7), MESSAGES_FULL) // MESSAGES_FULL
    cost -= prices.newcomer * np.int64((person.word >> _NEWCOMER) & ONE)
    return int(cost)


@inner
def wishes(word: Any, order: Any, prices: Any) -> int:
    """What wishes cost that are not met; the word is that of the person."""
    cost = 0
    if order.gender != 0 and not order.gender_must and (word >> GENDER) & THREE != np.uint64(order.gender):
        cost += prices.wish_gender
    languages = np.uint64(order.languages)
    if languages and not order.language_must and not (word >> LANGUAGES) & languages:
        cost += prices.wish_language
    return int(cost)


@inner
def pair_cost(person: Any, order: Any, prices: Any, away: int) -> int:
    """What the two cost together: the way, idle certificates, wishes."""
    cost = prices.distance * away // 3000
    idle = bits(person.skills & prices.scarce_skills & ~order.skills)
    cost += prices.skill_surplus * min(idle, SURPLUS_FULL) // SURPLUS_FULL
    return int(cost + wishes(person.word, order, prices))


@inner
def place_of(rows: Any, many: int, row: int) -> int:
    """Where this row stands in the first so many, which rise, or would stand."""
    low, high = 0, many
    while low < high:
        middle = (low + high) >> 1
        if rows[middle] < row:
            low = middle + 1
        else:
            high = middle
    return low


@inner
def _stands_in(rows: Any, low: int, high: int, row: int) -> bool:
    found = False
    for at in range(low, high):
        found |= rows[at] == row
    return found


@inner
def familiar(asked: Any, prices: Any, index: int, many: int, scratch: Any) -> None:
    """Who knows the resident costs less."""
    first = asked.known_offsets[index]
    for at in range(first, asked.known_offsets[index + 1]):
        row = asked.known_rows[at]
        place = place_of(scratch.hits, many, row)
        if place < many and scratch.hits[place] == row and not _stands_in(asked.known_rows, first, at, row):
            scratch.costs[place] -= prices.familiarity * asked.orders[index].continuity


@inner
def weighed(sight: Any, asked: Any, prices: Any, index: int, many: int, brief: Any, scratch: Any) -> int:
    """Keep of the hits those who may go, with their cost and the mask of times at which they can."""
    hits, costs, free, use = scratch.hits, scratch.costs, scratch.free, scratch.use
    order, kept = asked.orders[index], 0
    for at in range(many):
        row = np.int64(hits[at])
        person = sight.rows[row]
        away = away_from(person, order)
        if away > min(person.reach_m, order.max_distance_m) or not personal(person, order, asked, index, row):
            continue
        able = offered(sight, asked, index, row)
        if person.head >= 0 or asked.pins.size or person.day_limit == 0 or person.week_limit == 0:
            _, able = clear(sight, asked, index, row, prices.turnaround_minutes, able, use)
        if able:
            hits[kept], free[kept] = row, able
            own = np.int64(brief[row].own) if brief.size else own_cost(person, prices)
            costs[kept] = own + pair_cost(person, order, prices, away)
            kept += 1
    familiar(asked, prices, index, kept, scratch)
    return kept
