"""A team is suspended, restored, and marked as one that can be called out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.teams import events, policies, queries
from chunshui.teams.states import TEAM_STEPS, TeamState

if TYPE_CHECKING:
    from chunshui.people.models import Person
    from chunshui.teams.models import Team


@transaction.atomic
def suspend_team(*, actor: Person, team_id: int, reason: str, now: datetime) -> Team:
    """Take a team out of service with a reason; its members and records stay."""
    team = queries.visible_team(actor, team_id, lock=True)
    policies.can_suspend_team(actor, team).or_refuse()
    if not reason.strip():
        text = _("请写明停用的原因。")
        raise Refused(text, code="reason_missing", fields={"reason": text})
    take(team, TEAM_STEPS, "suspend")
    team.save(update_fields=["state"])
    emit(events.TEAM_SUSPENDED, subject="team", subject_id=team.pk, actor=actor, at=now, area_id=team.area_id, reason=reason.strip())
    return team


@transaction.atomic
def restore_team(*, actor: Person, team_id: int, now: datetime) -> Team:
    """Bring a suspended team back."""
    team = queries.visible_team(actor, team_id, lock=True)
    policies.can_restore_team(actor, team).or_refuse()
    take(team, TEAM_STEPS, "restore")
    team.save(update_fields=["state"])
    emit(events.TEAM_RESTORED, subject="team", subject_id=team.pk, actor=actor, at=now, area_id=team.area_id)
    return team


@transaction.atomic
def set_standing(*, actor: Person, team_id: int, is_standing: bool, now: datetime) -> Team:
    """Mark an approved team as a 常备队伍, or no longer."""
    team = queries.visible_team(actor, team_id, lock=True)
    policies.can_set_standing(actor, team).or_refuse()
    if team.state != TeamState.APPROVED:
        raise Refused(_("只有通过审核的队伍能列为常备队伍。"), code="wrong_state")
    team.is_standing = is_standing
    team.save(update_fields=["is_standing"])
    emit(events.STANDING_SET, subject="team", subject_id=team.pk, actor=actor, at=now, area_id=team.area_id, is_standing=is_standing)
    return team
