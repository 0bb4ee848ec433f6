"""Points follow hours: a record that counts earns, a record that is cancelled gives back. Each once, however often the event comes."""

from __future__ import annotations

from chunshui.hours import events as hours
from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.redemption import commands


@on(hours.RECORDED)
def award_points(event: Event) -> None:
    commands.award_points(source=event.data["source"], now=event.at)


@on(hours.CANCELLED)
def take_back_points(event: Event) -> None:
    commands.take_back_points(record_id=event.subject_id, now=event.at)
