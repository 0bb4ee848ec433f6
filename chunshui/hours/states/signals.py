"""Signals: patterns in hours that are worth a look. Each has its threshold as a rule and its own words; none accuses anybody."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.hours.states.entries import DAYS
from chunshui.hours.states.records import MINUTE
from chunshui.kernel.rules import rule


class Signal(models.TextChoices):
    MANUAL_SHARE = "manual_share", _("补录占得多")
    LATE_ENTRY = "late_entry", _("很久以后才录入")
    LONG_DAY = "long_day", _("一天很长")
    OVERLAP = "overlap", _("时间有重叠")
    TOO_FAST = "too_fast", _("两处离得远、隔得近")
    SAME_STRETCH = "same_stretch", _("许多人同一段时间")
    NEW_TEAM = "new_team", _("新队伍时长很多")
    MUTUAL = "mutual", _("互相复核")
    BURST = "burst", _("一天录入很多")


PEOPLE = _("人")
PERCENT = "%"
WINDOW = rule("hours.signal.window_days", 60, DAYS, _("线索看最近几天的服务"), "P", least=7, most=400)
MANUAL_PERCENT = rule("hours.signal.manual_percent", 70, PERCENT, _("线索：一支队伍补录占多少"), "P", least=1, most=100)
MANUAL_LEAST = rule("hours.signal.manual_least_minutes", 600, MINUTE, _("线索：补录占比从多少时长起看"), "P", least=0, most=1_000_000)
LATE_DAYS = rule("hours.signal.late_days", 14, DAYS, _("线索：服务过后几天才录入"), "P", least=1, most=400)
LONG_MINUTES = rule("hours.signal.long_day_minutes", 600, MINUTE, _("线索：一人一天服务多久"), "P", least=60, most=1440)
FAST_KMH = rule("hours.signal.fast_km_per_hour", 60, _("公里/小时"), _("线索：两次服务之间走多快"), "P", least=1, most=1000)
SAME_PEOPLE = rule("hours.signal.same_people", 20, PEOPLE, _("线索：同一段时间补录多少人"), "P", least=2, most=10_000)
NEW_DAYS = rule("hours.signal.new_team_days", 30, DAYS, _("线索：成立几天内算新队伍"), "P", least=1, most=400)
NEW_MINUTES = rule("hours.signal.new_team_minutes", 6000, MINUTE, _("线索：新队伍多少时长"), "P", least=0, most=10_000_000)
MUTUAL_TIMES = rule("hours.signal.mutual_times", 3, _("次"), _("线索：两人互相复核几次"), "P", least=1, most=1000)
BURST_MINUTES = rule("hours.signal.burst_minutes", 6000, MINUTE, _("线索：一人一天录入多少"), "P", least=60, most=10_000_000)
SIGNAL_RULES = (
    WINDOW, MANUAL_PERCENT, MANUAL_LEAST, LATE_DAYS, LONG_MINUTES, FAST_KMH, SAME_PEOPLE, NEW_DAYS, NEW_MINUTES, MUTUAL_TIMES, BURST_MINUTES,
)  # fmt: skip
