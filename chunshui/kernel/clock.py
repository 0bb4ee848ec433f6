"""Calendar arithmetic in the district's own time zone. Nothing here reads the clock: `now` is always given."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def local(moment: datetime) -> datetime:
    return moment.astimezone(zone())


def today(now: datetime) -> date:
    return local(now).date()


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """That wall-clock moment of the district; 24 means midnight at the end of the day."""
    return datetime.combine(day + timedelta(days=hour // 24), time(hour % 24, minute), zone())


def week_start(now: datetime) -> datetime:
    day = today(now)
    return at(day - timedelta(days=day.weekday()))


def month_start(now: datetime) -> date:
    return today(now).replace(day=1)
