from chunshui.redemption.models.giving import FundEntry, FundRows, Pledge, Receipt, Recycling
from chunshui.redemption.models.merchants import Acceptance, Clerk, ClerkRows, Merchant, MerchantMonth, MerchantRows, MerchantToken
from chunshui.redemption.models.offers import Offer, OfferPhoto, OfferRows

__all__ = [
    "Acceptance",
    "Clerk",
    "ClerkRows",
    "FundEntry",
    "FundRows",
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
]
