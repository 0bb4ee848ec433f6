"""Offers end after their last day."""

from __future__ import annotations

from datetime import datetime

from chunshui.kernel import background
from chunshui.redemption import commands


@background.every("redemption.end_past_offers", minutes=60)
def end_past_offers(now: datetime) -> int:
    return commands.end_past_offers(now=now)
