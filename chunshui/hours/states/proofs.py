"""The life of a proof of service records: 民政部令第67号 and 民发〔2015〕149号 (申请, 受理, 开具, 公示)."""

from __future__ import annotations

import re
from random import SystemRandom

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import rule
from chunshui.kernel.steps import Step


class ProofState(models.TextChoices):
    """An issued proof is public in its unit for some days; who sees a mistake objects, and it may be revoked."""

    REQUESTED = "requested", _("待受理")
    ACCEPTED = "accepted", _("已受理，待开具")
    ISSUED = "issued", _("已开具")
    REFUSED = "refused", _("不予开具")
    WITHDRAWN = "withdrawn", _("已撤回")
    REVOKED = "revoked", _("已撤销")


WAITING_PROOFS = frozenset({ProofState.REQUESTED, ProofState.ACCEPTED})
PROOF_STEPS = {
    "accept": Step(frozenset({ProofState.REQUESTED}), ProofState.ACCEPTED, _("受理")),
    "issue": Step(frozenset({ProofState.ACCEPTED}), ProofState.ISSUED, _("开具并公示")),
    "refuse": Step(WAITING_PROOFS, ProofState.REFUSED, _("不予开具")),
    "withdraw": Step(WAITING_PROOFS, ProofState.WITHDRAWN, _("撤回")),
    "revoke": Step(frozenset({ProofState.ISSUED}), ProofState.REVOKED, _("撤销")),
}


class ProofLanguage(models.TextChoices):
    CHINESE = "zh", _("中文")
    BOTH = "both", _("中英对照")


class NameShown(models.TextChoices):
    """What a stranger who checks the proof reads of the name."""

    MASKED = "masked", _("只显示姓（如张**）")
    FULL = "full", _("显示全名")


PROOF_PUBLICITY = rule("hours.proof_publicity_days", 7, _("天"), _("证明在单位内公示几天"), "民发〔2015〕149号", least=7, most=60)
MOST_ITEMS = 200
MOST_PURPOSE = 60

# --- numbers: ZM, the year, seven digits that tell nothing, a check digit; and a code that is not to be guessed
NUMBER = re.compile(r"ZM\d{12}")
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
_chance = SystemRandom()


def new_number(year: int) -> str:
    body = f"{year:04d}{_chance.randrange(10**7):07d}"
    return f"ZM{body}{check_digit(body)}"


def new_code() -> str:
    return "".join(_chance.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))


def check_digit(body: str) -> str:
    """Luhn, so that a digit misread is noticed before anything is looked up."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def is_number(text: str) -> bool:
    return bool(NUMBER.fullmatch(text)) and check_digit(text[2:-1]) == text[-1]
