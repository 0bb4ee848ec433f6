"""Within what a visit may begin: what its resident asked for, never anything else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chunshui.kernel import clock
from chunshui.needs.queries.dispatch import times

if TYPE_CHECKING:
    from chunshui.needs.models import Assignment, Need

PARTS = ((8, 12), (12, 18), (18, 21))
"""Morning, afternoon, evening: the hours of each."""


def part_of(moment: datetime) -> int:
    return times.part(clock.local(moment).hour)


def hours(moment: datetime, part: int) -> tuple[datetime, datetime]:
    """When this part of that day begins and ends."""
    day = clock.today(moment)
    return clock.at(day, PARTS[part][0]), clock.at(day, PARTS[part][1])


def leeway(place: Assignment, others: bool, now: datetime) -> tuple[datetime, datetime]:
    """Between which moments an agreed visit may begin. Nobody alone moves a visit that two have promised, or one that has begun."""
    start, until = place.planned_from, place.planned_until
    assert start is not None
    assert until is not None
    if others or place.state != "planned" or start <= now:
        return start, start
    opens, closes = wished(place.need, start, until - start)
    return max(now, min(opens, start)), max(closes, start)


def wished(need: Need, around: datetime, length: timedelta) -> tuple[datetime, datetime]:
    """The first and the last beginning that the wish allows; any time at all means the same part of the day."""
    if need.wish_from is not None and need.wish_until is not None:
        return need.wish_from, max(need.wish_from, need.wish_until - length)
    opens, closes = hours(around, part_of(around))
    return opens, max(opens, closes - length)
