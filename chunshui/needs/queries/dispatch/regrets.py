"""Why the plan of a round does not send somebody to an order: the first rule that excludes, or by how much another was better for the whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from chunshui import matching
from chunshui.kernel.errors import NotFound
from chunshui.needs.models import Need, Proposal, Round, RoundPrices
from chunshui.needs.queries.dispatch import fit, times, wording
from chunshui.needs.queries.dispatch import pool as pools
from chunshui.needs.queries.dispatch.offers import NEED_ROWS
from chunshui.needs.queries.dispatch.weights import in_force

if TYPE_CHECKING:
    from chunshui.needs.queries.dispatch.pool import Pool


@dataclass(frozen=True)
class WhyNotHere:
    """`words` says it; in milli-units `cost` of this pair, `worth` of the volunteer's time elsewhere, `price` of the order as it is served now.

    None where a rule excludes, or where the plan sends this volunteer. `needed_by`: the order that has the volunteer then.
    """

    words: str
    cost: int | None = None
    worth: int | None = None
    price: int | None = None
    at_least: int | None = None
    needed_by: Need | None = None


def order_of(found: Round, number: str) -> Need | None:
    """The order of a round whose number ends so; the newest when there are several."""
    rows = found.proposals.filter(need__number__iendswith=number).order_by("-need_id")
    row = rows.select_related(*(f"need__{name}" for name in NEED_ROWS)).first() if number else None
    return row.need if row else None


def need_in(found: Round, need_id: int) -> Need:
    row = found.proposals.filter(need_id=need_id).select_related(*(f"need__{name}" for name in NEED_ROWS)).first()
    if row is None:
        raise NotFound
    return row.need


def why_not_here(found: Round, need: Need, volunteer_id: int, now: datetime) -> WhyNotHere:
    """Answered from the prices with which the plan was proven, and from what the tables say of this volunteer now."""
    lines = list(found.proposals.filter(need=need))
    if any(line.volunteer_id == volunteer_id for line in lines):
        return WhyNotHere(_("这一轮就打算派这位去。"))
    case = _as_planned(fit.case(need, now), lines)
    pool = pools.load(pools.rows_of([volunteer_id]), need.latitude, now, but=(need.pk,))
    bar = fit.bar(case, pool, volunteer_id)
    if bar is not None:
        return WhyNotHere(wording.why_not_words(bar, need, now))
    if [need.pk, volunteer_id] in found.forbidden:
        return WhyNotHere(_("人工定了：这一轮不派这位去。"))
    prices = RoundPrices.objects.filter(round=found).first()
    regrets = list(_regrets(case, pool, volunteer_id, matching.Prices.from_bytes(bytes(prices.data)))) if prices else []
    if not regrets:
        return WhyNotHere(_("这一轮算的时候，这单还不在里面。"))
    regret, visit = min(regrets, key=lambda one: one[0].at_least)
    return _said(regret, _needed_by(found, volunteer_id, visit))


def _as_planned(case: fit.Case, lines: list[Proposal]) -> fit.Case:
    """Where others come at a time of the plan, this volunteer would come then too."""
    starts = {int(number) for line in lines if line.volunteer_id is not None for _code, number in line.reasons}
    if case.need.people_needed < 2 or len(starts) != 1:
        return case
    start = times.moment(starts.pop())
    return fit.at(case, times.Visit(start, start + timedelta(minutes=case.need.minutes)))


def _regrets(case: fit.Case, pool: Pool, who: int, prices: matching.Prices) -> Iterator[tuple[matching.Regret, times.Visit]]:
    """One for each time at which this volunteer may come."""
    weights, order = in_force(case.need.area, case.now), fit.engine_order(case, pool.parallel)
    for candidate in matching.rank(pool.arrays, order, weights):
        for at in candidate.times:
            regret = prices.regret(case.need.pk, who, order.times[at], candidate.cost)
            if regret is not None:
                yield regret, case.found[at]


def _needed_by(found: Round, volunteer_id: int, visit: times.Visit) -> Need | None:
    """The order to which the plan sends this volunteer at that time."""
    for line in found.proposals.filter(volunteer_id=volunteer_id).select_related(*(f"need__{name}" for name in NEED_ROWS)):
        start = times.moment(next(int(number) for _code, number in line.reasons))
        if visit.meets(start, start + timedelta(minutes=line.need.minutes)):
            return line.need
    return None


def _said(regret: matching.Regret, needed_by: Need | None) -> WhyNotHere:
    if regret.at_least == 0:
        words = _("派这位去也一样好：合起来不会更差。现在的派法只是同样好的里面的一种。")
    elif needed_by is not None:
        words = _("合适，但那时单子 %(number)s 更需要这位：换过来，合起来至少多 %(more)d。") % {"number": needed_by.number, "more": regret.at_least}
    else:
        words = _("合适，但别人去更好：换成这位，合起来至少多 %(more)d。") % {"more": regret.at_least}
    return WhyNotHere(words, regret.cost, regret.worth, regret.price, regret.at_least, needed_by)
