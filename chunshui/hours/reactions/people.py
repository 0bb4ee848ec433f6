"""What service records do when a lower domain tells something: two records of one person have one history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chunshui.hours import commands, events
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


@on(events.CANCELLED)
def take_back_what_hours_carried(event: Event) -> None:
    """A record was struck: stars that the rest does not carry, and proofs that name it, fall with it."""
    commands.revoke_proofs_naming(record_id=event.subject_id, now=event.at)
    commands.revoke_unearned_stars(person_id=event.data["person_id"], now=event.at)


@on(people.ERASED)
def forget_proofs(event: Event) -> None:
    commands.close_stars_of(person_id=event.subject_id, now=event.at)
    commands.forget_proofs_of(person_id=event.subject_id, now=event.at)


@on(people.VOLUNTEER_LEFT)
def close_star_applications(event: Event) -> None:
    commands.close_stars_of(person_id=event.subject_id, now=event.at)
