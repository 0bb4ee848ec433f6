"""Reads of households: whose points are used together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound
from chunshui.people import queries as people
from chunshui.redemption.models import Household, HouseholdMember
from chunshui.redemption.queries import points
from chunshui.redemption.states import HOLDING_PLACES, MOST_MEMBERS, WAIT_DAYS, HouseholdPlace

if TYPE_CHECKING:
    from chunshui.people.models import Person


@dataclass(frozen=True)
class HouseholdLine:
    place: HouseholdMember
    points: int
    is_me: bool


@dataclass(frozen=True)
class HouseholdPage:
    """My household with what everybody brings, and the invitations that wait for my answer."""

    household: Household | None
    lines: list[HouseholdLine]
    invitations: list[HouseholdMember]
    total: int
    most: int


def household_page(person: Person, now: datetime) -> HouseholdPage:
    mine = my_place(person)
    rows = HouseholdMember.objects.filter(person=person, state=HouseholdPlace.INVITED)
    invitations = list(rows.select_related("household", "invited_by").order_by("id"))
    places = places_of(mine.household_id) if mine else []
    left = points.left_of([place.person_id for place in places], clock.today(now))
    lines = [HouseholdLine(place, left.get(place.person_id, 0), place.person_id == person.pk) for place in places]
    total = sum(line.points for line in lines if line.place.state == HouseholdPlace.MEMBER)
    most: int = areas.rule(MOST_MEMBERS, person.community, now) if person.community else MOST_MEMBERS.default
    return HouseholdPage(mine.household if mine else None, lines, invitations, total, most)


def volunteer_numbered(number: str) -> Person | None:
    """The active volunteer of a number, which one tells only to people one trusts."""
    found = people.active_volunteers().filter(number=number).select_related("person__community").first()
    return found.person if found else None


def my_place(person: Person) -> HouseholdMember | None:
    return HouseholdMember.objects.filter(person=person, state=HouseholdPlace.MEMBER).select_related("household").first()


def places_of(household_id: int) -> list[HouseholdMember]:
    rows = HouseholdMember.objects.filter(household_id=household_id, state__in=HOLDING_PLACES)
    return list(rows.select_related("person", "invited_by").order_by("id"))


def locked_household(household_id: int) -> Household:
    return Household.objects.select_for_update().get(pk=household_id)


def visible_place(actor: Person, place_id: int, *, lock: bool = False) -> HouseholdMember:
    """A place for whom it is, and for who invited."""
    rows = HouseholdMember.objects.select_for_update(of=("self",)) if lock else HouseholdMember.objects.all()
    place = rows.select_related("household", "person", "invited_by").filter(pk=place_id).first()
    if place is None or actor.pk not in (place.person_id, place.invited_by_id):
        raise NotFound
    return place


def left_lately(person: Person, now: datetime) -> bool:
    """Who has just left a household waits before joining another: points do not go from hand to hand."""
    days: int = areas.rule(WAIT_DAYS, person.community, now) if person.community else WAIT_DAYS.default
    rows = HouseholdMember.objects.filter(person=person, state=HouseholdPlace.LEFT, changed_at__gt=now - timedelta(days=days), was_member=True)
    return rows.exists()


def place_told_of(place_id: int) -> HouseholdMember:
    return HouseholdMember.objects.select_related("person", "invited_by").get(pk=place_id)
