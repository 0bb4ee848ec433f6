"""The loop at this moment, and what became of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from chunshui.kernel import clock
from chunshui.needs.queries.desk.follow_ups import open_follow_ups
from chunshui.needs.queries.desk.reach import STAGES, in_area
from chunshui.needs.queries.tally import statistics
from chunshui.needs.states import State

if TYPE_CHECKING:
    from chunshui.areas.models import Area

FIGURES_SECONDS = 10


@dataclass(frozen=True)
class Stage:
    number: int
    name: str
    small: str
    count: int
    late: int


@dataclass(frozen=True)
class Figures:
    """`pleased` in per cent, `answered` in minutes; None while nothing is known."""

    stages: list[Stage]
    done: int
    answered: int | None
    pleased: float | None


def figures(area: Area, now: datetime) -> Figures:
    """The loop at this moment and what became of today; a few seconds old at most."""
    key = f"desk-figures:{area.pk}:{clock.today(now)}"
    found: tuple[dict[int, tuple[int, int]], int, int, Any] | None = cache.get(key)
    if found is None:
        found = (_counts(area, now), _follow_ups_open(area), _done_today(area, now), statistics(area, clock.month_start(now), clock.today(now)))
        cache.set(key, found, FIGURES_SECONDS)
    counts, follow_ups, done, month = found
    answered = month.average_answer_minutes
    pleased = month.pleased_share
    return Figures(_stages(counts, follow_ups), done, round(answered) if answered else None, round(pleased * 100, 1) if pleased is not None else None)


def _counts(area: Area, now: datetime) -> dict[int, tuple[int, int]]:
    states = [state for stage in STAGES.values() for state in stage]
    rows = in_area(area).filter(state__in=states).values("state").annotate(n=Count("id"), late=Count("id", filter=Q(due_at__lt=now)))
    by_state = {row["state"]: (row["n"], row["late"]) for row in rows}
    return {
        number: (sum(by_state.get(state, (0, 0))[0] for state in stage), sum(by_state.get(state, (0, 0))[1] for state in stage))
        for number, stage in STAGES.items()
    }


def _stages(counts: dict[int, tuple[int, int]], follow_ups: int) -> list[Stage]:
    late = {number: _("%(n)d 单超时") % {"n": counts[number][1]} if counts[number][1] else "" for number in (1, 2)}
    small = {
        1: late[1] or _("待受理"),
        2: late[2] or _("待派单"),
        3: _("约好和正在服务"),
        4: _("%(n)d 单待回访") % {"n": follow_ups} if follow_ups else _("待评价"),
    }
    names = {1: _("点单"), 2: _("派单"), 3: _("送单"), 4: _("评单")}
    return [Stage(number, names[number], small[number], counts[number][0], counts[number][1] if number < 3 else 0) for number in STAGES]


def _follow_ups_open(area: Area) -> int:
    return int(open_follow_ups(area).count())


def _done_today(area: Area, now: datetime) -> int:
    midnight = clock.at(clock.today(now))
    return in_area(area).filter(state__in=[State.DELIVERED, State.RATED], delivered_at__gte=midnight).count()
