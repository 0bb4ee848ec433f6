"""Request data → clean keyword arguments; nothing here saves."""

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
    "FindOffers",
    "FindShops",
    "InviteClerk",
    "OfferDetails",
    "Reason",
    "ReviewShop",
    "ShopDetails",
]
