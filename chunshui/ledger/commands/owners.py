"""Two records of one person have one purse."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chunshui.ledger import queries, states
from chunshui.ledger.commands import moves
from chunshui.ledger.states import AccountKind, Kind, Line
from chunshui.people import queries as people


@transaction.atomic
def take_over_accounts(*, merge_id: int, now: datetime) -> None:
    """What a duplicate had and owed goes to the person it was merged into."""
    merge = people.merge_told_of(merge_id)
    if merge.undone_at is not None:
        return
    has, owes = ({**queries.balances_of(kind, merge.gone_id)} for kind in (AccountKind.PERSON, AccountKind.OWED))
    lines = [Line(Kind.MERGE, states.person(merge.gone_id), states.person(merge.kept_id), unit, amount) for unit, amount in has.items()]
    lines += [Line(Kind.MERGE, states.owed(merge.kept_id), states.owed(merge.gone_id), unit, -amount) for unit, amount in owes.items()]
    lines = [part for line in lines for part in moves.split(line)]
    if lines:
        moves.move(key=f"merge:{merge_id}", lines=lines, at=now)


@transaction.atomic
def give_back_accounts(*, merge_id: int, now: datetime) -> None:
    """They were two people after all: what came with the merge goes back."""
    if queries.transfers_of(f"merge:{merge_id}"):
        moves.reverse(key=f"merge:{merge_id}:undone", transfers_of=f"merge:{merge_id}", at=now)
