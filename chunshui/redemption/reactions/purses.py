"""When two records are one person, they have one purse; when a person is erased, nothing of it is left to use."""

from __future__ import annotations

from chunshui.kernel.events import on
from chunshui.kernel.models import Event
from chunshui.people import events as people
from chunshui.redemption import commands


@on(people.MERGED)
def take_over_points(event: Event) -> None:
    commands.take_over_points(merge_id=event.data["merge_id"], now=event.at)


@on(people.UNMERGED)
def give_back_points(event: Event) -> None:
    commands.give_back_points(merge_id=event.data["merge_id"], now=event.at)


@on(people.ERASED)
def close_wallet(event: Event) -> None:
    commands.close_wallet(person_id=event.subject_id, now=event.at)
