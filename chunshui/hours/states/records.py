"""National codes of hour records and the hour rules of domain.md §2.1 as settings."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import rule
from chunshui.kernel.steps import Step


class EntryWay(models.TextChoices):
    FORCED = "0", _("系统强制签退")
    TEAM = "1", _("组织录入")
    PERSONAL = "2", _("个人申请")
    FACE = "3", _("人脸识别")
    FAST = "4", _("快速签到")


class RecordState(models.TextChoices):
    APPLYING = "0", _("申请中")
    OPEN = "1", _("未签退")
    EFFECTIVE = "2", _("有效")
    DELETED = "3", _("已删除")
    REFUSED = "4", _("未通过")
    FAILED = "5", _("失败")


class HourKind(models.TextChoices):
    CREDIT = "1", _("信用时长")
    HONOUR = "2", _("荣誉时长")


STEPS = {"cancel": Step(frozenset({RecordState.EFFECTIVE}), RecordState.DELETED, _("作废"))}

MINUTE = _("分钟")
ROUNDING = rule("hours.rounding_minutes", 1, MINUTE, _("时长按几分钟取整（向下）"), "P", least=1, most=60)
LEAST_STAY = rule("hours.least_stay_minutes", 15, MINUTE, _("少于这么久记零"), "志愿山城 2023", least=0, most=120)
DAY_CAP = rule("hours.day_cap_minutes", 480, MINUTE, _("每人每天最多记"), "P", least=60, most=1440)
