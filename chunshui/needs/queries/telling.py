"""Who is told about an order, and the words for its time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from chunshui.kernel import clock
from chunshui.needs.models import Need
from chunshui.needs.states import HOLDING
from chunshui.people.states import RoleKind

if TYPE_CHECKING:
    from chunshui.people.models import Person

#: who answers at each level: the community's workers, the street, the district
LEVELS = {0: RoleKind.COMMUNITY_WORKER, 1: RoleKind.STREET_OFFICIAL, 2: RoleKind.DISTRICT_OFFICIAL}


def need_told_of(need_id: int) -> Need:
    """The order of an event, for a reaction."""
    return Need.objects.select_related("resident", "placed_by", "service", "area", "community").get(pk=need_id)


def holder_ids(need: Need) -> list[int]:
    return list(need.assignments.filter(state__in=HOLDING).order_by("id").values_list("volunteer_id", flat=True))


def volunteers_named(ids: list[int]) -> list[Person]:
    return list(_people().filter(pk__in=ids).order_by("pk"))


def staff_for(need: Need, level: int) -> list[Person]:
    """The staff who answer for an order at a level."""
    area_id = (need.community_id, need.street_id, need.area.lineage[0])[min(level, 2)]
    rows = _people().filter(roles__kind=LEVELS[min(level, 2)], roles__area_id=area_id, roles__ended_at=None)
    return list(rows.distinct().order_by("pk"))


def _people() -> Any:
    return get_user_model()._default_manager.all()


def when(need: Need) -> str:
    """11月25日 9:00–11:00, or any time."""
    if need.wish_from is None or need.wish_until is None:
        return _("时间都行")
    start, end = clock.local(need.wish_from), clock.local(need.wish_until)
    day = _("%(month)d月%(day)d日") % {"month": start.month, "day": start.day}
    return f"{day} {start.hour}:{start:%M}–{end.hour}:{end:%M}"
