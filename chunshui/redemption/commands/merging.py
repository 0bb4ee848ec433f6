"""When two records are one person, or a person is erased: who acts for a merchant."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chunshui.kernel import moving
from chunshui.people import commands as people
from chunshui.people import queries as person_queries
from chunshui.redemption.models import Clerk, Merchant

PART = "merchants"


def _moves() -> moving.Moves:
    return [(Clerk.objects.all(), "person"), (Merchant.objects.all(), "applied_by")]


@transaction.atomic
def take_over_counters(*, merge_id: int, now: datetime) -> None:
    """At every counter the person stands once: where both records did, the one that stays is owner if either was."""
    merge = person_queries.merge_told_of(merge_id)
    if merge.undone_at is not None:
        return
    moved = moving.move(_moves(), merge.gone_id, merge.kept_id)
    note: dict[str, list[int]] = {"ended": [], "raised": []}
    for row in Clerk.objects.current().filter(person_id=merge.gone_id).order_by("id"):
        own = Clerk.objects.current().get(merchant_id=row.merchant_id, person_id=merge.kept_id)
        if row.is_owner and not own.is_owner:
            own.is_owner = True
            own.save(update_fields=["is_owner"])
            note["raised"].append(own.pk)
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        note["ended"].append(row.pk)
    people.note_moved(merge_id=merge_id, part=PART, moved=moving.joined(moved, note))


@transaction.atomic
def give_back_counters(*, merge_id: int) -> None:
    """They were two people after all: each stands at the own counter again."""
    merge = person_queries.merge_told_of(merge_id)
    note = person_queries.moved_in(merge, PART)
    Clerk.objects.filter(pk__in=note.get("ended", [])).update(ended_at=None)
    Clerk.objects.filter(pk__in=note.get("raised", [])).update(is_owner=False)
    moving.give_back(_moves(), note, merge.gone_id, merge.kept_id)


@transaction.atomic
def leave_counters(*, person_id: int, now: datetime) -> None:
    """An erased person acts for no merchant any more; a shop without an owner is the community's to suspend."""
    Clerk.objects.current().filter(person_id=person_id).update(ended_at=now)
