"""Merchants, offers and the fund, without surprises."""

from __future__ import annotations

from itertools import count
from typing import Any

from chunshui.areas import queries as areas
from chunshui.areas.models import Area
from chunshui.people.models import Person
from chunshui.redemption.commands import write_tokens
from chunshui.redemption.models import Clerk, FundEntry, Merchant, Offer
from chunshui.redemption.states import MerchantState, OfferState
from chunshui.teams.states import CODE_LETTERS
from tests.factories import people
from tests.factories.needs import NOON

_number = count(1)


def credit_code(start: str = "92500103") -> str:
    """A credit code that passes every check, another each time."""
    body = f"{start}MA{next(_number):07d}"
    total = sum(CODE_LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(body))
    return body + CODE_LETTERS[-total % 31]


def merchant(area: Area, owner: Person | None = None, **more: Any) -> Merchant:
    """An open merchant of a community, with its owner at the first counter."""
    line, n = areas.lineage(area), next(_number)
    owner = owner or people.person(area)
    place = {"area": area, "street_id": line.street_id, "community_id": line.community_id, "latitude": area.latitude, "longitude": area.longitude}
    values = {
        "name": f"邻里小店{n}",
        "kind": "food",
        "credit_code": credit_code(),
        "state": MerchantState.ACTIVE,
        "address": "莺花巷 3 号",
        "phone": "02367001234",
    }
    values |= {"manager": owner.name, "applied_by": owner, "applied_at": NOON, "opened_at": NOON, "badge": "leaf", "number": f"S{n:07d}"}
    made = Merchant.objects.create(**{**place, **values, **more})
    clerk(made, owner, is_owner=True)
    write_tokens(made)
    return made


def clerk(merchant: Merchant, person: Person, counter: str = "一号柜台", **more: Any) -> Clerk:
    return Clerk.objects.create(merchant=merchant, person=person, counter=counter, since=NOON, **more)


def offer(merchant: Merchant, **more: Any) -> Offer:
    """A published offer with stock."""
    values = {"title": "一碗小面", "points": 20, "stock": 10, "starts_on": NOON.date(), "state": OfferState.PUBLISHED, "made_at": NOON}
    return Offer.objects.create(merchant=merchant, **{**values, **more})


def entry(area: Area, **more: Any) -> FundEntry:
    """Money that a shop or the staff declared; it waits for a second look."""
    values = {"kind": "donation", "fen": 10_000, "month": NOON.date().replace(day=1), "party": "热心邻居", "words": "捐给社区", "entered_at": NOON}
    return FundEntry.objects.create(area=area, **{**values, **more})
