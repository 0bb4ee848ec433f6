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
from chunshui.needs.states import BY_STAFF, FOLLOW_UP_WITHIN, Channel, FollowUpState

if TYPE_CHECKING:
    from chunshui.people.models import Person


def open_follow_up(need: Need, kind: str, words: str, actor: Person, now: datetime, channel: str = Channel.WEB) -> FollowUp:
    """One open follow-up of a kind an order (the order is locked); due in working time. What a worker takes down is the resident's word."""
    if need.follow_ups.filter(kind=kind, state=FollowUpState.OPEN).exists():
        raise Refused(_("已经在处理了，请等回访。"), code="already_open")
    due_at = areas.working_deadline(now, areas.rule(FOLLOW_UP_WITHIN, need.area, now))
    by, entered_by = (need.resident, actor) if channel in BY_STAFF else (actor, None)
    more = {"by": by, "entered_by": entered_by, "channel": channel, "opened_at": now, "due_at": due_at}
    made = FollowUp.objects.create(need=need, kind=kind, words=words, **more)
    told(events.FOLLOW_UP_OPENED, need, actor, now, kind=kind, follow_up_id=made.pk, channel=channel)
    return made
