"""The worker sends the text messages that are due in every round."""

from __future__ import annotations

from datetime import datetime

from chunshui.kernel import background
from chunshui.notices import commands


@background.drain
def send_due(now: datetime) -> int:
    return commands.send_due(now=now, limit=50)
