"""What a good assignment is, as rules that a street or the district may change: 1000 is "worth three kilometres of way"."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Text
from chunshui.kernel.rules import Rule, rule

PAGE = "dispatch_weights"
POINTS = _("千分点（1000＝远 3 公里）")
SOURCE = "P · docs/dispatch.md"


def _weight(name: str, default: int, label: Text, unit: Text = POINTS, most: int = 20_000) -> Rule:
    return rule(f"needs.weight.{name}", default, unit, label, SOURCE, least=0, most=most, page=PAGE)


DISTANCE = _weight("distance", 1000, _("每远 3 公里"))
LOAD = _weight("load", 600, _("30 天里服务过 20 次以上（不到的按比例）"))
ACCEPTANCE = _weight("acceptance", 700, _("从来不答复（常答复的按比例少；答“去不了”不算）"))
FAMILIARITY = _weight("familiarity", 900, _("以前服务过这位居民，减去"))
MESSAGES = _weight("messages", 900, _("7 天里问过 6 次以上（不到的按比例）"))
SKILL_SURPLUS = _weight("skill_surplus", 200, _("有 5 项以上这单用不着的证件（不到的按比例）"))
NEWCOMER = _weight("newcomer", 100, _("还没出过单，减去"))
WISH_GENDER = _weight("wish_gender", 300, _("不是居民希望的性别"))
WISH_LANGUAGE = _weight("wish_language", 300, _("不会居民希望的语言"))
SECOND_VISIT = _weight("second_visit", 250, _("当天第二单"))
THIRD_VISIT = _weight("third_visit", 600, _("当天第三单起"))
UNSERVED = tuple(
    _weight(f"unserved_{priority}", default, label, most=100_000)
    for priority, default, label in (
        (1, 5000, _("没人去：不急的单")),
        (2, 6500, _("没人去：一般的单")),
        (3, 8500, _("没人去：优先的单")),
        (4, 11500, _("没人去：急单")),
    )
)
WAITING = _weight("waiting", 500, _("没人去：等了一周，再加"))
MESSAGE_PRICE = _weight("message_price", 400, _("多问一个人（这周每问过一次再加一半）"))
TURNAROUND = _weight("turnaround", 15, _("两次服务之间至少隔"), unit=_("分钟"), most=240)
WEIGHTS = (
    *(DISTANCE, LOAD, ACCEPTANCE, FAMILIARITY, MESSAGES, SKILL_SURPLUS, NEWCOMER, WISH_GENDER, WISH_LANGUAGE, SECOND_VISIT, THIRD_VISIT),
    *UNSERVED,
    *(WAITING, MESSAGE_PRICE, TURNAROUND),
)
