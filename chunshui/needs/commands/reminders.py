"""The day before: who goes and who is waited for are reminded, once."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction

from chunshui.areas import queries as areas
from chunshui.kernel import clock
from chunshui.needs import events, queries
from chunshui.needs.commands.orders import told
from chunshui.needs.states import REMIND_HOUR

if TYPE_CHECKING:
    from chunshui.areas.models import Area

AT_ONCE = 300


def remind_of_tomorrow(*, now: datetime) -> int:
    """Remind both sides of tomorrow's visits from the hour that the rule says; at most `AT_ONCE` orders a run. Returns how many places."""
    due = (need_id for need_id, area in queries.visits_of_tomorrow(now) if _hour_has_come(area, now))
    return sum(_remind(need_id, now) for need_id in list(islice(due, AT_ONCE)))


def _moment(area: Area, now: datetime) -> datetime | None:
    """When today's reminders go out in an area; None where the district wants none."""
    hour = areas.rule(REMIND_HOUR, area, now)
    return clock.at(clock.today(now), hour) if hour else None


def _hour_has_come(area: Area, now: datetime) -> bool:
    moment = _moment(area, now)
    return moment is not None and now >= moment


@transaction.atomic
def _remind(need_id: int, now: datetime) -> int:
    """Who said yes after the hour of the reminders knows it well enough."""
    need = queries.locked_need(need_id)
    moment = _moment(need.area, now)
    places = [place for place in queries.places_to_remind(need, now) if moment is not None and place.made_at < moment]
    for place in places:
        place.reminded_at = now
        place.save(update_fields=["reminded_at"])
    if places:
        told(events.REMINDED, need, None, now, assignment_ids=[place.pk for place in places])
    return len(places)
