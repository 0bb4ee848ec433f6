"""Statistics of orders: what was counted, and the same counted anew from the orders themselves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from chunshui.kernel import clock
from chunshui.needs.models import Need, Tally
from chunshui.needs.states import HOLDING, State

if TYPE_CHECKING:
    from chunshui.areas.models import Area

PLEASED_STARS = 4
COUNTED = ("placed", "answered", "answer_minutes", "delivered", "minutes", "rated", "stars", "pleased", "cancelled")
Key = tuple[date, int, int, int]


def counted_anew() -> dict[Key, dict[str, int]]:
    """(month, street, community, service) → counts, from the orders as they stand."""
    found: dict[Key, dict[str, int]] = defaultdict(lambda: dict.fromkeys(COUNTED, 0))
    served = HOLDING
    columns = ("pk", "street_id", "community_id", "service_id", "state", "placed_at", "accepted_at", "delivered_at", "closed_at")
    minutes = dict(
        Need.objects.exclude(delivered_at=None).filter(assignments__state__in=served).values_list("pk").annotate(total=Sum("assignments__minutes"))
    )
    stars = {need_id: (value, at) for need_id, value, at in Need.objects.exclude(rating=None).values_list("pk", "rating__stars", "rating__at")}
    for row in Need.objects.values_list(*columns).iterator(chunk_size=2000):
        _count_one(found, row, minutes, stars)
    return dict(found)


def _count_one(found: dict[Key, dict[str, int]], row: tuple[Any, ...], minutes: dict[int, int | None], stars: dict[int, tuple[int, Any]]) -> None:
    need_id, street, community, service, state, placed_at, accepted_at, delivered_at, closed_at = row

    def add(at: Any, **by: int) -> None:
        line = found[(clock.month_start(at), street, community, service)]
        for name, amount in by.items():
            line[name] += amount

    add(placed_at, placed=1)
    if accepted_at is not None:
        add(accepted_at, answered=1, answer_minutes=max(0, int((accepted_at - placed_at).total_seconds() // 60)))
    if delivered_at is not None:
        add(delivered_at, delivered=1, minutes=minutes.get(need_id) or 0)
    if need_id in stars:
        value, at = stars[need_id]
        add(at, rated=1, stars=value, pleased=int(value >= PLEASED_STARS))
    if state == State.CANCELLED and closed_at is not None:
        add(closed_at, cancelled=1)


def tally_differences(counted: dict[Key, dict[str, int]]) -> list[Key]:
    """Lines where the running statistics and the orders disagree."""
    kept = {
        (row.month, row.street_id, row.community_id, row.service_id): {name: getattr(row, name) for name in COUNTED} for row in Tally.objects.all()
    }
    empty = dict.fromkeys(COUNTED, 0)
    return sorted(key for key in kept.keys() | counted.keys() if kept.get(key, empty) != counted.get(key, empty))


@dataclass(frozen=True)
class Statistics:
    """Sums of one line. Shares and averages are None while there is nothing to divide by."""

    placed: int
    delivered: int
    cancelled: int
    rated: int
    minutes: int
    average_stars: float | None
    pleased_share: float | None
    average_answer_minutes: float | None


def statistics(area: Area, since: date, until: date) -> Statistics:
    """The sums of an area for the months from `since` to `until`, both included."""
    return _statistics(_lines(area, since, until).aggregate(**{name: Sum(name) for name in COUNTED}))


def statistics_by(area: Area, since: date, until: date, by: str) -> list[tuple[int, Statistics]]:
    """The same, by `service_id` or `community_id`, the most orders first."""
    rows = _lines(area, since, until).values(by).annotate(**{f"sum_{name}": Sum(name) for name in COUNTED}).order_by("-sum_placed", by)
    return [(row[by], _statistics({name: row[f"sum_{name}"] for name in COUNTED})) for row in rows]


def _lines(area: Area, since: date, until: date) -> Any:
    rows = Tally.objects.filter(month__gte=since.replace(day=1), month__lte=until)
    ids = area.lineage
    if len(ids) > 2:
        return rows.filter(community_id=ids[2])
    return rows.filter(street_id=ids[1]) if len(ids) == 2 else rows


def _statistics(sums: dict[str, int | None]) -> Statistics:
    value = {name: sums[name] or 0 for name in COUNTED}
    rated, answered = value["rated"], value["answered"]
    return Statistics(
        value["placed"],
        value["delivered"],
        value["cancelled"],
        rated,
        value["minutes"],
        value["stars"] / rated if rated else None,
        value["pleased"] / rated if rated else None,
        value["answer_minutes"] / answered if answered else None,
    )
