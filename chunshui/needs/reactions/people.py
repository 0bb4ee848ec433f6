"""When a person is erased, the orders forget too."""

from __future__ import annotations

from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.needs import commands
from chunshui.people import events as people


@on(people.ERASED)
def forget_resident(event: Event) -> None:
    commands.forget_resident(resident_id=event.subject_id, now=event.at)
