"""Merging and erasing people: their points, vouchers and households follow."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chunshui.kernel import moving
from chunshui.people import commands as people
from chunshui.people import queries as person_queries
from chunshui.redemption import queries
from chunshui.redemption.commands.points import expire_points_of, hold_wallets, move_between
from chunshui.redemption.commands.vouchers import end_voucher
from chunshui.redemption.models import Award, Dispute, Household, HouseholdMember, Lot, Voucher

PART = "redemption"


@transaction.atomic
def take_over_points(*, merge_id: int, now: datetime) -> None:
    """The points of a duplicate become those of the person it was merged into, in the lots and in the ledger."""
    merge = person_queries.merge_told_of(merge_id)
    if merge.undone_at is not None:
        return
    hold_wallets([merge.kept_id, merge.gone_id], now)
    left = sum(lot.left for lot in queries.lots_left(merge.gone_id))
    move_between(merge.gone_id, merge.kept_id, left, f"points:merge:{merge_id}", now)
    people.note_moved(merge_id=merge_id, part=PART, moved=moving.move(_moves(), merge.gone_id, merge.kept_id))


@transaction.atomic
def give_back_points(*, merge_id: int, now: datetime) -> None:
    """They were two people after all: each has the own points again, as far as they are not spent."""
    merge = person_queries.merge_told_of(merge_id)
    hold_wallets([merge.kept_id, merge.gone_id], now)
    before = sum(lot.left for lot in queries.lots_left(merge.gone_id))
    moving.give_back(_moves(), person_queries.moved_in(merge, PART), merge.gone_id, merge.kept_id)
    returned = sum(lot.left for lot in queries.lots_left(merge.gone_id)) - before
    move_between(merge.kept_id, merge.gone_id, returned, f"points:merge:{merge_id}:undone", now)


@transaction.atomic
def close_wallet(*, person_id: int, now: datetime) -> None:
    """Who is erased has no points any more: vouchers on hold end, what is left expires, words of disputes go, the household goes on without."""
    hold_wallets([person_id], now)
    for voucher_id in queries.held_of(person_id):
        end_voucher(voucher_id=voucher_id, now=now)
    expire_points_of(person_id=person_id, now=now, is_leaving=True)
    Dispute.objects.filter(by_id=person_id).update(words="")
    HouseholdMember.objects.filter(person_id=person_id, state__in=["invited", "member"]).update(state="left", changed_at=now)


def _moves() -> moving.Moves:
    return [
        (Award.objects.all(), "person"),
        (Lot.objects.all(), "person"),
        (Voucher.objects.all(), "person"),
        (Dispute.objects.all(), "by"),
        (Household.objects.all(), "opened_by"),
        (HouseholdMember.objects.all(), "person"),
        (HouseholdMember.objects.all(), "invited_by"),
    ]
