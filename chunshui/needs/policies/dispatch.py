"""Who may ask volunteers, answer, take an order from the open list, give a place back, and dispatch a whole area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.people.states import REVIEWERS, RoleKind, VolunteerState
from chunshui.teams import queries as teams

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.needs.models import Assignment, Need, Offer, Round
    from chunshui.people.models import Person

DISPATCHERS_ONLY = _("只有本辖区的社区、街道和区里的工作人员可以派单。")


def _dispatches(actor: Person, path: str) -> bool:
    """Community, street and district staff of the area; a grid worker does not dispatch."""
    return actor.acting.kind in REVIEWERS and actor.acting.reaches(path)


def can_offer_need(actor: Person, need: Need) -> Ruling:
    """The staff of the area, except for an order of one's own."""
    if need.resident_id == actor.pk:
        return no(_("不能给自己的单子派人。"), code="own_case")
    return YES if _dispatches(actor, need.area.path) else no(DISPATCHERS_ONLY)


can_withdraw_offer = can_offer_need


def can_view_offer(actor: Person, offer: Offer) -> Ruling:
    if actor.pk == offer.volunteer_id or actor.acting.reaches(offer.need.area.path):
        return YES
    return no(_("这不是问您的。"))


def can_accept_offer(actor: Person, offer: Offer) -> Ruling:
    """Nobody answers for a volunteer: no assignment is ever forced."""
    return YES if actor.pk == offer.volunteer_id else no(_("只有志愿者本人可以答复。"))


can_decline_offer = can_accept_offer


def can_answer_for_team(actor: Person, need: Need, team_id: int) -> Ruling:
    """A leader of an approved team, about an order that its members were asked about through the team."""
    if team_id not in teams.led_by(actor.pk):
        return no(_("只有队长可以替队里答复。"))
    if not need.offers.filter(team_id=team_id).exists():
        return no(_("没有问过这支队伍。"))
    return YES


def can_claim(actor: Person) -> Ruling:
    """An active volunteer. It is asked before any order is looked for, so that others learn nothing of what exists."""
    if actor.acting.kind != RoleKind.VOLUNTEER:
        return no(_("请先切换到志愿者身份。"))
    volunteer = getattr(actor, "volunteer", None)
    if volunteer is None or volunteer.state != VolunteerState.ACTIVE:
        return no(_("审核通过、正在接单的志愿者才能接单。"))
    return YES


def can_claim_need(actor: Person, need: Need) -> Ruling:
    """Who may claim at all, for an order of somebody else. What else must fit is asked by the command."""
    return no(_("不能接自己的单子。"), code="own_case") if need.resident_id == actor.pk else can_claim(actor)


def can_view_assignment(actor: Person, assignment: Assignment) -> Ruling:
    need = assignment.need
    if actor.pk in (assignment.volunteer_id, need.resident_id, need.placed_by_id) or actor.acting.reaches(need.area.path):
        return YES
    return no(_("这张单子不在您能看到的范围内。"))


def can_release_assignment(actor: Person, assignment: Assignment) -> Ruling:
    """The volunteer; or the staff of the area, for a volunteer who telephoned."""
    if actor.pk == assignment.volunteer_id or _dispatches(actor, assignment.need.area.path):
        return YES
    return no(_("只有这位志愿者本人或本辖区的工作人员可以退单。"))


def can_set_weight(actor: Person, area: Area) -> Ruling:
    """Street and district staff, for their own area; a community lives by the weights of its street."""
    if actor.acting.kind in (RoleKind.STREET_OFFICIAL, RoleKind.DISTRICT_OFFICIAL) and actor.acting.confirmed and actor.acting.reaches(area.path):
        return YES
    return no(_("只有街道和区里的工作人员能改本辖区的派单权重。"))


def can_start_round(actor: Person, area: Area) -> Ruling:
    return YES if _dispatches(actor, area.path) else no(DISPATCHERS_ONLY)


def can_run_round(actor: Person, round: Round) -> Ruling:
    """See, correct, send or discard a round: whoever could start it."""
    return can_start_round(actor, round.area)
