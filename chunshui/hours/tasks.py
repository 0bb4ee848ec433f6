"""What the clock does to hours."""

from __future__ import annotations

from datetime import datetime

from chunshui.hours import commands
from chunshui.kernel.background import every


@every("hours.count_due_entries", 60)
def count_due_entries(now: datetime) -> int:
    return commands.count_due_entries(now=now)


@every("hours.find_signals", 1440)
def find_signals(now: datetime) -> int:
    return commands.find_signals(now=now)
