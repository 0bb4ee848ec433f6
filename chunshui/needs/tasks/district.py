"""Each worker looks once a minute whether its machine's district is there, has room, and is of today: loads and questions age by night."""

from __future__ import annotations

from datetime import datetime, timedelta

from chunshui.kernel.background import drain
from chunshui.needs import commands

LOOK_EVERY = timedelta(minutes=1)
_looked: list[datetime] = []


@drain
def mend_district(now: datetime) -> int:
    if _looked and now < _looked[0] + LOOK_EVERY:
        return 0
    _looked[:] = [now]
    return commands.mend_district(now=now)
