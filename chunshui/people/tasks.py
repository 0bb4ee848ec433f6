"""What happens by the clock."""

from __future__ import annotations

from datetime import datetime

from chunshui.kernel.background import every
from chunshui.people import commands

DAY = 24 * 60


@every("people.expire_credentials", DAY)
def expire_credentials(now: datetime) -> int:
    return commands.expire_credentials(now=now)


@every("people.resume_due", DAY)
def resume_due(now: datetime) -> int:
    return commands.resume_due(now=now)
