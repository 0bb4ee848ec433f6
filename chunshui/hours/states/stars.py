"""The life of a star grade of a volunteer, of an objection, and their rules: 民函〔2012〕340号 and local practice."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import rule
from chunshui.kernel.steps import Step

LEVELS = (1, 2, 3, 4, 5)
TOP = 5


class StarState(models.TextChoices):
    """Applied for, reviewed, published for objections, granted: a star is never given by itself."""

    APPLIED = "applied", _("申请中")
    REVIEWED = "reviewed", _("审核通过，待公示")
    PUBLISHED = "published", _("公示中")
    GRANTED = "granted", _("已授予")
    REFUSED = "refused", _("未通过")
    WITHDRAWN = "withdrawn", _("已撤回")
    REVOKED = "revoked", _("已撤销")


OPEN_STARS = frozenset({StarState.APPLIED, StarState.REVIEWED, StarState.PUBLISHED})
STAR_STEPS = {
    "review": Step(frozenset({StarState.APPLIED}), StarState.REVIEWED, _("审核通过")),
    "publish": Step(frozenset({StarState.REVIEWED}), StarState.PUBLISHED, _("公示")),
    "grant": Step(frozenset({StarState.PUBLISHED}), StarState.GRANTED, _("授予")),
    "refuse": Step(OPEN_STARS, StarState.REFUSED, _("不通过")),
    "withdraw": Step(OPEN_STARS, StarState.WITHDRAWN, _("撤回")),
    "revoke": Step(frozenset({StarState.GRANTED}), StarState.REVOKED, _("撤销")),
}


class ObjectionState(models.TextChoices):
    OPEN = "open", _("待处理")
    UPHELD = "upheld", _("成立")
    DISMISSED = "dismissed", _("不成立")


OBJECTION_STEPS = {
    "uphold": Step(frozenset({ObjectionState.OPEN}), ObjectionState.UPHELD, _("成立")),
    "dismiss": Step(frozenset({ObjectionState.OPEN}), ObjectionState.DISMISSED, _("不成立")),
}

HOUR, STAR, WORKING_DAY = _("小时"), _("星"), _("工作日")
STAR_HOURS = {
    1: rule("hours.star_1_hours", 100, HOUR, _("一星要多少小时"), "民函〔2012〕340号", least=1, most=20000),
    2: rule("hours.star_2_hours", 300, HOUR, _("二星要多少小时"), "民函〔2012〕340号", least=1, most=20000),
    3: rule("hours.star_3_hours", 600, HOUR, _("三星要多少小时"), "民函〔2012〕340号", least=1, most=20000),
    4: rule("hours.star_4_hours", 1000, HOUR, _("四星要多少小时"), "民函〔2012〕340号", least=1, most=20000),
    5: rule("hours.star_5_hours", 1500, HOUR, _("五星要多少小时"), "民函〔2012〕340号", least=1, most=20000),
}
STAR_STREET_MOST = rule("hours.star_street_most", 2, STAR, _("几星和以下由街道审批，以上由区里审批"), "福建 2013", least=0, most=5)
STAR_PUBLICITY = rule("hours.star_publicity_days", 5, WORKING_DAY, _("星级公示几个工作日"), "广东", least=5, most=30)
