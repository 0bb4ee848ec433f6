"""What the clock does to orders."""

from __future__ import annotations

from datetime import datetime

from chunshui.kernel.background import every
from chunshui.needs import commands


@every("needs.escalate_overdue", 5)
def escalate_overdue(now: datetime) -> int:
    return commands.escalate_overdue(now=now)


@every("needs.close_day", 15)
def close_day(now: datetime) -> int:
    return commands.close_day(now=now)


@every("needs.close_unrated", 15)
def close_unrated(now: datetime) -> int:
    return commands.close_unrated(now=now)


@every("needs.place_next_of_series", 60)
def place_next_of_series(now: datetime) -> int:
    return commands.place_next_of_series(now=now)


@every("needs.remind_of_tomorrow", 15)
def remind_of_tomorrow(now: datetime) -> int:
    return commands.remind_of_tomorrow(now=now)


@every("needs.archive_needs", 1440)
def archive_needs(now: datetime) -> int:
    return commands.archive_needs(now=now)


@every("needs.clear_drafts", 720)
def clear_drafts(now: datetime) -> int:
    return commands.clear_drafts(now=now)
