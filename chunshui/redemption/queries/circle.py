"""The circle of a community: hours given → points issued → redeemed → customers brought → given back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.redemption.models import CircleMonth

if TYPE_CHECKING:
    from chunshui.areas.models import Area

MONTHS = 12


@dataclass(frozen=True)
class Turn:
    """What came round in a month, or in all of them (`month` is empty then)."""

    month: date | None
    services: int = 0
    minutes: int = 0
    issued: int = 0
    taken_back: int = 0
    expired: int = 0
    redeemed: int = 0
    refunded: int = 0
    vouchers: int = 0
    customers: int = 0
    given_back_fen: int = 0

    @property
    def hours(self) -> float:
        return round(self.minutes / 60, 1)

    @property
    def net_issued(self) -> int:
        return self.issued - self.taken_back

    @property
    def net_redeemed(self) -> int:
        return self.redeemed - self.refunded

    @property
    def given_back_yuan(self) -> str:
        return f"{self.given_back_fen / 100:,.2f}"


FIGURES = [field.name for field in fields(Turn) if field.name != "month"]


def circle_of(area: Area, now: datetime) -> tuple[Turn, list[Turn]]:
    """All that ever came round in an area and below it, and its last twelve months, newest first. Two queries, whatever has happened."""
    rows = CircleMonth.objects.filter(area__path__startswith=area.path)
    total = rows.aggregate(**{name: Sum(name) for name in FIGURES})
    first = _months_before(clock.month_start(now), MONTHS - 1)
    sums: dict[str, Any] = {f"sum_{name}": Sum(name) for name in FIGURES}
    months: Iterable[dict[str, Any]] = rows.filter(month__gte=first).order_by("-month").values("month").annotate(**sums)  # type: ignore[assignment]
    whole = Turn(None, **{name: total[name] or 0 for name in FIGURES})
    return whole, [Turn(row["month"], **{name: row[f"sum_{name}"] for name in FIGURES}) for row in months]


def _months_before(month: date, count: int) -> date:
    years, at = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(years, at + 1, 1)


def circle_area(area_id: int) -> int:
    """The community in which something counts: a grid counts for its community; what has none counts where it is."""
    area = areas.visible_area(area_id)
    return areas.lineage(area).community_id or area.pk
