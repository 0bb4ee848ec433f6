"""Request data → clean keyword arguments; nothing here saves."""

from chunshui.redemption.forms.giving import DecideEntry, DeclareEntry, FindEntries, GiveBack, PledgeShare, Recycle
from chunshui.redemption.forms.merchants import AcceptAgreement, ApplyShop, FindShops, InviteClerk, Reason, ReviewShop, ShopDetails
from chunshui.redemption.forms.offers import FindOffers, OfferDetails
from chunshui.redemption.forms.vouchers import (
    DecideDispute,
    FindDisputes,
    FindLines,
    FindVouchers,
    InviteToHousehold,
    OpenDispute,
    PresentCode,
    RefundVoucher,
)

__all__ = [
    "AcceptAgreement",
    "ApplyShop",
    "DecideDispute",
    "DecideEntry",
    "DeclareEntry",
    "FindDisputes",
    "FindEntries",
    "FindLines",
    "FindOffers",
    "FindShops",
    "FindVouchers",
    "GiveBack",
    "InviteClerk",
    "InviteToHousehold",
    "OfferDetails",
    "OpenDispute",
    "PledgeShare",
    "PresentCode",
    "Reason",
    "Recycle",
    "RefundVoucher",
    "ReviewShop",
    "ShopDetails",
]
