"""What teams do when a lower domain tells something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chunshui.kernel.events import on
from chunshui.people import events as people
from chunshui.teams import commands

if TYPE_CHECKING:
    from chunshui.kernel.models import Event


@on(people.MERGED)
def take_over_memberships(event: Event) -> None:
    commands.take_over_memberships(merge_id=event.data["merge_id"])


@on(people.UNMERGED)
def give_back_memberships(event: Event) -> None:
    commands.give_back_memberships(merge_id=event.data["merge_id"])


@on(people.ERASED, people.VOLUNTEER_LEFT)
def leave_all_teams(event: Event) -> None:
    commands.forget_person(person_id=event.subject_id, now=event.at)
