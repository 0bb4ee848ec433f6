"""What the clock does to points and vouchers."""

from __future__ import annotations

from datetime import datetime

from chunshui.kernel.background import every
from chunshui.redemption import commands


@every("redemption.expire_vouchers", 1)
def expire_vouchers(now: datetime) -> int:
    return commands.expire_vouchers(now=now)


@every("redemption.expire_points", 60)
def expire_points(now: datetime) -> int:
    return commands.expire_points(now=now)


@every("redemption.remind_of_expiry", 60)
def remind_of_expiry(now: datetime) -> int:
    return commands.remind_of_expiry(now=now)
