"""A volunteer's appeal about hours, and the bar from manual entry with its repair."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.hours.states.records import MINUTE
from chunshui.kernel.rules import rule
from chunshui.kernel.steps import Step


class AppealKind(models.TextChoices):
    WRONG = "wrong", _("时间记错了")
    MISSING = "missing", _("做了没有记")


class AppealState(models.TextChoices):
    OPEN = "open", _("待核实")
    GRANTED = "granted", _("同意")
    DISMISSED = "dismissed", _("不同意")
    WITHDRAWN = "withdrawn", _("已撤回")


_OPEN = frozenset({AppealState.OPEN})
APPEAL_STEPS = {
    "grant": Step(_OPEN, AppealState.GRANTED, _("同意申诉")),
    "dismiss": Step(_OPEN, AppealState.DISMISSED, _("不同意申诉")),
    "withdraw": Step(_OPEN, AppealState.WITHDRAWN, _("撤回申诉")),
}
BAR_MONTHS = rule("hours.bar_months", 12, _("个月"), _("停止补录资格多久"), "重庆 SCV 2016", least=1, most=36)
REPAIR_MINUTES = rule("hours.repair_minutes", 600, MINUTE, _("修复资格要现场签到服务多久"), "国家信用文件", least=60, most=60_000)
