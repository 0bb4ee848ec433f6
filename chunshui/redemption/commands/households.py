"""The verbs of households: whose points are used together, by everybody's own yes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import emit
from chunshui.kernel.steps import take
from chunshui.redemption import events, policies, queries
from chunshui.redemption.commands.points import hold_wallets
from chunshui.redemption.models import Household, HouseholdMember
from chunshui.redemption.states import MOST_MEMBERS, PLACE_STEPS, HouseholdPlace

if TYPE_CHECKING:
    from chunshui.people.models import Person


@transaction.atomic
def invite_to_household(*, actor: Person, number: str, now: datetime) -> HouseholdMember:
    """Ask a volunteer of the same community, by volunteer number, to use points together. Who asks first opens the household."""
    other = queries.volunteer_numbered(number.strip())
    if other is None:
        text = _("没有这个志愿者编号。")
        raise Refused(text, code="unknown_number", fields={"number": text})
    policies.can_invite_to_household(actor, other).or_refuse()
    household = _own_household(actor, now)
    places = queries.places_of(household.pk)
    if any(place.person_id == other.pk for place in places):
        raise Refused(_("已经邀请过了。"), code="invited_already")
    if len(places) >= areas.rule(MOST_MEMBERS, household.area, now):
        raise Refused(_("这一户的人数满了。"), code="household_full")
    place = HouseholdMember.objects.create(
        household=household, person=other, state=HouseholdPlace.INVITED, invited_by=actor, invited_at=now, changed_at=now
    )
    _tell(events.INVITED, place, actor, now)
    return place


@transaction.atomic
def answer_invitation(*, actor: Person, place_id: int, is_yes: bool, now: datetime) -> HouseholdMember:
    """Say yes or no to using points together; one household for each person."""
    hold_wallets([actor.pk], now)
    place = queries.visible_place(actor, place_id, lock=True)
    policies.can_answer_invitation(actor, place).or_refuse()
    if not is_yes:
        take(place, PLACE_STEPS, "decline")
        return _changed(place, events.INVITATION_DECLINED, actor, now)
    if queries.my_place(actor) is not None:
        raise Refused(_("您已经和一户合用积分，先退出那一户。"), code="has_household")
    if queries.left_lately(actor, now):
        raise Refused(_("刚退出一户，要过些日子才能加入另一户。"), code="left_lately")
    take(place, PLACE_STEPS, "join")
    return _changed(place, events.JOINED, actor, now)


@transaction.atomic
def leave_household(*, actor: Person, place_id: int, now: datetime) -> HouseholdMember:
    """Leave, or take an invitation back; everybody keeps the own points. Who is alone then is asked nothing: the household ends with the last."""
    place = queries.visible_place(actor, place_id, lock=True)
    hold_wallets([place.person_id], now)
    policies.can_leave_household(actor, place).or_refuse()
    take(place, PLACE_STEPS, "leave")
    return _changed(place, events.HOUSEHOLD_LEFT, actor, now)


def _own_household(actor: Person, now: datetime) -> Household:
    hold_wallets([actor.pk], now)
    mine = queries.my_place(actor)
    if mine is not None:
        return queries.locked_household(mine.household_id)
    if queries.left_lately(actor, now):
        raise Refused(_("刚退出一户，要过些日子才能加入另一户。"), code="left_lately")
    assert actor.community is not None  # the policy asked
    household = Household.objects.create(area=actor.community, opened_by=actor, opened_at=now)
    first = HouseholdMember(household=household, person=actor, state=HouseholdPlace.MEMBER, invited_by=actor, invited_at=now, changed_at=now)
    first.was_member = True
    first.save()
    return household


def _changed(place: HouseholdMember, name: str, actor: Person, now: datetime) -> HouseholdMember:
    place.changed_at = now
    place.was_member = place.was_member or place.state == HouseholdPlace.MEMBER
    place.save(update_fields=["state", "changed_at", "was_member"])
    _tell(name, place, actor, now)
    return place


def _tell(name: str, place: HouseholdMember, actor: Person, now: datetime) -> None:
    told = {"household_id": place.household_id, "person_id": place.person_id}
    emit(name, subject="household_place", subject_id=place.pk, actor=actor, at=now, area_id=place.household.area_id, **told)
