"""In which area the staff act, and the orders of an area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chunshui.areas import queries as areas
from chunshui.areas.states import AreaKind
from chunshui.needs.models import Need, NeedRows
from chunshui.needs.states import DELIVERING, DISPATCHING, State
from chunshui.people import queries as people

if TYPE_CHECKING:
    from chunshui.areas.models import Area
    from chunshui.people.models import Person

#: 点单, 派单, 送单, 评单: the states that wait for the staff in each
STAGES = {1: frozenset({State.SUBMITTED}), 2: DISPATCHING, 3: DELIVERING, 4: frozenset({State.DELIVERED})}


def acting_area(actor: Person) -> Area:
    """The area of the role in which the staff act."""
    return areas.visible_area(actor.acting.area_id or 0)


def staff_area(actor: Person) -> Area:
    """As `acting_area`, for a door that no decorator guards; others find nothing."""
    return people.staff_area(actor)


def acting_community_id(actor: Person) -> int | None:
    """The community of the acting role; None above the communities."""
    return areas.lineage(acting_area(actor)).community_id


def in_area(area: Area) -> NeedRows:
    """Orders of an area and below, by the keys that the queues are indexed on."""
    ids = area.lineage
    rows = Need.objects.all()
    if len(ids) > 3:
        return rows.filter(community_id=ids[2], area_id=area.pk)
    if len(ids) > 2:
        return rows.filter(community_id=ids[2])
    return rows.filter(street_id=ids[1]) if len(ids) == 2 else rows


def names_on_map(area: Area) -> list[Area]:
    """By what one finds one's way on a sketch of an area: its communities, or the streets of a whole district."""
    kind = [AreaKind.STREET, AreaKind.TOWN] if area.kind == AreaKind.DISTRICT else [AreaKind.COMMUNITY]
    return [place for place in areas.areas_below(area).filter(kind__in=kind) if place.latitude is not None]
