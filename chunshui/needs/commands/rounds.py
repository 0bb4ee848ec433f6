"""一起派: the best plan for all waiting orders of an area as a whole; proposed with reasons, sent only when a person agrees."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.needs import events, policies, queries
from chunshui.needs.models import Need, Round
from chunshui.needs.queries.dispatch import fit, wording
from chunshui.needs.queries.dispatch import rounds as reads
from chunshui.needs.states import ROUND_STEPS, RoundState

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
