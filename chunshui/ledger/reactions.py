"""What the ledger does when a lower domain tells something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chunshui.kernel.events import on
from chunshui.ledger import commands
from chunshui.people import events as people

if TYPE_CHECKING:
    from chunshui.kernel.models import Event


@on(people.MERGED)
def take_over_accounts(event: Event) -> None:
    commands.take_over_accounts(merge_id=event.data["merge_id"], now=event.at)


@on(people.UNMERGED)
def give_back_accounts(event: Event) -> None:
    commands.give_back_accounts(merge_id=event.data["merge_id"], now=event.at)
