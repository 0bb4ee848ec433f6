"""A team that was asked answers through a leader: yes, by naming members who fit, or no for all of them.

Nobody is forced: who is named is told at once and gives the place back with one tap, at no cost; who said no before cannot be named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from chunshui.kernel.errors import NotFound, Refused
from chunshui.needs import events, policies, queries
from chunshui.needs.commands.dispatch.answering import take_place
from chunshui.needs.commands.dispatch.asking import close_offer
from chunshui.needs.commands.dispatch.waves import advance
from chunshui.needs.commands.orders import told
from chunshui.needs.commands.wishes import checked_text
from chunshui.needs.models import Assignment, Need, Offer
from chunshui.needs.queries.dispatch import fit, wording
from chunshui.needs.queries.dispatch.times import Visit
from chunshui.needs.states import DISPATCHING, OfferSource, OfferState, State
from chunshui.teams import queries as teams

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def accept_for_team(*, actor: Person, need_id: int, team_id: int, member_ids: Sequence[int], now: datetime) -> list[Assignment]:
    """Say yes for the team with these members. All of them, or nobody when a rule keeps one of them from it."""
    need = _asked_need(actor, need_id, team_id)
    wanted = list(dict.fromkeys(member_ids))
    held = [place for pk in wanted if (place := queries.place_held(need, pk)) is not None]
    if wanted and len(held) == len(wanted):
        return held
    _open_offers(need, team_id)
    missing = [pk for pk in wanted if queries.place_held(need, pk) is None]
    _check_named(need, team_id, missing)
    queries.hold_volunteers(missing)
    places = [_take(need, team_id, pk, actor, now) for pk in missing]
    told(events.TEAM_ACCEPTED, need, actor, now, team_id=team_id, volunteer_ids=missing)
    return [*held, *places]


def _asked_need(actor: Person, need_id: int, team_id: int) -> Need:
    """The order, locked, if the actor leads the team and the team was ever asked; else it looks like none."""
    need = queries.locked_needs([need_id]).get(need_id)
    if need is None or not policies.can_answer_for_team(actor, need, team_id):
        raise NotFound
    return need


def _open_offers(need: Need, team_id: int) -> list[Offer]:
    """The questions to the team that still wait; when they are over, kindly why."""
    if need.state == State.CANCELLED:
        raise Refused(_("这单已经取消，不用去了。谢谢您！"), code="cancelled")
    if need.state not in DISPATCHING or fit.places_left(need) < 1:
        raise Refused(_("谢谢您！刚刚已经有人接了，下次再请您。"), code="filled")
    offers = queries.team_offers(need, team_id)
    if not offers:
        raise Refused(_("这次询问已经结束了，谢谢您，下次再请你们队。"), code="over")
    return offers


def _check_named(need: Need, team_id: int, wanted: list[int]) -> None:
    if not wanted:
        _refuse(_("请选派谁去。"), "nobody")
    if len(wanted) > fit.places_left(need):
        _refuse(_("这一单只差 %(n)d 个人。") % {"n": fit.places_left(need)}, "too_many")
    if not set(wanted) <= set(teams.members(team_id)):
        _refuse(_("只能派本队的队员。"), "not_a_member")


def _refuse(text: str, code: str) -> None:
    raise Refused(text, code=code, fields={"member_ids": text})


def _take(need: Need, team_id: int, person_id: int, actor: Person, now: datetime) -> Assignment:
    """One named member takes a place. The times are asked again for each: once the first is named, the order has one time."""
    offer = need.offers.filter(volunteer_id=person_id, state=OfferState.OPEN).first()
    offer = offer or Offer.objects.create(
        need=need, volunteer_id=person_id, team_id=team_id, source=OfferSource.TEAM, wave=0, sent_by=actor, sent_at=now, answer_by=now
    )
    return take_place(need, offer, _visit(need, person_id, now), actor, now)


def _visit(need: Need, person_id: int, now: datetime) -> Visit:
    """When the member would come; by everything they have said of themselves, since they are not asked here."""
    case = fit.case(need, now)
    pool = queries.pool_of([person_id], need, now, judging=True)
    name = pool.rows[person_id].name if person_id in pool.rows else _("这位队员")
    if person_id in case.asked.declined:
        _refuse(_("%(name)s说过这次去不了，请派别人。") % {"name": name}, "declined")
    bar = fit.taking_bar(case, pool, person_id)
    if bar is not None:
        why = wording.why_not_words(bar, need, now)
        _refuse(_("不能派%(name)s：%(why)s") % {"name": name, "why": why}, f"not_fit:{bar.code}")
    visit = fit.first_visit(case, pool, person_id)
    assert visit is not None
    return visit


@transaction.atomic
def decline_for_team(*, actor: Person, need_id: int, team_id: int, note: str = "", now: datetime) -> list[Offer]:
    """Say no for the team: every open question to its members ends, at no cost to anybody, and the next are asked."""
    need = _asked_need(actor, need_id, team_id)
    note = checked_text(note, "note", most=200)
    offers = _open_offers(need, team_id)
    for offer in offers:
        close_offer(offer, "decline", need, actor, now, note=note)
    told(events.TEAM_DECLINED, need, actor, now, team_id=team_id, volunteer_ids=[offer.volunteer_id for offer in offers])
    advance(need, now)
    return offers
