"""Offers end after their last day; badges and the order of lists are reckoned anew every night."""

from __future__ import annotations

from datetime import datetime

from chunshui.kernel import background
from chunshui.redemption import commands


@background.every("redemption.end_past_offers", minutes=60)
def end_past_offers(now: datetime) -> int:
    return commands.end_past_offers(now=now)


@background.every("redemption.rank_merchants", minutes=24 * 60)
def rank_merchants(now: datetime) -> int:
    return commands.rank_merchants(now=now)
