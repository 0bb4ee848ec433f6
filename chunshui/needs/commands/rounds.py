"""一起派: the best plan for all waiting orders of an area as a whole; proposed with reasons, sent only when a person agrees."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chunshui import matching
from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.models import Need, Proposal, Round
from chunshui.needs.queries.dispatch import candidates, fit, wording
from chunshui.needs.queries.dispatch import district as districts
from chunshui.needs.queries.dispatch import rounds as reads
from chunshui.needs.queries.dispatch.weights import in_force
from chunshui.needs.states import FULL_WEEK, HARD_REACH, ROUND_STEPS, RoundState

if TYPE_CHECKING:
    from chunshui.people.models import Person

Pairs = list[list[int]]


@transaction.atomic
def start_round(*, actor: Person, area_id: int, now: datetime) -> Round:
    """Begin a round over an area; a background worker solves it. One open round an area: the second worker is told who was first."""
    area = areas.visible_area(area_id)
    policies.can_start_round(actor, area).or_refuse()
    first = reads.open_round(area)
    if first is None:
        try:
            with transaction.atomic():
                made = Round.objects.create(area=area, by=actor, at=now)
        except IntegrityError:
            first = reads.open_round(area)
    if first is not None:
        _refuse_second(first)
    told(events.ROUND_STARTED, made, actor, now)
    return made


def _refuse_second(first: Round) -> None:
    values = {"name": first.by.name, "time": f"{clock.local(first.at):%H:%M}", "area": str(first.area)}
    raise Refused(_("%(name)s在 %(time)s 已经开始一起派“%(area)s”的单子，等这一轮派出或放弃后再来。") % values, code="round_open")


def told(name: str, found: Round, actor: Person | None, now: datetime, **data: object) -> None:
    emit(name, subject="round", subject_id=found.pk, actor=actor, at=now, area_id=found.area_id, **data)


@transaction.atomic
def take_up_round(*, round_id: int, now: datetime) -> bool:
    """Mark a round as being worked on; False when another worker was faster. The caller enqueues in the same transaction."""
    found = reads.round_held(round_id)
    if found.state != RoundState.SOLVING or found.is_queued:
        return False
    found.is_queued = True
    found.save(update_fields=["is_queued"])
    return True


def solve_round(*, round_id: int, now: datetime) -> None:
    """Look at the waiting orders, solve, and propose. Doing it twice is harmless: only a round that is still being solved is written."""
    found = Round.objects.select_related("area").filter(pk=round_id, state=RoundState.SOLVING).first()
    if found is None:
        return
    try:
        _solve(found, now)
    except Exception:
        _fail(round_id, now)
        raise


def _solve(found: Round, now: datetime) -> None:
    needs = reads.waiting_in(found.area)
    Round.objects.filter(pk=found.pk).update(total=len(needs), done=0)
    problem = reads.problem(needs, now)
    orders = _orders(problem, _valid_locks(found, needs), found.forbidden)
    Round.objects.filter(pk=found.pk).update(done=len(orders))
    weights = in_force(found.area, now)
    plan = matching.solve(problem.district, orders, weights) if orders else None
    _propose(found.pk, problem, plan, now)


def _valid_locks(found: Round, needs: list[Need]) -> list[tuple[int, int]]:
    """The locked pairs whose order still waits, never more than it has places."""
    left = {need.pk: fit.places_left(need) for need in needs}
    kept = []
    for need_id, volunteer_id in found.locked:
        if left.get(need_id, 0) > 0:
            left[need_id] -= 1
            kept.append((need_id, volunteer_id))
    return kept


def _orders(problem: reads.Problem, locked: list[tuple[int, int]], forbidden: Pairs) -> list[matching.Order]:
    active = {volunteer_id for _, volunteer_id in locked if problem.district.knows(volunteer_id)}
    pins, bars = defaultdict(set), defaultdict(set)
    for need_id, volunteer_id in locked:
        if volunteer_id in active:
            pins[need_id].add(volunteer_id)
    for need_id, volunteer_id in forbidden:
        bars[need_id].add(volunteer_id)
    if not problem.cases:
        return []
    now = next(iter(problem.cases.values())).now
    reach = {pk: areas.rule(HARD_REACH, area, now) for pk, area in {case.need.area_id: case.need.area for case in problem.cases.values()}.items()}
    return [
        fit.engine_order(
            case,
            problem.district.parallel,
            blocked=bars[pk] - pins[pk],
            locked=pins[pk],
            reach=reach[case.need.area_id],
            kind=districts.kind_of(case.need.service.code),
        )
        for pk, case in problem.cases.items()
    ]


@transaction.atomic
def _propose(round_id: int, problem: reads.Problem, plan: matching.Round | None, now: datetime) -> None:
    found = reads.round_held(round_id)
    if found.state != RoundState.SOLVING:
        return
    take(found, ROUND_STEPS, "propose")
    found.proposals.all().delete()
    rows = _rows(found, problem, plan, now)
    Proposal.objects.bulk_create(rows)
    found.summary, found.done = _summary(problem, plan, rows), found.total
    found.save(update_fields=["state", "summary", "done"])
    told(events.ROUND_PROPOSED, found, None, now, pairs=found.summary["pairs"], unserved=found.summary["unserved"])


def _rows(found: Round, problem: reads.Problem, plan: matching.Round | None, now: datetime) -> list[Proposal]:
    over = [Proposal(round=found, need=need, reasons=[[fit.OVER, 0]]) for need in problem.over]
    if plan is None:
        return over
    people = {one.volunteer_id for one in plan.assignments}
    full, before, known = areas.rule(FULL_WEEK, found.area, now), reads.kinds_before(people), reads.taken(problem.district, people)
    pairs = []
    for one in plan.assignments:
        case, who = problem.cases[one.order_id], one.volunteer_id
        extra = candidates.Extra(full, before.get((who, case.need.service_id), 0), *known[who][:2])
        said = candidates.said_of(one.reasons, case, who, extra)
        pairs.append(Proposal(round=found, need_id=one.order_id, volunteer_id=who, cost=one.cost, reasons=said))
    unserved = [Proposal(round=found, need_id=one.order_id, reasons=[[str(one.reason.code), one.reason.number]]) for one in plan.unserved]
    return [*pairs, *unserved, *over]


def _summary(problem: reads.Problem, plan: matching.Round | None, rows: list[Proposal]) -> dict[str, Any]:
    """What the desk shows above the plan: how many, who carries how much before and after, and that no plan can be better."""
    pairs = [row for row in rows if row.volunteer_id is not None]
    short = {row.need_id for row in rows if row.volunteer_id is None}
    return {
        "orders": len(problem.cases) + len(problem.over),
        "served": len({row.need_id for row in pairs} - short),
        "pairs": len(pairs),
        "unserved": len(short),
        "volunteers": len(problem.district),
        "load_before": asdict(plan.load_before) if plan else {},
        "load_after": asdict(plan.load_after) if plan else {},
        "histogram": _histogram(problem, plan),
        "wanted": reads.wanted(plan, problem.district.parallel) if plan else [],
        "objective": plan.objective if plan else 0,
        "bound": plan.bound if plan else 0,
        "gap": round(100 * plan.gap / max(1, abs(plan.objective)), 2) if plan else 0,
        "proven": plan is None or plan.is_proven,
    }


def _histogram(problem: reads.Problem, plan: matching.Round | None) -> list[list[int]]:
    """[visits, people before, people after]: how the visits of 30 days lie on those who are in the plan."""
    if plan is None:
        return []
    added = Counter(one.volunteer_id for one in plan.assignments)
    known = reads.taken(problem.district, added)
    before, after = Counter(one[2] for one in known.values()), Counter(known[who][2] + more for who, more in added.items())
    return [[visits, before[visits], after[visits]] for visits in sorted(set(before) | set(after))]


@transaction.atomic
def _fail(round_id: int, now: datetime) -> None:
    found = reads.round_held(round_id)
    if found.state == RoundState.SOLVING:
        take(found, ROUND_STEPS, "fail")
        found.save(update_fields=["state"])


def _opened(actor: Person, round_id: int) -> Round:
    found = reads.visible_round(actor, round_id, lock=True)
    policies.can_run_round(actor, found).or_refuse()
    return found


@transaction.atomic
def lock_pair(*, actor: Person, round_id: int, need_id: int, volunteer_id: int, now: datetime) -> Round:
    """This volunteer goes to this order, whatever else the round decides; counts when it is solved again."""
    found = _opened(actor, round_id)
    need = _order_of(found, need_id)
    pair = [need_id, volunteer_id]
    if pair not in found.locked:
        if sum(1 for locked_id, _who in found.locked if locked_id == need_id) >= fit.places_left(need):
            raise Refused(_("这单的名额都已定了人。"), code="filled")
        _check_lockable(need, volunteer_id, now)
    return _set_pairs(found, [*_without(found.locked, pair), pair], _without(found.forbidden, pair))


@transaction.atomic
def forbid_pair(*, actor: Person, round_id: int, need_id: int, volunteer_id: int, now: datetime) -> Round:
    """This volunteer does not go to this order; counts when the round is solved again."""
    found = _opened(actor, round_id)
    _order_of(found, need_id)
    pair = [need_id, volunteer_id]
    return _set_pairs(found, _without(found.locked, pair), [*_without(found.forbidden, pair), pair])


@transaction.atomic
def free_pair(*, actor: Person, round_id: int, need_id: int, volunteer_id: int, now: datetime) -> Round:
    """Leave a pair to the round again."""
    found = _opened(actor, round_id)
    pair = [need_id, volunteer_id]
    return _set_pairs(found, _without(found.locked, pair), _without(found.forbidden, pair))


def _order_of(found: Round, need_id: int) -> Need:
    row = found.proposals.select_related("need__area", "need__service", "need__resident").filter(need_id=need_id).first()
    if row is None:
        raise Refused(_("这单不在这一轮里。"), code="not_in_round")
    return row.need


def _check_lockable(need: Need, volunteer_id: int, now: datetime) -> None:
    """A person may be chosen against the engine's taste, not against the rules."""
    pool = queries.pool_of([volunteer_id], need, now)
    bar = fit.bar_by_hand(fit.case(need, now), pool, volunteer_id)
    if bar is not None:
        raise Refused(wording.why_not_words(bar, need, now), code=f"not_fit:{bar.code}")


def _without(pairs: Pairs, pair: list[int]) -> Pairs:
    return [one for one in pairs if one != pair]


def _set_pairs(found: Round, locked: Pairs, forbidden: Pairs) -> Round:
    if found.state != RoundState.PROPOSED:
        raise Refused(_("现在是“%(state)s”，不能这样做。") % {"state": found.get_state_display()}, code="wrong_state")
    found.locked, found.forbidden = locked, forbidden
    found.save(update_fields=["locked", "forbidden"])
    return found


@transaction.atomic
def solve_again(*, actor: Person, round_id: int, now: datetime) -> Round:
    """Solve with what a person has locked and forbidden."""
    found = _opened(actor, round_id)
    take(found, ROUND_STEPS, "solve_again")
    found.done, found.is_queued = 0, False
    found.save(update_fields=["state", "done", "is_queued"])
    told(events.ROUND_STARTED, found, actor, now)
    return found


@transaction.atomic
def discard_round(*, actor: Person, round_id: int, now: datetime) -> Round:
    """Nobody is asked; the orders wait as before."""
    found = _opened(actor, round_id)
    take(found, ROUND_STEPS, "discard")
    found.save(update_fields=["state"])
    told(events.ROUND_DISCARDED, found, actor, now)
    return found
