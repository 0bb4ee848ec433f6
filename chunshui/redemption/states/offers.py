"""The life of a merchant's offer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import rule
from chunshui.kernel.steps import Step


class OfferState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("可兑换")
    PAUSED = "paused", _("暂停")
    ENDED = "ended", _("已结束")


O = OfferState  # noqa: E741  as the other tables of steps
OFFER_STEPS = {
    "publish": Step(frozenset({O.DRAFT, O.PAUSED}), O.PUBLISHED, _("上架")),
    "pause": Step(frozenset({O.PUBLISHED}), O.PAUSED, _("暂停")),
    "end": Step(frozenset({O.DRAFT, O.PUBLISHED, O.PAUSED}), O.ENDED, _("结束")),
}
MOST_POINTS = rule("offers.most_points", 2000, _("分"), _("一份商品最多定几分"), "P", least=1, most=100_000)
MOST_OFFERS = rule("offers.most_open", 50, _("个"), _("一家店最多同时有几个商品"), "P", least=1, most=1000)
MOST_PHOTOS = 4
MOST_STOCK = 100_000
