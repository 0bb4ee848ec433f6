"""The clock of an order in words: how much time is left, or how late it is and to whom it has climbed; the same wherever it is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext as _

from chunshui.kernel import moments
from chunshui.needs.models import Need
from chunshui.needs.states import CLIMBING, DELIVERING, OPEN

Row = TypeVar("Row")
SOON_MINUTES = 30
WHOLE_BAR = 120


@dataclass(frozen=True)
class DueClock:
    """`kind` colours it (late, soon or neither), `value` fills its bar, `level` says where an overdue order has climbed."""

    words: str
    kind: str
    value: int
    level: str


NO_CLOCK = DueClock("", "", 0, "")


def due_clock(need: Need, now: datetime) -> DueClock:
    """The clock that runs now; none once the order has ended. While somebody serves, the state says more than a clock."""
    if need.due_at is None or need.state not in OPEN:
        return NO_CLOCK
    left = int((need.due_at - now).total_seconds() // 60)
    value = 100 if left < 0 else max(4, 100 - left * 100 // WHOLE_BAR) if left < WHOLE_BAR else 4
    if need.state in DELIVERING:
        return DueClock(str(need.get_state_display()), "", value, level_words(need))
    shown = moments.spell(abs(left)) if abs(left) < 60 * 48 else _("%(n)d 天") % {"n": abs(left) // 1440}
    words = _("超时 %(time)s") % {"time": shown} if left < 0 else _("剩 %(time)s") % {"time": shown}
    return DueClock(words, "late" if left < 0 else "soon" if left < SOON_MINUTES else "", value, level_words(need))


def clocked(rows: Iterable[Row], now: datetime, need_of: Callable[[Row], Need]) -> list[tuple[Row, DueClock]]:
    """Rows that stand for orders, each with the order's clock, for any list that shows orders."""
    return [(row, due_clock(need_of(row), now)) for row in rows]


def level_words(need: Need) -> str:
    """To whom an overdue order has climbed."""
    return {1: _("已升到街道"), 2: _("已升到区")}.get(need.level, "") if need.state in OPEN else ""


def late_for_resident(need: Need) -> str:
    """What the resident is told of an order that nobody took up in time; in the words of its history."""
    return climbed_words(need.level) if need.state in CLIMBING and need.level else ""


def climbed_words(level: int) -> str:
    return _("超时没办，已报到街道") if level == 1 else _("超时没办，已报到区里")
