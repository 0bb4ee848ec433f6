"""The pages of redemption."""

from chunshui.redemption.views.clerks import end_clerk, join_counter, shop_clerks
from chunshui.redemption.views.merchants import apply_shop, change_shop, my_shops, shop, shop_agreement, shop_plate, shops
from chunshui.redemption.views.offers import (
    change_offer,
    drop_offer_photo,
    export_offers,
    make_offer,
    offer_photo,
    offers,
    shop_offer,
    shop_offers,
    step_offer,
)
from chunshui.redemption.views.reviewing import decide_shop, export_shops, review_shop, shops_staff

__all__ = [
    "apply_shop",
    "change_offer",
    "change_shop",
    "decide_shop",
    "drop_offer_photo",
    "end_clerk",
    "export_offers",
    "export_shops",
    "join_counter",
    "make_offer",
    "my_shops",
    "offer_photo",
    "offers",
    "review_shop",
    "shop",
    "shop_agreement",
    "shop_clerks",
    "shop_offer",
    "shop_offers",
    "shop_plate",
    "shops",
    "shops_staff",
    "step_offer",
]
