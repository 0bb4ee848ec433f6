"""派单: ask volunteers about an order, singly, several, by hand, a team; take a question back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Refused
from chunshui.kernel.steps import can_take, take
from chunshui.needs import events, policies, queries
from chunshui.needs.commands.orders import told
from chunshui.needs.models import Need, Offer, Round
from chunshui.needs.queries.dispatch import fit, wording
from chunshui.needs.queries.dispatch.wording import Said
from chunshui.needs.states import (
    OFFER_STEPS,
    STEPS,
    OfferSource,
    State,
)
from chunshui.teams import queries as teams

if TYPE_CHECKING:
    from chunshui.people.models import Person

BY_WORKER = frozenset({OfferSource.SINGLE, OfferSource.SEVERAL, OfferSource.HAND, OfferSource.NEXT})
TEAM_ASKED = 3
"""Members of a team asked about one place."""
LEAST_TO_ANSWER = timedelta(minutes=5)


@dataclass(frozen=True)
class Asking:
    """Who asks, how, when, and what goes with it. Nobody (`actor` None) asks in automatic waves."""

    actor: Person | None
    source: str
    now: datetime
    wave: int = 1
    hand_reason: str = ""
    team_id: int | None = None
    round: Round | None = None


@transaction.atomic
def offer_need(
    *,
    actor: Person,
    need_id: int,
    volunteer_ids: Sequence[int],
    source: str = OfferSource.SINGLE,
    hand_reason: str = "",
    note: str | None = None,
    now: datetime,
) -> list[Offer]:
    """Ask these volunteers about an order. All of them, or nobody when a rule keeps one of them from it."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_offer_need(actor, need).or_refuse()
    wanted = list(dict.fromkeys(volunteer_ids))
    _check_form(wanted, source, hand_reason)
    asking = Asking(actor, source, now, wave_of(need), hand_reason.strip()[:200])
    if note is not None:
        need.note_to_volunteer = note.strip()[:300]
        need.save(update_fields=["note_to_volunteer"])
    return ask(need, wanted, asking)


def _check_form(wanted: list[int], source: str, hand_reason: str) -> None:
    if not wanted:
        raise Refused(_("请至少选一位志愿者。"), code="nobody", fields={"volunteer_ids": _("请至少选一位志愿者。")})
    if source not in BY_WORKER:
        raise Refused(_("没有这种派法。"), code="bad_source", fields={"source": _("没有这种派法。")})
    if source == OfferSource.HAND and not hand_reason.strip():
        raise Refused(_("人工指定要写明理由。"), code="reason_needed", fields={"hand_reason": _("人工指定要写明理由。")})


def wave_of(need: Need) -> int:
    """A worker's further questions belong to the wave that is out; an order from the queue begins its first."""
    return max(1, need.wave) if need.state == State.OFFERED else 1


def ask(need: Need, volunteer_ids: Iterable[int], asking: Asking, *, strict: bool = True) -> list[Offer]:
    """Write the questions of one order, which the caller holds locked. `strict`: refuse when one may not be asked; else pass them over."""
    can_take(need, STEPS, "offer").or_refuse()
    if fit.places_left(need) < 1:
        raise Refused(_("名额已经满了。"), code="filled")
    chosen = _askable(need, volunteer_ids, asking, strict=strict)
    return write_offers(need, chosen, asking) if chosen else []


def write_offers(need: Need, chosen: Iterable[tuple[int, Said]], asking: Asking) -> list[Offer]:
    """Write the questions to these volunteers, whom the caller holds and has found fit, each with the reasons to keep."""
    answer_by = answer_deadline(need, asking.now)
    offers = [
        Offer.objects.create(
            need=need,
            volunteer_id=pk,
            team_id=asking.team_id,
            source=asking.source,
            wave=asking.wave,
            reasons=said,
            hand_reason=asking.hand_reason,
            round=asking.round,
            sent_by=asking.actor,
            sent_at=asking.now,
            answer_by=answer_by,
        )
        for pk, said in chosen
    ]
    _sent(need, offers, asking)
    return offers


def _sent(need: Need, offers: list[Offer], asking: Asking) -> None:
    take(need, STEPS, "offer")
    need.wave = asking.wave
    need.save(update_fields=["state", "wave"])
    told(
        events.OFFERED,
        need,
        asking.actor,
        asking.now,
        offer_ids=[offer.pk for offer in offers],
        volunteer_ids=[offer.volunteer_id for offer in offers],
        source=asking.source,
        wave=asking.wave,
    )


def _askable(need: Need, volunteer_ids: Iterable[int], asking: Asking, *, strict: bool) -> list[tuple[int, Said]]:
    """Those of these volunteers who may be asked, each with the reasons to keep; they stay held to the end of the command."""
    wanted = list(volunteer_ids)
    queries.hold_volunteers(wanted)
    case = fit.case(need, asking.now)
    pool = queries.pool_of(wanted, need, asking.now)
    judge = fit.bar_by_hand if asking.source == OfferSource.HAND else fit.bar
    bars = {pk: judge(case, pool, pk) for pk in wanted}
    if strict:
        for pk, bar in bars.items():
            if bar is not None:
                _refuse(need, pk, bar, pool.rows[pk].name if pk in pool.rows else "", asking.now)
    said = queries.said_for(case, pool)
    return [(pk, said.get(pk, [])) for pk, bar in bars.items() if bar is None]


def _refuse(need: Need, volunteer_id: int, bar: fit.Bar, name: str, now: datetime) -> None:
    words = wording.why_not_words(bar, need, now)
    message = _("不能派给%(name)s：%(why)s") % {"name": name or _("这位志愿者"), "why": words}
    raise Refused(message, code=f"not_fit:{bar.code}", fields={"volunteer_ids": message})


def answer_deadline(need: Need, now: datetime) -> datetime:
    """The time to answer runs from the end of the quiet hours, and not beyond the beginning of the visit."""
    start = queries.quiet_until(now, need)
    until = start + queries.answer_time(need, now)
    if need.wish_until is not None:
        until = min(until, need.wish_until)
    return max(until, start + LEAST_TO_ANSWER)


@transaction.atomic
def offer_to_team(*, actor: Person, need_id: int, team_id: int, now: datetime) -> list[Offer]:
    """Ask those members of a team who fit, the best first: three, or two for each empty place."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_offer_need(actor, need).or_refuse()
    team = teams.visible_team(actor, team_id)
    most = max(TEAM_ASKED, 2 * fit.places_left(need))
    fitting = queries.best_of(teams.members(team.pk), need, now, most)
    offers = ask(need, fitting, Asking(actor, OfferSource.TEAM, now, wave_of(need), team_id=team.pk), strict=False)
    if not offers:
        raise Refused(_("“%(team)s”里现在没有合适、有空的队员。") % {"team": team.name}, code="nobody_fits")
    return offers


@transaction.atomic
def withdraw_offer(*, actor: Person, offer_id: int, now: datetime) -> Offer:
    """Take a question back; the volunteer is told. When nobody is being asked any more, the order waits again."""
    need = queries.locked_need(queries.visible_offer(actor, offer_id).need_id)
    offer = queries.visible_offer(actor, offer_id, lock=True)
    policies.can_withdraw_offer(actor, need).or_refuse()
    close_offer(offer, "withdraw", need, actor, now)
    _back_to_queue(need, actor, now)
    return offer


@transaction.atomic
def withdraw_offers(*, actor: Person, need_id: int, now: datetime) -> list[Offer]:
    """Take back every open question of an order: the undo of asking several."""
    need = queries.visible_need(actor, need_id, lock=True)
    policies.can_withdraw_offer(actor, need).or_refuse()
    offers = queries.open_offers(need)
    if not offers:
        raise Refused(_("没有等着答复的询问，不用撤回。"), code="nothing_open")
    for offer in offers:
        close_offer(offer, "withdraw", need, actor, now)
    _back_to_queue(need, actor, now)
    return offers


def _back_to_queue(need: Need, actor: Person, now: datetime) -> None:
    if need.state == State.OFFERED and not queries.open_offers(need):
        requeue(need, actor, now, cause="withdrawn")


EVENT_OF = {
    "accept": events.OFFER_ACCEPTED,
    "decline": events.OFFER_DECLINED,
    "expire": events.OFFER_EXPIRED,
    "withdraw": events.OFFER_WITHDRAWN,
    "fill": events.OFFER_FILLED,
}


def close_offer(offer: Offer, verb: str, need: Need, actor: Person | None, now: datetime, *, note: str = "") -> None:
    """End a question by one of its verbs, and tell it."""
    take(offer, OFFER_STEPS, verb)
    offer.answered_at, offer.answer_note = now, note
    offer.save(update_fields=["state", "answered_at", "answer_note"] if offer.pk else None)
    more = {"note": note} if note else {}
    told(EVENT_OF[verb], need, actor, now, offer_id=offer.pk, volunteer_id=offer.volunteer_id, **more)


def requeue(need: Need, actor: Person | None, now: datetime, *, cause: str, asked: int = 0) -> None:
    """Back to the queue; to its front when everyone who was asked could not."""
    take(need, STEPS, "requeue")
    need.wave = 0
    if cause != "withdrawn":
        need.due_at = min(need.due_at or now, now)
    need.save(update_fields=["state", "wave", "due_at"])
    told(events.REQUEUED, need, actor, now, cause=cause, asked=asked)
