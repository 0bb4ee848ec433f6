"""The life of a merchant, what is asked of its credit code, and the rules of its incentive."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Text
from chunshui.kernel.rules import rule
from chunshui.kernel.steps import Step
from chunshui.teams.states import credit_code_fault


class MerchantKind(models.TextChoices):
    FOOD = "food", _("餐饮小吃")
    GROCERY = "grocery", _("超市果蔬")
    BAKERY = "bakery", _("糕点饮品")
    HAIR = "hair", _("理发美容")
    HEALTH = "health", _("药店健康")
    REPAIR = "repair", _("维修家政")
    BOOKS = "books", _("书店文具")
    SPORT = "sport", _("文体休闲")
    OTHER = "other", _("其他")


KIND_ICONS = {
    MerchantKind.FOOD: "utensils", MerchantKind.GROCERY: "basket", MerchantKind.BAKERY: "coffee", MerchantKind.HAIR: "scissors",
    MerchantKind.HEALTH: "pill", MerchantKind.REPAIR: "wrench", MerchantKind.BOOKS: "book", MerchantKind.SPORT: "music", MerchantKind.OTHER: "store",
}  # fmt: skip


class MerchantState(models.TextChoices):
    """`approved`: the community said yes, and the merchant has still to accept the agreement."""

    PENDING = "pending", _("待审核")
    REFUSED = "refused", _("未通过")
    APPROVED = "approved", _("待签协议")
    ACTIVE = "active", _("营业中")
    SUSPENDED = "suspended", _("已暂停")
    LEFT = "left", _("已退出")


M = MerchantState
MERCHANT_STEPS = {
    "approve": Step(frozenset({M.PENDING}), M.APPROVED, _("通过")),
    "refuse": Step(frozenset({M.PENDING}), M.REFUSED, _("不通过")),
    "refile": Step(frozenset({M.REFUSED}), M.PENDING, _("重新提交")),
    "open": Step(frozenset({M.APPROVED}), M.ACTIVE, _("签协议")),
    "suspend": Step(frozenset({M.ACTIVE}), M.SUSPENDED, _("暂停")),
    "restore": Step(frozenset({M.SUSPENDED}), M.ACTIVE, _("恢复")),
    "leave": Step(frozenset({M.PENDING, M.REFUSED, M.APPROVED, M.ACTIVE, M.SUSPENDED}), M.LEFT, _("退出")),
}
HOLDS_CODE = frozenset({M.PENDING, M.APPROVED, M.ACTIVE, M.SUSPENDED})
"""While a merchant is in one of these, nobody else can apply with its credit code."""

BUSINESS_PREFIXES = ("91", "92", "93")  # companies, sole traders, farmers' cooperatives
MOST_OPINION = 100
MOST_CLERKS = rule("merchants.most_clerks", 12, _("人"), _("一家店最多几个店员"), "P", least=1, most=100)


class Badge(models.TextChoices):
    NONE = "none", _("还没有")
    LEAF = "leaf", _("爱心商家")
    SILVER = "silver", _("银牌爱心商家")
    GOLD = "gold", _("金牌爱心商家")


PERSON_UNIT, YUAN = _("人"), _("元")
SILVER_CUSTOMERS = rule("merchants.silver_customers", 20, PERSON_UNIT, _("银牌：一年带来的邻居"), "P", least=1, most=100_000)
GOLD_CUSTOMERS = rule("merchants.gold_customers", 60, PERSON_UNIT, _("金牌：一年带来的邻居"), "P", least=1, most=100_000)
SILVER_GIVEN = rule("merchants.silver_given", 300, YUAN, _("银牌：一年反哺的钱"), "P", least=0, most=1_000_000)
GOLD_GIVEN = rule("merchants.gold_given", 1000, YUAN, _("金牌：一年反哺的钱"), "P", least=0, most=1_000_000)
BADGE_RULES = (SILVER_CUSTOMERS, GOLD_CUSTOMERS, SILVER_GIVEN, GOLD_GIVEN)
SILVER_POINTS, GOLD_POINTS, START_POINTS = 5, 10, 30
EXPOSURE_DAYS = 90


def business_code_fault(code: str) -> Text:
    """What is wrong with the credit code of a business (GB 32100), in words that say where to look; empty when nothing is."""
    fault = credit_code_fault(code)
    if not fault and not code.startswith(BUSINESS_PREFIXES):
        return _("商家的代码以 91、92 或 93 开头；这一个是“%(start)s”开头的，请对照营业执照。") % {"start": code[:2]}
    return fault


def badge_of(customers: int, given_fen: int, rules: tuple[int, int, int, int]) -> Badge:
    """Gold and silver ask for both, customers and money given; every merchant with the agreement is a friend."""
    silver_customers, gold_customers, silver_yuan, gold_yuan = rules
    if customers >= gold_customers and given_fen >= gold_yuan * 100:
        return Badge.GOLD
    if customers >= silver_customers and given_fen >= silver_yuan * 100:
        return Badge.SILVER
    return Badge.LEAF


def exposure_of(customers: int, given_fen: int, badge: str, days_open: int) -> int:
    """The order in lists: customers of 90 days, one for each 10 yuan given (at most 50), the badge, and a start that fades in 30 days."""
    start = max(0, START_POINTS - days_open)
    medal = GOLD_POINTS if badge == Badge.GOLD else SILVER_POINTS if badge == Badge.SILVER else 0
    return customers + min(50, given_fen // 1000) + medal + start
