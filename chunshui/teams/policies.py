"""Who may do what with a team. A leader is a member with `is_leader`; the question is asked of the membership, not of the acting role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.people import queries as people
from chunshui.people.states import REVIEWERS
from chunshui.teams.models import Membership, Team
from chunshui.teams.states import JoinWay, TeamState

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

ONLY_LEADERS = _("只有队长和本辖区的工作人员可以这样做。")
ONLY_STAFF = _("只有本辖区的社区、街道和区里的工作人员可以这样做。")


def is_leader(actor: Person, team: Team) -> bool:
    return Membership.objects.current().filter(team=team, person_id=actor.pk, is_leader=True).exists()


def is_member(actor: Person, team: Team) -> bool:
    return Membership.objects.current().filter(team=team, person_id=actor.pk).exists()


def _is_staff(actor: Person, area: Area) -> bool:
    return actor.acting.kind in REVIEWERS and actor.acting.reaches(area.path)


def _leads(actor: Person, team: Team) -> bool:
    """A leader of the team, or of the team above it."""
    return is_leader(actor, team) or (team.parent is not None and is_leader(actor, team.parent))


def can_view_team(actor: Person, team: Team) -> Ruling:
    """Approved teams are public; others are for those who filed or lead them and for the staff of the area."""
    if team.state == TeamState.APPROVED or actor.acting.reaches(team.area.path):
        return YES
    if actor.pk is not None and (actor.pk == team.filed_by_id or is_member(actor, team)):
        return YES
    return no(_("这支队伍还没有公开。"))


def can_view_members(actor: Person, team: Team) -> Ruling:
    if actor.acting.reaches(team.area.path) or (actor.pk is not None and _leads(actor, team)):
        return YES
    return no(ONLY_LEADERS)


def can_file_team(actor: Person, area: Area) -> Ruling:
    """A registered volunteer, or the staff of the area."""
    if _is_staff(actor, area) or (actor.pk is not None and people.is_volunteer(actor)):
        return YES
    return no(_("请先登记成为志愿者，再申报队伍。"), code="not_a_volunteer")


def can_file_sub_team(actor: Person, parent: Team) -> Ruling:
    if parent.state != TeamState.APPROVED:
        return no(_("上级队伍还没有通过审核。"), code="wrong_state")
    if parent.parent_id is not None:
        return no(_("分队下面不能再设分队。"), code="too_deep")
    return YES if _is_staff(actor, parent.area) or is_leader(actor, parent) else no(ONLY_LEADERS)


def can_change_team(actor: Person, team: Team) -> Ruling:
    is_filer = team.filed_by_id == actor.pk and team.state in (TeamState.PENDING, TeamState.REFUSED)
    return YES if is_filer or _is_staff(actor, team.area) or _leads(actor, team) else no(ONLY_LEADERS)


def can_review_team(actor: Person, team: Team) -> Ruling:
    """Staff of the area who have nothing to do with the team."""
    if actor.pk == team.filed_by_id or is_member(actor, team):
        return no(_("不能审核自己的队伍，请交给同事。"), code="own_case")
    return YES if _is_staff(actor, team.area) else no(ONLY_STAFF)


def can_suspend_team(actor: Person, team: Team) -> Ruling:
    return YES if _is_staff(actor, team.area) else no(ONLY_STAFF)


def can_restore_team(actor: Person, team: Team) -> Ruling:
    return can_suspend_team(actor, team)


def can_set_standing(actor: Person, team: Team) -> Ruling:
    return can_suspend_team(actor, team)


def can_apply_to_team(actor: Person, team: Team) -> Ruling:
    if team.state != TeamState.APPROVED:
        return no(_("这支队伍现在不收人。"), code="wrong_state")
    if team.join_way == JoinWay.CLOSED:
        return no(_("这支队伍不对外招人。"), code="closed")
    if actor.pk is None or not people.is_volunteer(actor):
        return no(_("请先登记成为志愿者，再加入队伍。"), code="not_a_volunteer")
    return YES


def can_accept_member(actor: Person, team: Team) -> Ruling:
    return YES if _is_staff(actor, team.area) or _leads(actor, team) else no(ONLY_LEADERS)


def can_refuse_member(actor: Person, team: Team) -> Ruling:
    return can_accept_member(actor, team)


def can_name_leader(actor: Person, team: Team) -> Ruling:
    return can_accept_member(actor, team)


def can_leave_team(actor: Person, membership: Membership) -> Ruling:
    """Oneself at any time; leaders and staff may take someone off the list."""
    return YES if membership.person_id == actor.pk else can_accept_member(actor, membership.team)
