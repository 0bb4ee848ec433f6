"""When two records of one person are merged: orders, offers and places go with the person, and come back when it is undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from chunshui.kernel import moving
from chunshui.needs.commands.merged_places import end_doubles, give_back_doubles
from chunshui.needs.commands.orders import write_tokens
from chunshui.needs.models import Assignment, FollowUp, Need, NeedPhoto, Offer, Proposal, Rating
from chunshui.people import commands as people
from chunshui.people import queries as person_queries

if TYPE_CHECKING:
    from chunshui.people.models import Person

PART = "needs"
CONTEXT = "need-address"


def _moves() -> moving.Moves:
    needs = Need.objects.all()
    rest = (Offer, "volunteer"), (Assignment, "volunteer"), (Proposal, "volunteer"), (Rating, "by"), (FollowUp, "by"), (NeedPhoto, "by")
    return [(needs, "placed_by"), (needs, "same_volunteer"), *((model._default_manager.all(), column) for model, column in rest)]


def _own() -> moving.Moves:
    """Orders for the person: their addresses are sealed anew."""
    return [(Need.objects.all(), "resident")]


@transaction.atomic
def take_over_orders(*, merge_id: int) -> None:
    """What a duplicate ordered, was asked, served and said is the person's it was merged into."""
    merge = person_queries.merge_told_of(merge_id)
    if merge.undone_at is not None:
        return
    doubles = end_doubles(merge)
    own = moving.move(_own(), merge.gone_id, merge.kept_id)
    _seal_anew(own, merge.gone, merge.kept)
    people.note_moved(merge_id=merge_id, part=PART, moved={**doubles, **own, **moving.move(_moves(), merge.gone_id, merge.kept_id)})


@transaction.atomic
def give_back_orders(*, merge_id: int) -> None:
    """They were two people after all: each has the own orders again."""
    merge = person_queries.merge_told_of(merge_id)
    note = person_queries.moved_in(merge, PART)
    rows, column = _own()[0]
    key = moving.key_of(rows, column)
    back = list(rows.filter(pk__in=note.get(key, []), resident=merge.kept_id).values_list("pk", flat=True))
    moving.give_back([*_own(), *_moves()], note, merge.gone_id, merge.kept_id)
    give_back_doubles(note, merge.undone_at or merge.at)
    _seal_anew({key: back}, merge.kept, merge.gone)


def _seal_anew(moved: moving.Moved, old: Person, new: Person) -> None:
    """Addresses of orders open under the resident's key; the orders are found by the resident's name."""
    for need in Need.objects.filter(pk__in=[pk for ids in moved.values() for pk in ids]).select_related("resident"):
        address = person_queries.unsealed_for(old, bytes(need.address_sealed), CONTEXT)
        need.address_sealed = person_queries.sealed_for(new, address, CONTEXT)
        need.save(update_fields=["address_sealed"])
        write_tokens(need)
