"""What notices do when a lower domain tells something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chunshui.kernel.events import on
from chunshui.notices import commands
from chunshui.people import events as people

if TYPE_CHECKING:
    from chunshui.kernel.models import Event


@on(people.ERASED)
def forget_messages(event: Event) -> None:
    commands.forget_person(person_id=event.subject_id)
