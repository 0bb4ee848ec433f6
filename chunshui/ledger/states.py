"""Kinds of accounts, units and transfers, and how a transfer is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import rule


class AccountKind(models.TextChoices):
    """Whose account it is. The kind alone decides whether a balance may be below zero."""

    ISSUER = "issuer", _("区域发放")
    TEAM_ISSUER = "team_issuer", _("队伍发放")
    PERSON = "person", _("个人账户")
    HOUSEHOLD = "household", _("家庭账户")
    TEAM = "team", _("队伍账户")
    HOLDING = "holding", _("暂扣")
    MERCHANT = "merchant", _("商家账户")
    FUND = "fund", _("社区基金")
    OUTSIDE = "outside", _("平台之外")
    EXPIRED = "expired", _("过期作废")
    RECYCLED = "recycled", _("回收池")
    OWED = "owed", _("欠还")


ISSUERS = (AccountKind.ISSUER, AccountKind.TEAM_ISSUER)
MAY_GO_NEGATIVE = (*ISSUERS, AccountKind.OUTSIDE, AccountKind.OWED)
WORLD = 0
"""Owner of the accounts of which there is one: outside, expired, recycled."""


class Unit(models.TextChoices):
    MINUTES = "minutes", _("分钟")
    POINTS = "points", _("积分")
    FEN = "fen", _("分（人民币）")


class Kind(models.TextChoices):
    """Why value moved."""

    SERVICE = "service", _("服务记时")
    EARN = "earn", _("服务得积分")
    SHARE = "share", _("并入共用账户")
    HOLD = "hold", _("兑换暂扣")
    SETTLE = "settle", _("兑换完成")
    RELEASE = "release", _("暂扣退回")
    REFUND = "refund", _("退还")
    EXPIRE = "expire", _("积分过期")
    RECYCLE = "recycle", _("积分回收")
    GIVE = "give", _("商家回馈")
    SPEND = "spend", _("基金支出")
    ADVANCE = "advance", _("不足垫付")
    REPAY = "repay", _("归还垫付")
    FORGIVE = "forgive", _("免还垫付")
    MERGE = "merge", _("账户合并")
    CARRY = "carry", _("期初转入")
    REVERSAL = "reversal", _("冲回")


MOST_AMOUNT = 1_000_000
MOST_BALANCE = 10**12
DAY_CAPS = {Unit.MINUTES: 2_000_000, Unit.POINTS: 1_000_000, Unit.FEN: 0}
"""What one issuer may issue in a day, until the operator sets another cap. Money is never issued: it comes from outside."""

REPAY, FORGIVE = "repay", "forgive"
SHORTFALL = rule("ledger.shortfall", REPAY, "", _("冲回时积分已用掉：repay 以后得到的积分先还，forgive 不用还"), "P", choices=(REPAY, FORGIVE))


@dataclass(frozen=True)
class Place:
    """Where value lies: an account by its owner. It is opened when it is first used."""

    kind: str
    owner_id: int = WORLD


OUTSIDE, EXPIRED, RECYCLED = Place(AccountKind.OUTSIDE), Place(AccountKind.EXPIRED), Place(AccountKind.RECYCLED)


def issuer(area_id: int, team_id: int | None = None) -> Place:
    """The account from which an area, or a team if there is one, gives out value."""
    return Place(AccountKind.TEAM_ISSUER, team_id) if team_id else Place(AccountKind.ISSUER, area_id)


def person(person_id: int) -> Place:
    return Place(AccountKind.PERSON, person_id)


def owed(person_id: int) -> Place:
    return Place(AccountKind.OWED, person_id)


def holding(redemption_id: int) -> Place:
    return Place(AccountKind.HOLDING, redemption_id)


@dataclass(frozen=True)
class Line:
    """`amount` leaves `debit` and arrives at `credit`; `reverses` is the transfer that this one takes back, `area_id` where totals count it."""

    kind: str
    debit: Place
    credit: Place
    unit: str
    amount: int
    reverses: int | None = None
    area_id: int = 0
