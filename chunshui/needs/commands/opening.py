"""Opening a follow-up: a poor rating, a complaint or a volunteer's report that someone not involved answers in time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.kernel.errors import Refused
from chunshui.needs import events
from chunshui.needs.commands.orders import told
from chunshui.needs.models import FollowUp, Need
from chunshui.needs.states import FOLLOW_UP_WITHIN, FollowUpState

if TYPE_CHECKING:
    from chunshui.people.models import Person


def open_follow_up(need: Need, kind: str, words: str, by: Person, now: datetime) -> FollowUp:
    """One open follow-up of a kind an order (the order is locked); due in working time."""
    if need.follow_ups.filter(kind=kind, state=FollowUpState.OPEN).exists():
        raise Refused(_("已经在处理了，请等回访。"), code="already_open")
    due_at = areas.working_deadline(now, areas.rule(FOLLOW_UP_WITHIN, need.area, now))
    made = FollowUp.objects.create(need=need, kind=kind, words=words, by=by, opened_at=now, due_at=due_at)
    told(events.FOLLOW_UP_OPENED, need, by, now, kind=kind, follow_up_id=made.pk)
    return made
