"""Who may open, join and leave a household: people of one community, each by an own yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.ruling import YES, Ruling, no
from chunshui.redemption.models import HouseholdMember

if TYPE_CHECKING:
    from chunshui.people.models import Person


def can_invite_to_household(actor: Person, other: Person) -> Ruling:
    """Points are not for strangers: only somebody of the same community, and never oneself."""
    if actor.pk == other.pk:
        return no(_("不能邀请自己。"), code="own_case")
    if actor.community_id is None or actor.community_id != other.community_id:
        return no(_("只能和同一个社区的家人合用积分。"), code="other_community")
    return YES


def can_answer_invitation(actor: Person, place: HouseholdMember) -> Ruling:
    return YES if actor.pk == place.person_id else no(_("只有被邀请的人能答复。"))


def can_leave_household(actor: Person, place: HouseholdMember) -> Ruling:
    """Everybody for oneself; who invited may take an invitation back."""
    if actor.pk == place.person_id or (actor.pk == place.invited_by_id and place.state == "invited"):
        return YES
    return no(_("只有本人能退出。"))
