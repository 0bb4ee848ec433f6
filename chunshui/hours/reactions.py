"""What service records do when a lower domain tells something: two records of one person have one history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chunshui.hours import commands
from chunshui.kernel.events import on
from chunshui.people import events as people

if TYPE_CHECKING:
    from chunshui.kernel.models import Event


@on(people.MERGED)
def take_over_records(event: Event) -> None:
    commands.take_over_records(merge_id=event.data["merge_id"])


@on(people.UNMERGED)
def give_back_records(event: Event) -> None:
    commands.give_back_records(merge_id=event.data["merge_id"])
