"""When a person is erased, or two records are one person: the counters at which they stood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chunshui.kernel.events import on
from chunshui.people import events as people
from chunshui.redemption import commands

if TYPE_CHECKING:
    from chunshui.kernel.models import Event


@on(people.ERASED)
def leave_counters(event: Event) -> None:
    commands.leave_counters(person_id=event.subject_id, now=event.at)


@on(people.MERGED)
def take_over_counters(event: Event) -> None:
    commands.take_over_counters(merge_id=event.data["merge_id"], now=event.at)


@on(people.UNMERGED)
def give_back_counters(event: Event) -> None:
    commands.give_back_counters(merge_id=event.data["merge_id"])
