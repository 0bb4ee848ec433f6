"""The agreement between merchant and community, versioned: a changed text is a new version and is asked for again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256


@dataclass(frozen=True)
class Agreement:
    """What both sides promise, in numbered clauses, in both languages."""

    version: int
    since: date
    clauses: tuple[str, ...]
    clauses_en: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        return sha256("\n".join(self.clauses).encode()).hexdigest()

    def words(self, language: str) -> tuple[str, ...]:
        return self.clauses_en if language.startswith("en") else self.clauses


AGREEMENTS = (
    Agreement(
        1,
        date(2026, 1, 1),
        (
            "积分是对志愿服务的感谢，不是钱：不买卖、不兑现、不收服务费。",
            "商家自己决定给什么优惠、要几分、备多少份；上架的商品要有货，质量与平时卖的一样。",
            "志愿者出示兑换码，店员当面扫码或输入六位码，核销成功后交付；一码只用一次。",
            "商家不向志愿者索取姓名、电话、证件号码；页面显示多少，就只知道多少。",
            "收到的积分按居民商定的办法回收，商家可随时查看每一笔。",
            "反哺自愿：承诺多少、给了多少、花到哪里，每一分都公开。",
            "平台给商家展示、牌匾、月度对账单；排序办法公开，不收费，也不能买。",
            "任何一方可以退出：商家先把已发出的兑换码兑完或退回；有投诉时，社区可先暂停，查清再定。",
        ),
        (
            "Points are thanks for voluntary service, not money: they are not sold, not cashed, and no fee is taken.",
            "The merchant decides what to offer, for how many points and how many of it; what is published is in stock and as good as what is sold.",
            "The volunteer shows a code; staff scan or type it and hand over the goods once it is accepted. A code works once.",
            "The merchant does not ask volunteers for name, phone or identity number; what the page shows is all there is to know.",
            "Points received are recycled as the residents decide; the merchant can see every one of them at any time.",
            "Giving back is voluntary: what was pledged, given and spent is public, to the last fen.",
            "The platform gives exposure, a plate and a monthly statement; the order of the list is explained, is free and cannot be bought.",
            "Either side may leave; the merchant first honours or returns the codes given out. On complaints the community may suspend, then decide.",
        ),
    ),
)


def agreement_on(day: date) -> Agreement:
    """The version in force on a day."""
    return max((each for each in AGREEMENTS if each.since <= day), key=lambda each: each.version, default=AGREEMENTS[0])


def agreement_numbered(version: int) -> Agreement | None:
    return next((each for each in AGREEMENTS if each.version == version), None)
