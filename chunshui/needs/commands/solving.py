"""A round is solved in the background: the waiting orders as arrays, the best plan, and what it proposes as plain rows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from chunshui import matching
from chunshui.kernel import bulk
from chunshui.kernel.steps import take
from chunshui.needs import events
from chunshui.needs.commands.rounds import told
from chunshui.needs.models import Proposal, Round, RoundPrices
from chunshui.needs.queries.dispatch import district as districts
from chunshui.needs.queries.dispatch import fit
from chunshui.needs.queries.dispatch import rounds as reads
from chunshui.needs.queries.dispatch.waiting import Waiting, waiting
from chunshui.needs.queries.dispatch.weights import in_force
from chunshui.needs.states import ROUND_STEPS, ProposalOutcome, RoundState

COLUMNS = ("round", "need", "volunteer", "cost", "reasons", "outcome", "why")
Line = tuple[int, int | None, int, str]
"""(order, volunteer or None, cost, reasons): a proposal to be written."""


def solve_round(*, round_id: int, now: datetime) -> None:
    """Look at the waiting orders, solve, and propose. Doing it twice is harmless: only a round that is still being solved is written."""
    found = Round.objects.select_related("area").filter(pk=round_id, state=RoundState.SOLVING).first()
    if found is None:
        return
    try:
        _solve(found, now)
    except Exception:
        _fail(round_id)
        raise


def _solve(found: Round, now: datetime) -> None:
    district = districts.everyone(now)
    asked = waiting(found.area, district.parallel, now)
    many = len(asked.orders) + len(asked.over)
    Round.objects.filter(pk=found.pk).update(total=many, done=many // 10)
    locked = [(need_id, who) for need_id, who in found.locked if district.knows(who)]
    orders = asked.with_wishes(locked, [(need_id, who) for need_id, who in found.forbidden])
    plan = matching.solve(district, orders, in_force(found.area, now)) if len(orders) else None
    _propose(found.pk, asked, district, plan, now)


@transaction.atomic
def _propose(round_id: int, asked: Waiting, district: matching.District, plan: matching.Round | None, now: datetime) -> None:
    found = reads.round_held(round_id)
    if found.state != RoundState.SOLVING:
        return
    take(found, ROUND_STEPS, "propose")
    lines = [*_pairs(plan), *_unserved(plan), *((need_id, None, 0, json.dumps([[fit.OVER, 0]])) for need_id in asked.over)]
    _write(found, lines)
    _keep_prices(found, plan)
    found.summary, found.done = _summary(asked, district, plan, lines), found.total
    found.save(update_fields=["state", "summary", "done"])
    told(events.ROUND_PROPOSED, found, None, now, pairs=found.summary["pairs"], unserved=found.summary["unserved"])


def _pairs(plan: matching.Round | None) -> Iterable[Line]:
    """Only when each would come is kept; the other reasons are put together when somebody looks."""
    if plan is None or plan.pairs is None:
        return
    said = {start: json.dumps([[matching.Code.FREE_THEN, start]]) for start in np.unique(plan.pairs.starts).tolist()}
    for need_id, who, start, cost in zip(*(column.tolist() for column in plan.pairs), strict=True):
        yield need_id, who, cost, said[start]


def _unserved(plan: matching.Round | None) -> Iterable[Line]:
    """The reason where it is known without counting people; the rule that left too few is looked for when a page is."""
    for one in plan.short if plan else ():
        yield one.order_id, None, 0, json.dumps([[one.reason.code, one.reason.number]] if one.reason else [])


def _write(found: Round, lines: list[Line]) -> None:
    """What stands already stays: a round that is solved again changes a few rows."""
    new = {(need_id, who): (cost, reasons) for need_id, who, cost, reasons in lines}
    gone = []
    for pk, need_id, who, cost, reasons in found.proposals.values_list("pk", "need_id", "volunteer_id", "cost", "reasons"):
        if new.get((need_id, who)) == (cost, json.dumps(reasons)):
            del new[need_id, who]
        else:
            gone.append(pk)
    if gone:
        found.proposals.filter(pk__in=gone).delete()
    rows = ((found.pk, need_id, who, cost, reasons, ProposalOutcome.OPEN.value, "") for (need_id, who), (cost, reasons) in new.items())
    bulk.insert(Proposal, COLUMNS, rows)


def _keep_prices(found: Round, plan: matching.Round | None) -> None:
    if plan is not None and plan.evidence is not None:
        RoundPrices.objects.update_or_create(round=found, defaults={"data": plan.evidence.kept().to_bytes()})


def _summary(asked: Waiting, district: matching.District, plan: matching.Round | None, lines: list[Line]) -> dict[str, Any]:
    """What the desk shows above the plan: how many, who carries how much before and after, and how near it is to the best."""
    pairs = [line for line in lines if line[1] is not None]
    short = {line[0] for line in lines if line[1] is None}
    return {
        "orders": len(asked.orders) + len(asked.over),
        "served": len({line[0] for line in pairs} - short),
        "pairs": len(pairs),
        "unserved": len(short),
        "volunteers": len(district),
        "load_before": asdict(plan.load_before) if plan else {},
        "load_after": asdict(plan.load_after) if plan else {},
        "histogram": _histogram(district, plan),
        "wanted": reads.wanted(plan, district.parallel) if plan else [],
        "objective": plan.objective if plan else 0,
        "bound": plan.bound + plan.lift if plan else 0,
        "gap": round(100 * plan.left / max(1, abs(plan.objective)), 2) if plan else 0,
        "proven": plan is None or plan.is_proven,
    }


def _histogram(district: matching.District, plan: matching.Round | None) -> list[list[int]]:
    """[visits, people before, people after]: how the visits of 30 days lie on those who are in the plan."""
    if plan is None or plan.pairs is None:
        return []
    who, more = np.unique(plan.pairs.volunteer_ids, return_counts=True)
    had = district.take(district.rows(who)).load30.astype(np.int64)
    before, after = np.bincount(had), np.bincount(had + more)
    before = np.pad(before, (0, after.size - before.size))
    some = np.flatnonzero(before + after)
    return np.stack((some, before[some], after[some]), axis=1).tolist()  # type: ignore[no-any-return]


@transaction.atomic
def _fail(round_id: int) -> None:
    found = reads.round_held(round_id)
    if found.state == RoundState.SOLVING:
        take(found, ROUND_STEPS, "fail")
        found.save(update_fields=["state"])
