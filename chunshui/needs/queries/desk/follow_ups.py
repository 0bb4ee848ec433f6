"""Poor ratings, complaints and reports that wait for someone who was not involved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chunshui.kernel.paging import Page, page
from chunshui.needs.models import FollowUp
from chunshui.needs.queries.desk.reach import in_area
from chunshui.needs.states import FollowUpState

if TYPE_CHECKING:
    from chunshui.areas.models import Area


def open_follow_ups(area: Area) -> Any:
    rows = FollowUp.objects.filter(state=FollowUpState.OPEN)
    ids = area.lineage
    if len(ids) > 2:
        return rows.filter(need__community_id=ids[2])
    return rows.filter(need__street_id=ids[1]) if len(ids) == 2 else rows


def follow_ups(area: Area, *, ended: bool = False, cursor: str = "", size: int = 30) -> Page[FollowUp]:
    """Poor ratings, complaints and reports, the most pressing first; or those that ended, the latest first."""
    if not ended:
        return page(open_follow_ups(area).select_related("need__resident", "need__service"), ("due_at", "id"), cursor, size)
    rows = FollowUp.objects.exclude(state=FollowUpState.OPEN).filter(need__in=in_area(area))
    return page(rows.select_related("need__resident", "need__service", "handled_by"), ("-id",), cursor, size)
