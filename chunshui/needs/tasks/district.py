"""By night the engine's district is written anew: loads and questions of the last days have aged."""

from __future__ import annotations

from datetime import datetime

from chunshui.kernel.background import every
from chunshui.needs import commands


@every("needs.build_district", 1440)
def build_district(now: datetime) -> int:
    return commands.build_district(now=now)
