"""Reads of orders: the getters, the clock of a state, the menu, the address."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext as _

from chunshui.areas import queries as areas
from chunshui.kernel import clock, crypto, paging
from chunshui.kernel.errors import NotFound
from chunshui.needs import policies
from chunshui.needs.models import Assignment, FollowUp, Need, NeedPhoto, NumberStem, Offer
from chunshui.needs.states import (
    DISPATCH_URGENT_WITHIN,
    DISPATCH_WITHIN,
    OPEN,
    RATING_DAYS,
    REVIEW_URGENT_WITHIN,
    REVIEW_WITHIN,
    Priority,
    State,
)
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

WITH = ("resident", "service", "area", "community")
#: initials of pinyin by where a character stands in GB 2312, whose first level is sorted by sound
SOUNDS = "ABCDEFGHJKLMNOPQRSTWXYZ"
STARTS = (45217, 45253, 45761, 46318, 46826, 47010, 47297, 47614, 48119, 49062, 49324, 49896, 50371, 50614, 50622, 50906, 51387, 51446, 52218,
          52698, 52980, 53689, 54481)  # fmt: skip
LAST_SOUND = 55289


def visible_need(actor: Person, need_id: int, *, lock: bool = False) -> Need:
    """The one way to reach an order; missing and hidden look the same."""
    rows = Need.objects.select_for_update(of=("self",)) if lock else Need.objects.all()
    need = rows.select_related(*WITH).filter(pk=need_id).first()
    if need is None or not policies.can_view_need(actor, need):
        raise NotFound
    return need


def locked_need(need_id: int) -> Need:
    """An order for the clock's own work, which no person asked for."""
    return Need.objects.select_for_update(of=("self",)).select_related(*WITH).get(pk=need_id)


def qr_text(need: Need) -> str:
    """What the resident's QR shows: order and service code, signed, so that it cannot be made at home."""
    return signing.Signer(salt="needs.service-code").sign(f"CS{need.pk}-{need.service_code}")


def visible_follow_up(actor: Person, follow_up_id: int, *, lock: bool = False) -> FollowUp:
    """A follow-up is for the staff of the area; who it is about reads the result in the history."""
    rows = FollowUp.objects.select_for_update(of=("self",)) if lock else FollowUp.objects.all()
    follow_up = rows.select_related("need__area", "need__resident", "need__service", "entered_by").filter(pk=follow_up_id).first()
    if follow_up is None or not policies.is_staff_of(actor, follow_up.need):
        raise NotFound
    return follow_up


def visible_photo(actor: Person, photo_id: int) -> NeedPhoto:
    photo = NeedPhoto.objects.select_related("need__area", "need__resident").filter(pk=photo_id).first()
    if photo is None or not policies.can_view_need(actor, photo.need):
        raise NotFound
    return photo


def place_of(need: Need, assignment_id: int) -> Assignment:
    """A place of an order that the caller already holds locked."""
    assignment = Assignment.objects.select_related("volunteer").filter(pk=assignment_id, need=need).first()
    if assignment is None:
        raise NotFound
    return assignment


def need_of_assignment(assignment_id: int) -> int:
    """The order a place belongs to, so that the order is locked first, always."""
    need_id = Assignment.objects.filter(pk=assignment_id).values_list("need_id", flat=True).first()
    if need_id is None:
        raise NotFound
    return need_id


def resident_for(actor: Person, resident_id: int) -> Person:
    """The person an order is for: oneself, a person the actor helps or who agreed to proxies, or a resident of the actor's area."""
    if actor.pk == resident_id:
        return actor
    relation = actor.helps.filter(person_id=resident_id, ended_at=None, person__erased_at=None).select_related("person__area").first()
    if relation is not None:
        return relation.person
    return people.visible_person(actor, resident_id)


def my_needs(actor: Person, cursor: str = "", size: int = 20) -> paging.Page[Need]:
    """Orders for the actor or placed by the actor, newest first."""
    rows = Need.objects.filter(Q(resident=actor) | Q(placed_by=actor)).select_related(*WITH)
    return paging.page(rows, ("-id",), cursor, size)


def open_count(resident_id: int) -> int:
    return Need.objects.open().filter(resident_id=resident_id).count()


def urgent_count(resident_id: int, *, but: int = 0) -> int:
    """Open orders that the resident called urgent."""
    return Need.objects.open().filter(resident_id=resident_id).exclude(urgent_reason="").exclude(pk=but).count()


def address_for(actor: Person, need: Need) -> str:
    """The whole address for those who may know it; for the others, roughly where."""
    if not policies.can_see_address(actor, need):
        return need.rough_place
    try:
        return people.unsealed_for(need.resident, bytes(need.address_sealed), "need-address") or need.rough_place
    except crypto.Unreadable:
        return need.rough_place


def name_for(actor: Person, need: Need) -> str:
    """The resident's name, masked until a place is held."""
    return need.resident.name if policies.can_see_address(actor, need) else need.resident.masked_name


def similar_needs(need: Need, metres: int = 200, days: int = 3) -> list[Need]:
    """Possible duplicates: the same service within three days, for the same resident or within 200 m."""
    near = metres / 111_000
    same_place = Q(latitude__range=(need.latitude - near, need.latitude + near), longitude__range=(need.longitude - near, need.longitude + near))
    around = (need.placed_at - timedelta(days=days), need.placed_at + timedelta(days=days))
    rows = Need.objects.filter(community_id=need.community_id, state__in=OPEN, service_id=need.service_id, placed_at__range=around)
    rows = rows.filter(Q(resident_id=need.resident_id) | same_place).exclude(pk=need.pk)
    return list(rows.select_related(*WITH).order_by("placed_at", "id")[:10])


def due_for(need: Need, now: datetime) -> datetime | None:
    """When the clock of the order's present state runs out, were it started now."""
    urgent = need.priority == Priority.URGENT
    if need.state == State.SUBMITTED:
        if urgent:
            return now + timedelta(minutes=areas.rule(REVIEW_URGENT_WITHIN, need.area, now))
        return areas.working_deadline(now, areas.rule(REVIEW_WITHIN, need.area, now))
    if need.state in (State.WAITING, State.OFFERED):
        within = DISPATCH_URGENT_WITHIN if urgent else DISPATCH_WITHIN
        return now + timedelta(minutes=areas.rule(within, need.area, now))
    if need.state == State.ACCEPTED:
        return need.wish_until or now + timedelta(days=7)
    if need.state == State.SERVING:
        return clock.at(clock.today(now), 24)
    if need.state == State.DELIVERED:
        return now + timedelta(days=areas.rule(RATING_DAYS, need.area, now))
    return None


def number_stem(community: Area, now: datetime) -> str:
    """The stem of order numbers: the sounds of the community's name, and the day: LM-1124."""
    return f"{initials(community.name.removesuffix('社区')) or 'CS'}-{clock.local(now):%m%d}"


def initials(name: str, most: int = 4) -> str:
    """黎明 → LM. A character off the first level of GB 2312 is skipped; letters and digits stand for themselves."""
    found = [_initial(character) for character in name]
    return "".join(found)[:most]


def _initial(character: str) -> str:
    if character.isascii():
        return character.upper() if character.isalnum() else ""
    try:
        first, second = character.encode("gb2312")
    except (UnicodeEncodeError, ValueError):
        return ""
    code = first * 256 + second
    if not STARTS[0] <= code <= LAST_SOUND:
        return ""
    return SOUNDS[max(i for i, start in enumerate(STARTS) if start <= code)]


def last_number(stem: str) -> int:
    row = NumberStem.objects.filter(stem=stem).first()
    return row.last if row else 0


def has_served(volunteer_id: int, resident_id: int) -> bool:
    """Whether this volunteer has finished a service for this resident."""
    return Assignment.objects.filter(volunteer_id=volunteer_id, need__resident_id=resident_id, state="done").exists()


def are_apart(volunteer_id: int, resident_id: int) -> bool:
    """Whether either asked never to be matched with the other."""
    return volunteer_id in people.blocked_ids(resident_id)


def served_before(resident_id: int, most: int = 5) -> list[Any]:
    """People who have served a resident, latest first, for the wish 'the same as last time'."""
    rows = Assignment.objects.filter(need__resident_id=resident_id, state="done").select_related("volunteer").order_by("-id")[:50]
    known: dict[int, Any] = {}
    for row in rows:
        known.setdefault(row.volunteer_id, row.volunteer)
    return list(known.values())[:most]


def belongings(person_id: int) -> list[tuple[str, int]]:
    """What a person has here, for the preview of a merge."""
    return [
        (_("点的单"), Need.objects.filter(resident_id=person_id).count()),
        (_("替人点的单"), Need.objects.filter(placed_by_id=person_id).exclude(resident_id=person_id).count()),
        (_("问过的"), Offer.objects.filter(volunteer_id=person_id).count()),
        (_("去服务的"), Assignment.objects.filter(volunteer_id=person_id).count()),
    ]
