"""Who stands at which counter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chunshui.kernel.errors import NotFound
from chunshui.redemption.models import Clerk, Merchant

if TYPE_CHECKING:
    from chunshui.people.models import Person


def serves(actor: Person, merchant_id: int) -> bool:
    """Whether the actor stands at a counter of this merchant."""
    return bool(actor.pk) and Clerk.objects.current().filter(person_id=actor.pk, merchant_id=merchant_id).exists()


def served_merchants(actor: Person) -> list[Merchant]:
    """The merchants at whose counters the actor stands."""
    mine = Clerk.objects.current().filter(person_id=actor.pk).values("merchant_id")
    return list(Merchant.objects.filter(pk__in=mine).select_related("area").order_by("name", "id"))


def served_merchant(actor: Person, merchant_id: int) -> Merchant:
    """One of them; missing and somebody else's look the same."""
    for merchant in served_merchants(actor):
        if merchant.pk == merchant_id:
            return merchant
    raise NotFound
