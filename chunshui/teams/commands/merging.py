"""When two records of one person are merged: memberships and filed teams go with the person, and come back when it is undone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db import transaction

from chunshui.kernel import moving
from chunshui.kernel.steps import can_take, take
from chunshui.people import commands as people
from chunshui.people import queries as person_queries
from chunshui.teams.commands.members import count_members
from chunshui.teams.models import Membership, Team
from chunshui.teams.states import MEMBER_STEPS, MemberState

if TYPE_CHECKING:
    from chunshui.people.models import Merge

PART = "teams"
TOLD = ("state", "is_leader", "is_on_call", "note", "at", "decided_at")
FLAGS = ("is_leader", "is_on_call")


def _moves() -> moving.Moves:
    return [(Membership.objects.all(), "person"), (Team.objects.all(), "filed_by")]


@transaction.atomic
def take_over_memberships(*, merge_id: int) -> None:
    """In every team the person is once: where both records were, the one that stays is all that either was there."""
    merge = person_queries.merge_told_of(merge_id)
    if merge.undone_at is not None:
        return
    moved = moving.move(_moves(), merge.gone_id, merge.kept_id)
    people.note_moved(merge_id=merge_id, part=PART, moved=moving.joined(moved, _join_doubles(merge)))


def _join_doubles(merge: Merge) -> dict[str, list[int]]:
    """Of two memberships in one team: what was done to which, by their keys."""
    note: dict[str, list[int]] = defaultdict(list)
    for row in Membership.objects.filter(person_id=merge.gone_id).select_related("team").order_by("team_id"):
        own = Membership.objects.get(team_id=row.team_id, person_id=merge.kept_id)
        if row.state == MemberState.MEMBER and own.state != MemberState.MEMBER:
            _swap(own, row)
            note["swapped"].append(row.pk)
        if not can_take(row, MEMBER_STEPS, "leave"):
            continue
        for flag in FLAGS:
            if getattr(row, flag):
                note[f"row.{flag}"].append(row.pk)
                note[f"own.{flag}"].extend([own.pk] if not getattr(own, flag) else [])
                setattr(own, flag, True)
        note[f"was.{row.state}"].append(row.pk)
        own.save(update_fields=FLAGS)
        _leave(row)
    return note


def _swap(own: Membership, row: Membership) -> None:
    """Each says what the other said; doing it again undoes it."""
    for name in TOLD:
        one, other = getattr(own, name), getattr(row, name)
        setattr(own, name, other)
        setattr(row, name, one)
    own.save(update_fields=TOLD)
    row.save(update_fields=TOLD)


def _leave(row: Membership) -> None:
    take(row, MEMBER_STEPS, "leave")
    row.is_leader = row.is_on_call = False
    row.save(update_fields=["state", *FLAGS])
    count_members(row.team)


@transaction.atomic
def give_back_memberships(*, merge_id: int) -> None:
    """They were two people after all: each is in the own teams again."""
    merge = person_queries.merge_told_of(merge_id)
    note = person_queries.moved_in(merge, PART)
    for state in MemberState.values:
        Membership.objects.filter(pk__in=note.get(f"was.{state}", [])).update(state=state)
    for flag in FLAGS:
        Membership.objects.filter(pk__in=note.get(f"row.{flag}", [])).update(**{flag: True})
        Membership.objects.filter(pk__in=note.get(f"own.{flag}", [])).update(**{flag: False})
    for row in Membership.objects.filter(pk__in=note.get("swapped", [])):
        _swap(Membership.objects.get(team_id=row.team_id, person_id=merge.kept_id), row)
    moving.give_back(_moves(), note, merge.gone_id, merge.kept_id)
    for team in Team.objects.filter(memberships__person__in=[merge.kept_id, merge.gone_id]).distinct():
        count_members(team)
