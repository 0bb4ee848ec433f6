"""The tables of redemption, by noun."""

from chunshui.redemption.models.circle import CircleMonth
from chunshui.redemption.models.giving import FundEntry, FundRows, Pledge, Receipt, Recycling
from chunshui.redemption.models.households import Household, HouseholdMember
from chunshui.redemption.models.merchants import Acceptance, Clerk, ClerkRows, Merchant, MerchantMonth, MerchantRows, MerchantToken
from chunshui.redemption.models.offers import Offer, OfferPhoto, OfferRows
from chunshui.redemption.models.points import Award, Lot, LotRows, LotUse, Wallet
from chunshui.redemption.models.vouchers import Dispute, Voucher

__all__ = [
    "Acceptance",
    "Award",
    "CircleMonth",
    "Clerk",
    "ClerkRows",
    "Dispute",
    "FundEntry",
    "FundRows",
    "Household",
    "HouseholdMember",
    "Lot",
    "LotRows",
    "LotUse",
    "Merchant",
    "MerchantMonth",
    "MerchantRows",
    "MerchantToken",
    "Offer",
    "OfferPhoto",
    "OfferRows",
    "Pledge",
    "Receipt",
    "Recycling",
    "Voucher",
    "Wallet",
]
