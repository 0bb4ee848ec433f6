"""The life of a voucher and of a dispute about one, as tables a citizen could read; their rules, and the letters of a code."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import rule
from chunshui.kernel.steps import Step


class VoucherState(models.TextChoices):
    HELD = "held", _("待核销")
    SETTLED = "settled", _("已核销")
    EXPIRED = "expired", _("已过期")
    CANCELLED = "cancelled", _("已取消")
    REFUNDED = "refunded", _("已退回")


class DisputeState(models.TextChoices):
    OPEN = "open", _("待处理")
    UPHELD = "upheld", _("已退分")
    DISMISSED = "dismissed", _("未退分")


V, D = VoucherState, DisputeState
VOUCHER_STEPS = {
    "settle": Step(frozenset({V.HELD}), V.SETTLED, _("核销")),
    "expire": Step(frozenset({V.HELD}), V.EXPIRED, _("过期退分")),
    "cancel": Step(frozenset({V.HELD}), V.CANCELLED, _("取消")),
    "refund": Step(frozenset({V.SETTLED}), V.REFUNDED, _("退回")),
}
DISPUTE_STEPS = {
    "uphold": Step(frozenset({D.OPEN}), D.UPHELD, _("退分")),
    "dismiss": Step(frozenset({D.OPEN}), D.DISMISSED, _("不退")),
}

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 and O, 1, I and L: a code is read aloud over a counter."""
CODE_LENGTH = 6
LIFE_MINUTES = rule("vouchers.life_minutes", 15, _("分钟"), _("兑换码多久有效"), "domain 2.5 · P", least=5, most=1440)
TRIES = rule("vouchers.counter_tries", 60, _("次"), _("一个店员 15 分钟内最多试几次码"), "P", least=3, most=200)
REFUND_DAYS = rule("vouchers.refund_days", 7, _("天"), _("核销后商家几天内可以退回"), "P", least=0, most=90)
DISPUTE_DAYS = rule("vouchers.dispute_days", 30, _("天"), _("核销后志愿者几天内可以申诉"), "P", least=1, most=180)
