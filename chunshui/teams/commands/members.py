"""People apply to a team, are accepted, lead it and leave it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.kernel import throttle
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.teams import events, policies, queries
from chunshui.teams.models import Membership, Team
from chunshui.teams.states import MEMBER_STEPS, JoinWay, MemberState

if TYPE_CHECKING:
    from chunshui.people.models import Person

MOST_TRIES, TRIES_PER = 10, timedelta(hours=1)
AT_ONCE = {JoinWay.OPEN, JoinWay.PASS_CODE}


def apply_to_team(*, actor: Person, team_id: int, note: str = "", pass_code: str = "", now: datetime) -> Membership:
    """Join a team, or apply to it, as the team receives people. Tries at a pass-code are counted, also those that fail."""
    if pass_code:
        throttle.count(f"team-code:{team_id}:{actor.pk}", now=now, most=MOST_TRIES, per=TRIES_PER)
    return _apply(actor, team_id, note, pass_code, now)


@transaction.atomic
def _apply(actor: Person, team_id: int, note: str, pass_code: str, now: datetime) -> Membership:
    team = queries.visible_team(actor, team_id, lock=True)
    policies.can_apply_to_team(actor, team).or_refuse()
    _check_pass_code(team, pass_code)
    row, made = Membership.objects.get_or_create(team=team, person=actor, defaults={"at": now, "note": note[:200]})
    if not made:
        take(row, MEMBER_STEPS, "reapply")
        row.at, row.note, row.decided_at, row.is_leader = now, note[:200], None, False
    if team.join_way in AT_ONCE:
        take(row, MEMBER_STEPS, "accept")
        row.decided_at = now
    row.save()
    _tell(events.MEMBER_ACCEPTED if row.state == MemberState.MEMBER else events.MEMBER_APPLIED, row, actor, now)
    count_members(team)
    return row


@transaction.atomic
def accept_member(*, actor: Person, team_id: int, person_id: int, now: datetime) -> Membership:
    """Take an applicant into the team."""
    team = queries.visible_team(actor, team_id, lock=True)
    policies.can_accept_member(actor, team).or_refuse()
    return _decide(team, person_id, "accept", events.MEMBER_ACCEPTED, actor, now)


@transaction.atomic
def refuse_member(*, actor: Person, team_id: int, person_id: int, now: datetime) -> Membership:
    """Turn an applicant down; he or she may apply again."""
    team = queries.visible_team(actor, team_id, lock=True)
    policies.can_refuse_member(actor, team).or_refuse()
    return _decide(team, person_id, "refuse", events.MEMBER_REFUSED, actor, now)


@transaction.atomic
def leave_team(*, actor: Person, team_id: int, person_id: int | None = None, now: datetime) -> Membership:
    """Leave a team, or take someone off its list. The last leader names another one first."""
    team = queries.visible_team(actor, team_id, lock=True)
    row = queries.membership(team, person_id or actor.pk)
    policies.can_leave_team(actor, row).or_refuse()
    _keep_a_leader(team, row)
    return _decide(team, row.person_id, "leave", events.MEMBER_LEFT, actor, now)


@transaction.atomic
def name_leader(*, actor: Person, team_id: int, person_id: int, is_leader: bool = True, now: datetime) -> Membership:
    """Make a member a leader of the team, or no longer; a team keeps at least one."""
    team = queries.visible_team(actor, team_id, lock=True)
    policies.can_name_leader(actor, team).or_refuse()
    row = queries.membership(team, person_id)
    if row.state != MemberState.MEMBER:
        raise Refused(_("只有队员可以当队长。"), code="wrong_state")
    if not is_leader:
        _keep_a_leader(team, row)
    row.is_leader = is_leader
    row.save(update_fields=["is_leader"])
    _tell(events.LEADER_NAMED, row, actor, now, is_leader=is_leader)
    return row


@transaction.atomic
def forget_person(*, person_id: int, actor: Person | None = None, now: datetime) -> None:
    """Take a person who left or was erased off every team, and drop what he or she wrote."""
    for row in Membership.objects.filter(person_id=person_id).select_related("team").order_by("team_id"):
        is_going = row.state in MEMBER_STEPS["leave"].sources
        row.note, row.is_leader, row.is_on_call = "", False, False
        if is_going:
            take(row, MEMBER_STEPS, "leave")
            row.decided_at = now
        row.save()
        if is_going:
            count_members(row.team)
            _tell(events.MEMBER_LEFT, row, actor, now)


def count_members(team: Team) -> None:
    """Write how many members the team has; the caller holds its row."""
    team.members_count = Membership.objects.current().filter(team=team).count()
    team.save(update_fields=["members_count"])


def _decide(team: Team, person_id: int, verb: str, name: str, actor: Person, now: datetime) -> Membership:
    row = queries.membership(team, person_id)
    take(row, MEMBER_STEPS, verb)
    row.decided_at = now
    if verb == "leave":
        row.is_leader = row.is_on_call = False
    row.save()
    count_members(team)
    _tell(name, row, actor, now)
    return row


def _keep_a_leader(team: Team, row: Membership) -> None:
    if row.is_leader and not team.memberships.current().filter(is_leader=True).exclude(pk=row.pk).exists():
        raise Refused(_("您是唯一的队长，请先指定另一位队长。"), code="last_leader")


def _check_pass_code(team: Team, pass_code: str) -> None:
    if team.join_way == JoinWay.PASS_CODE and not check_password(pass_code, team.pass_code_hash):
        text = _("口令不对，请向队长要。")
        raise Refused(text, code="wrong_pass_code", fields={"pass_code": text})


def _tell(name: str, row: Membership, actor: Person | None, now: datetime, **data: object) -> None:
    leads = actor is not None and actor.pk != row.person_id and not actor.is_staff_now
    emit(
        name,
        subject="team",
        subject_id=row.team_id,
        actor=actor,
        at=now,
        area_id=row.team.area_id,
        person_id=row.person_id,
        as_leader=leads,
        **data,
    )
