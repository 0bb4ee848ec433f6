"""The life of a volunteer, and the number that stands for one in public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from chunshui.kernel import choices
from chunshui.kernel.steps import Step


class VolunteerState(models.TextChoices):
    PENDING = "pending", _("待审核")
    ACTIVE = "active", _("可服务")
    PAUSED = "paused", _("暂停接单")
    REFUSED = "refused", _("未通过")
    LEFT = "left", _("已退出")


STEPS = {
    "approve": Step(frozenset({VolunteerState.PENDING}), VolunteerState.ACTIVE, _("审核通过")),
    "refuse": Step(frozenset({VolunteerState.PENDING}), VolunteerState.REFUSED, _("不通过")),
    "reapply": Step(frozenset({VolunteerState.REFUSED, VolunteerState.LEFT}), VolunteerState.PENDING, _("重新报名")),
    "pause": Step(frozenset({VolunteerState.ACTIVE}), VolunteerState.PAUSED, _("暂停")),
    "resume": Step(frozenset({VolunteerState.PAUSED}), VolunteerState.ACTIVE, _("恢复")),
    "recheck": Step(frozenset({VolunteerState.ACTIVE, VolunteerState.PAUSED}), VolunteerState.PENDING, _("改了姓名，重新核对")),
    "leave": Step(frozenset({VolunteerState.PENDING, VolunteerState.ACTIVE, VolunteerState.PAUSED}), VolunteerState.LEFT, _("退出")),
}


class CredentialState(models.TextChoices):
    PENDING = "pending", _("待审核")
    VALID = "valid", _("有效")
    REFUSED = "refused", _("未通过")


#: states in which someone is a volunteer of the district
SERVING = frozenset({VolunteerState.ACTIVE, VolunteerState.PAUSED})
SKILL_MASK = (1 << 24) - 1


def qualification_mask(skills: Iterable[int], credentials: Iterable[int]) -> int:
    """Skills are bits 0–23, credentials follow from bit 24 on."""
    return choices.to_mask(skills) & SKILL_MASK | choices.to_mask(24 + kind for kind in credentials)


def skills_of(mask: int) -> list[int]:
    return choices.from_mask(mask & SKILL_MASK)


def credentials_of(mask: int) -> list[int]:
    return choices.from_mask(mask >> 24)


def volunteer_number(prefix: str, serial: int) -> str:
    """The local volunteer number: area prefix, nine digits that tell nothing, and a check digit; opaque to everyone."""
    body = "".join(each for each in prefix if each.isdigit())[:6].ljust(6, "0") + f"{serial % 10**9:09d}"
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


@dataclass(frozen=True)
class Filters:
    """What a list of volunteers is narrowed to; empty values narrow nothing."""

    text: str = ""
    state: str = ""
    skill: int = 0
    slot: int = 0
    credential: int = 0
