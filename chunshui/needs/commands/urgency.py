"""急: what a resident may call urgent, how often, and how it counts until a worker has looked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.needs import queries
from chunshui.needs.commands import wishes
from chunshui.needs.states import RESIDENT_URGENT, URGENT_HOURS, URGENT_OPEN, Priority, Repeat, UrgentReason

if TYPE_CHECKING:
    from chunshui.areas.models import Area


def check(wanted: wishes.Wanted, resident_id: int, area: Area, now: datetime, *, but: int = 0) -> None:
    """Urgent with a reason, soon, once, and not more often than the rule allows; `but` is the order itself."""
    if not wanted.urgent_reason:
        return
    if wanted.urgent_reason not in UrgentReason.values:
        wishes.refuse("urgent_reason", _("有不认识的选项，请重新选择。"), "unknown_code")
    if not wishes.checked_text(wanted.urgent_words, "urgent_words", most=120):
        wishes.refuse("urgent_words", _("请写一句急在哪里。"), "no_urgent_words")
    if wanted.repeat == Repeat.WEEKLY:
        wishes.refuse("urgent_reason", _("每周一次的单子不算急单。"), "urgent_weekly")
    hours = areas.rule(URGENT_HOURS, area, now)
    if wanted.wish_from is not None and wanted.wish_from > now + timedelta(hours=hours):
        wishes.refuse("urgent_reason", _("%(hours)d 小时以后的事不算急单，请选“不急”。") % {"hours": hours}, "urgent_later")
    most = areas.rule(URGENT_OPEN, area, now)
    if queries.urgent_count(resident_id, but=but) >= most:
        wishes.refuse("urgent_reason", _("急单最多同时 %(most)d 张。更急的请打电话给社区。") % {"most": most}, "too_many_urgent")


def first_priority(wanted: wishes.Wanted, area: Area, now: datetime, *, by_staff: bool = False) -> int:
    """Until the review: what the staff say, or what the rule makes of a resident's word."""
    if by_staff:
        return Priority.URGENT
    return int(areas.rule(RESIDENT_URGENT, area, now)) if wanted.urgent_reason else Priority.NORMAL
