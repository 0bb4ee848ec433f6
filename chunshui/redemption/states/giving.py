"""The community fund: what is given, what is spent, and who says yes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import rule
from chunshui.kernel.steps import Step


class EntryKind(models.TextChoices):
    GIVE_BACK = "give_back", _("商家反哺")
    DONATION = "donation", _("其他捐助")
    SPENDING = "spending", _("支出")


COMING_IN = frozenset({EntryKind.GIVE_BACK, EntryKind.DONATION})


class EntryState(models.TextChoices):
    """`booked`: the money was seen by a second person and stands in the ledger."""

    DECLARED = "declared", _("待核对")
    BOOKED = "booked", _("已入账")
    REFUSED = "refused", _("未通过")
    REVERSED = "reversed", _("已冲正")


E = EntryState
ENTRY_STEPS = {
    "confirm": Step(frozenset({E.DECLARED}), E.BOOKED, _("核对入账")),
    "refuse": Step(frozenset({E.DECLARED}), E.REFUSED, _("不通过")),
    "reverse": Step(frozenset({E.BOOKED}), E.REVERSED, _("冲正")),
}
PUBLIC_STATES = (E.BOOKED, E.REVERSED)


class RecycleTo(models.TextChoices):
    """What becomes of the points that a merchant collected: out of use, or back to the community, which gives them to volunteers again."""

    RECYCLED = "recycled", _("收回，不再使用")
    ISSUER = "issuer", _("回到社区，再发给志愿者")


MOST_FEN = 50_000_000  # 500,000 yuan in one entry
MOST_RECEIPTS = 6
MOST_SHARE = rule("giving.most_permille", 200, "‰", _("承诺反哺的利润比例最多"), "P", least=1, most=1000)
RECEIPT_NEEDED = rule("giving.receipt_needed_yuan", 0, _("元"), _("超过多少元要传凭证"), "P", least=0, most=10_000)


def yuan(fen: int) -> str:
    """120050 is 1,200.50."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
