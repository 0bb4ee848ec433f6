"""How hours become points, how long points live, and what becomes of points that were taken back: rules with dates."""

from __future__ import annotations

from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import Rule, rule
from chunshui.kernel.steps import Step
from chunshui.teams.states import ServiceCategory


class AwardState(models.TextChoices):
    """`void`: the hours were cancelled before any points had been given for them, and none ever will be."""

    GIVEN = "given", _("已发")
    TAKEN_BACK = "taken_back", _("已收回")
    VOID = "void", _("不发")


AWARD_STEPS = {"take_back": Step(frozenset({AwardState.GIVEN}), AwardState.TAKEN_BACK, _("收回"))}

POINT = _("分")
SOURCE = "domain 2.5 · P"
HIGH = frozenset({ServiceCategory.FIRE, ServiceCategory.RESCUE})
MIDDLE = frozenset({ServiceCategory.HEALTH, ServiceCategory.LAW, ServiceCategory.TRAFFIC, ServiceCategory.DRUGS, ServiceCategory.CARE})


def _percent(category: ServiceCategory) -> Rule:
    default = 150 if category in HIGH else 120 if category in MIDDLE else 100
    label = format_lazy(_("积分系数：{category}"), category=category.label)
    return rule(f"points.percent.{category.value}", default, "%", label, "DB3205/T 1001-2020", least=0, most=300)


PER_HOUR = rule("points.per_hour", 10, POINT, _("服务 1 小时得几分"), SOURCE, least=0, most=100)
PERCENT = {category.value: _percent(category) for category in ServiceCategory}
DAY_CAP = rule("points.day_cap", 120, POINT, _("每人每天最多得几分"), SOURCE, least=0, most=2000)
MONTH_CAP = rule("points.month_cap", 1200, POINT, _("每人每月最多得几分"), SOURCE, least=0, most=20_000)
LIFE = rule("points.life_months", 24, _("个月"), _("积分多久后到期（先得先用）"), SOURCE, least=1, most=120)
NOTICE = rule("points.notice_days", 30, _("天"), _("到期前几天提醒"), SOURCE, least=1, most=60)
GRACE = rule("points.grace_days", 30, _("天"), _("退回的分至少还能用几天"), "P", least=1, most=365)


def points_for(minutes: int, per_hour: int, percent: int) -> int:
    """Whole points, rounded down: 95 minutes at 10 an hour and 120 % are 19."""
    return minutes * per_hour * percent // 6000


def capped(points: int, had_today: int, had_this_month: int, day_cap: int, month_cap: int) -> int:
    """What the caps of the day and of the month leave."""
    return max(0, min(points, day_cap - had_today, month_cap - had_this_month))
