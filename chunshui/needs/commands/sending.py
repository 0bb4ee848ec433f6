"""A round is sent: everyone in the plan who may still be asked is asked, once, some orders at a time, so that a whole district can be sent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from chunshui.kernel import clock
from chunshui.kernel.errors import Refused
from chunshui.kernel.steps import take
from chunshui.matching import Code
from chunshui.needs import events, policies, queries
from chunshui.needs.commands.dispatch.asking import Asking, wave_of, write_offers
from chunshui.needs.commands.rounds import told
from chunshui.needs.models import Need, Proposal, Round
from chunshui.needs.queries.dispatch import fit, wording
from chunshui.needs.queries.dispatch import rounds as reads
from chunshui.needs.states import DISPATCHING, ROUND_STEPS, OfferSource, ProposalOutcome, RoundState

if TYPE_CHECKING:
    from chunshui.needs.queries.dispatch.pool import Pool
    from chunshui.people.models import Person

PART = 100
"""Orders asked about in one transaction."""


@transaction.atomic
def send_round(*, actor: Person, round_id: int, now: datetime) -> Round:
    """Agree to a plan: the first orders are asked about at once, the others by a worker. What has changed since is passed over, with the reason."""
    found = queries.visible_round(actor, round_id, lock=True)
    policies.can_run_round(actor, found).or_refuse()
    if found.state in (RoundState.SENDING, RoundState.SENT) and found.sent_by is not None and found.sent_at is not None:
        values = {"name": found.sent_by.name, "time": f"{clock.local(found.sent_at):%H:%M}"}
        raise Refused(_("%(name)s在 %(time)s 已经派出了这一轮。") % values, code="already_sent")
    take(found, ROUND_STEPS, "send")
    found.sent_by, found.sent_at, found.done = actor, now, 0
    found.total = len(set(found.proposals.filter(volunteer__isnull=False).values_list("need_id", flat=True)))
    found.save(update_fields=["state", "sent_by", "sent_at", "done", "total"])
    _send_part(found, now)
    return found


@transaction.atomic
def continue_round(*, round_id: int, now: datetime) -> int:
    """Ask about the next orders of a round that is being sent; how many there were. Harmless when repeated."""
    found = reads.round_held(round_id)
    return _send_part(found, now) if found.state == RoundState.SENDING else 0


def _send_part(found: Round, now: datetime) -> int:
    """All orders are held first, then all volunteers, both by id: no other command can wait for us while we wait for it."""
    wanted: dict[int, list[Proposal]] = defaultdict(list)
    for row in reads.unsent(found, PART):
        wanted[row.need_id].append(row)
    if wanted:
        _ask_all(found, wanted, now)
    found.done += len(wanted)
    found.save(update_fields=["done"])
    if not found.proposals.filter(volunteer__isnull=False, outcome=ProposalOutcome.OPEN).exists():
        _finish(found, now)
    return len(wanted)


def _ask_all(found: Round, wanted: dict[int, list[Proposal]], now: datetime) -> None:
    people = {row.volunteer_id or 0 for rows in wanted.values() for row in rows}
    needs = queries.locked_needs(wanted)
    queries.hold_volunteers(people)
    some = next(iter(needs.values()))
    pool = queries.pool_of(people, some, now, but=())
    cases = fit.cases(list(needs.values()), now)
    asking = Asking(found.sent_by, OfferSource.ROUND, now, round=found)
    locked = {(need_id, volunteer_id) for need_id, volunteer_id in found.locked}
    said = reads.described([row for rows in wanted.values() for row in rows], cases, pool)
    asked: list[Proposal] = []
    passed: dict[str, list[Proposal]] = defaultdict(list)
    for need_id, rows in wanted.items():
        why = _judge(cases[need_id], pool, rows, locked)
        good = [row for row in rows if row.pk not in why]
        _ask(needs[need_id], [(row.volunteer_id or 0, said[row.pk]) for row in good], asking, locked)
        asked += good
        for row in rows:
            if row.pk in why:
                passed[why[row.pk]].append(row)
    _note(asked, ProposalOutcome.ASKED, "")
    for words, rows in passed.items():
        _note(rows, ProposalOutcome.PASSED, words)


def _judge(case: fit.Case, pool: Pool, rows: list[Proposal], locked: set[tuple[int, int]]) -> dict[int, str]:
    """Proposal id → what keeps it from being asked now."""
    need, left = case.need, fit.places_left(case.need)
    changed = _why_changed(need)
    why: dict[int, str] = {}
    for row in rows:
        who = row.volunteer_id or 0
        bar = None if changed else (fit.bar_by_hand if (need.pk, who) in locked else fit.bar)(case, pool, who)
        if changed:
            why[row.pk] = changed
        elif bar is not None:
            why[row.pk] = wording.why_not_words(bar, need, case.now)
        elif left < 1:
            why[row.pk] = _("名额已经满了。")
        else:
            left -= 1
    return why


def _why_changed(need: Need) -> str:
    if need.state not in DISPATCHING:
        return _("单子现在是“%(state)s”。") % {"state": need.get_state_display()}
    return _("名额已经满了。") if fit.places_left(need) < 1 else ""


def _ask(need: Need, people: list[tuple[int, wording.Said]], asking: Asking, locked: set[tuple[int, int]]) -> None:
    of_wave = replace(asking, wave=wave_of(need))
    first: wording.Said = [[Code.LOCKED, 0]]
    by_hand = [(who, first + said) for who, said in people if (need.pk, who) in locked]
    plain = [(who, said) for who, said in people if (need.pk, who) not in locked]
    if plain:
        write_offers(need, plain, of_wave)
    if by_hand:
        write_offers(need, by_hand, replace(of_wave, source=OfferSource.HAND, hand_reason=_("一起派时人工定下")))


def _note(rows: list[Proposal], outcome: str, why: str) -> None:
    Proposal.objects.filter(pk__in=[row.pk for row in rows]).update(outcome=outcome, why=why[:200])


def _finish(found: Round, now: datetime) -> None:
    take(found, ROUND_STEPS, "finish")
    counts = reads.outcomes(found)
    found.summary = {**found.summary, "offered": counts[ProposalOutcome.ASKED], "passed": counts[ProposalOutcome.PASSED]}
    found.save(update_fields=["state", "summary"])
    told(events.ROUND_SENT, found, found.sent_by, now, offered=counts[ProposalOutcome.ASKED], passed=counts[ProposalOutcome.PASSED])
