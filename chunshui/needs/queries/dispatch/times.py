"""When an order could be served: the visits that its wish allows, in the engine's minutes and national slots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.matching import Time, slot_bit
from chunshui.needs.states import Priority

if TYPE_CHECKING:
    from chunshui.needs.models import Need

HOLIDAY = 7
PART_STARTS = (9, 14, 19)
"""The hour at which a morning, an afternoon or an evening visit begins when the resident left it open."""
OPEN_DAYS, MOST_VISITS = 7, 21
HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True)
class Visit:
    start: datetime
    end: datetime

    def meets(self, start: datetime, end: datetime) -> bool:
        return self.start < end and start < self.end


class Wish(NamedTuple):
    """When an order is wished for, and for how long."""

    since: datetime | None
    until: datetime | None
    minutes: int
    urgent: bool


def wished(need: Need, now: datetime) -> list[Visit]:
    """The times at which the order can still be served as the resident wished it, earliest first."""
    return visits(Wish(need.wish_from, need.wish_until, need.minutes, need.priority == Priority.URGENT), now)


def visits(wish: Wish, now: datetime) -> list[Visit]:
    since, until, length = wish.since, wish.until, timedelta(minutes=wish.minutes)
    if since is None or until is None:
        return _open(now, length, urgent=wish.urgent)
    if until <= now:
        return []
    first = since if since >= now else min(_half_hour(now), until - timedelta(minutes=1))
    later = [start for start in _starts(first, until) if start > first and start + length <= until]
    return [Visit(start, start + length) for start in [first, *later][:MOST_VISITS]]


def _open(now: datetime, length: timedelta, *, urgent: bool) -> list[Visit]:
    """Any time: mornings, afternoons and evenings of a week; an urgent one also within the hour, by day."""
    soon = _half_hour(now + timedelta(hours=1))
    starts = [start for start in _starts(soon, now + timedelta(days=OPEN_DAYS)) if start > soon]
    if urgent and 8 <= clock.local(soon).hour < 20:
        starts.insert(0, soon)
    return [Visit(start, start + length) for start in starts[:MOST_VISITS]]


def _starts(since: datetime, until: datetime) -> Iterable[datetime]:
    day = clock.today(since)
    while clock.at(day) < until:
        yield from (moment for hour in PART_STARTS if since <= (moment := clock.at(day, hour)) < until)
        day += timedelta(days=1)


def _half_hour(moment: datetime) -> datetime:
    """The next full or half hour."""
    seconds = HALF_HOUR.total_seconds()
    return datetime.fromtimestamp(-(-moment.timestamp() // seconds) * seconds, tz=moment.tzinfo)


def minute(moment: datetime) -> int:
    """Local wall-clock minutes since 1970, the engine's time."""
    return int((clock.local(moment).replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds() // 60)  # noqa: DTZ001  wall clock


def moment(minutes: int) -> datetime:
    return (datetime(1970, 1, 1) + timedelta(minutes=minutes)).replace(tzinfo=clock.zone())  # noqa: DTZ001  wall clock


def slots(visit: Visit) -> int:
    """Mask of the national free-time slots that a visit touches."""
    mask, at, last = 0, visit.start, visit.end - timedelta(minutes=1)
    while at <= last:
        mask |= _slot(clock.today(at), clock.local(at).hour)
        at += timedelta(hours=1)
    return mask | _slot(clock.today(last), clock.local(last).hour)


def _slot(day: date, hour: int) -> int:
    return slot_bit(HOLIDAY if areas.is_holiday(day) else day.weekday(), part(hour))


def part(hour: int) -> int:
    """0 morning, 1 afternoon, 2 evening."""
    return (hour >= 12) + (hour >= 18)


def engine_times(found: list[Visit]) -> tuple[Time, ...]:
    return tuple(Time(slots(visit), minute(visit.start), minute(visit.end)) for visit in found)
