"""When a person is erased, the orders forget too; when two records are one person, they have one history."""

from __future__ import annotations

from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.needs import commands
from chunshui.people import events as people


@on(people.ERASED)
def forget_resident(event: Event) -> None:
    commands.forget_resident(resident_id=event.subject_id, now=event.at)


@on(people.MERGED)
def take_over_orders(event: Event) -> None:
    commands.take_over_orders(merge_id=event.data["merge_id"])


@on(people.UNMERGED)
def give_back_orders(event: Event) -> None:
    commands.give_back_orders(merge_id=event.data["merge_id"])
