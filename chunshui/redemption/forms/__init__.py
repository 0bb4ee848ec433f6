"""Request data → clean keyword arguments; nothing here saves."""

from chunshui.redemption.forms.giving import DecideEntry, DeclareEntry, FindEntries, GiveBack, PledgeShare, Recycle
from chunshui.redemption.forms.merchants import (
    AcceptAgreement,
    ApplyShop,
    FindShops,
    InviteClerk,
    Reason,
    ReviewShop,
    ShopDetails,
)
from chunshui.redemption.forms.offers import FindOffers, OfferDetails

__all__ = [
    "AcceptAgreement",
    "ApplyShop",
    "DecideEntry",
    "DeclareEntry",
    "FindEntries",
    "FindOffers",
    "FindShops",
    "GiveBack",
    "InviteClerk",
    "OfferDetails",
    "PledgeShare",
    "Reason",
    "Recycle",
    "ReviewShop",
    "ShopDetails",
]
