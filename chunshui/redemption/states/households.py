"""A household whose members use their points together, because each of them agreed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import rule
from chunshui.kernel.steps import Step


class HouseholdPlace(models.TextChoices):
    INVITED = "invited", _("待同意")
    MEMBER = "member", _("成员")
    DECLINED = "declined", _("未同意")
    LEFT = "left", _("已退出")


P = HouseholdPlace
PLACE_STEPS = {
    "join": Step(frozenset({P.INVITED}), P.MEMBER, _("同意加入")),
    "decline": Step(frozenset({P.INVITED}), P.DECLINED, _("不同意")),
    "leave": Step(frozenset({P.MEMBER, P.INVITED}), P.LEFT, _("退出")),
}
HOLDING_PLACES = frozenset({P.INVITED, P.MEMBER})
MOST_MEMBERS = rule("households.most_members", 6, _("人"), _("一户最多几人合用积分"), "P", least=2, most=12)
WAIT_DAYS = rule("households.wait_days", 30, _("天"), _("退出一户后几天才能加入另一户"), "P", least=0, most=365)
