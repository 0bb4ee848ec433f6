"""The loop at this moment, and what became of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db.models import Avg, Count, DurationField, F, Q
from django.utils.translation import gettext as _

from chunshui.kernel import clock
from chunshui.needs.models import Rating
from chunshui.needs.queries.desk.follow_ups import open_follow_ups
from chunshui.needs.queries.desk.reach import STAGES, in_area
from chunshui.needs.queries.tally import PLEASED_STARS, statistics
from chunshui.needs.states import State

if TYPE_CHECKING:
    from chunshui.areas.models import Area

FIGURES_SECONDS = 10
Sums = tuple[float | None, float | None]  # minutes to an answer, share of the pleased


@dataclass(frozen=True)
class Stage:
    number: int
    name: str
    small: str
    count: int
    late: int


@dataclass(frozen=True)
class Measure:
    """A figure that says of which period it is: today's where there is one, with the month's beside it."""

    label: str
    value: str
    unit: str
    small: str


@dataclass(frozen=True)
class Figures:
    stages: list[Stage]
    done: int
    measures: list[Measure]


def figures(area: Area, now: datetime) -> Figures:
    """The loop at this moment and what became of today; a few seconds old at most."""
    key = f"desk-figures:{area.pk}:{clock.today(now)}"
    found: tuple[dict[int, tuple[int, int]], int, int, Sums, Sums] | None = cache.get(key)
    if found is None:
        found = (_counts(area, now), _follow_ups_open(area), _done_today(area, now), _of_today(area, now), _of_month(area, now))
        cache.set(key, found, FIGURES_SECONDS)
    counts, follow_ups, done, today, month = found
    return Figures(_stages(counts, follow_ups), done, [*_answered(today[0], month[0]), *_pleased(today[1], month[1])])


def _of_month(area: Area, now: datetime) -> Sums:
    month = statistics(area, clock.month_start(now), clock.today(now))
    return month.average_answer_minutes, month.pleased_share


def _of_today(area: Area, now: datetime) -> Sums:
    """From the orders themselves: how long those accepted today had waited, and how today's ratings are."""
    midnight = clock.at(clock.today(now))
    wait = Avg(F("accepted_at") - F("placed_at"), output_field=DurationField())
    waited = in_area(area).filter(accepted_at__gte=midnight).aggregate(mean=wait)["mean"]
    pleased = Count("id", filter=Q(stars__gte=PLEASED_STARS))
    rated = Rating.objects.filter(at__gte=midnight, need__in=in_area(area)).aggregate(n=Count("id"), pleased=pleased)
    return waited.total_seconds() / 60 if waited is not None else None, rated["pleased"] / rated["n"] if rated["n"] else None


def _answered(today: float | None, month: float | None) -> list[Measure]:
    label = _("今天平均响应") if today is not None else _("本月平均响应")
    beside = _("本月 %(n)s 分") % {"n": round(month)} if today is not None and month is not None else ""
    shown = today if today is not None else month
    return [Measure(label, str(round(shown)), _("分"), beside)] if shown is not None else []


def _pleased(today: float | None, month: float | None) -> list[Measure]:
    label = _("今天满意") if today is not None else _("本月满意")
    beside = _("本月 %(n)s%%") % {"n": _share(month)} if today is not None and month is not None else ""
    shown = today if today is not None else month
    return [Measure(label, _share(shown), "%", beside)] if shown is not None else []


def _share(part: float) -> str:
    return f"{part * 100:.1f}".removesuffix(".0")


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
