"""After each fact about people and their visits, the engine's district follows."""

from __future__ import annotations

from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.needs import commands
from chunshui.needs.commands.dispatch.district import NEEDS_EVENTS, PEOPLE_EVENTS


@on(*PEOPLE_EVENTS, *NEEDS_EVENTS)
def keep_district(event: Event) -> None:
    commands.follow_event(event=event, now=event.at)
