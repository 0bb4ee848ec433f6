"""The pages of redemption."""

from chunshui.redemption.views.clerks import end_clerk, join_counter, shop_clerks
from chunshui.redemption.views.giving import (
    decide_entry,
    declare_entry,
    export_fund,
    fund,
    fund_entry,
    fund_receipt,
    fund_waiting,
    give_back,
    my_fund,
    pledge_share,
)
from chunshui.redemption.views.incentive import export_statement, recycle_points, shop_ranking, shop_statement
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
    "decide_entry",
    "decide_shop",
    "declare_entry",
    "drop_offer_photo",
    "end_clerk",
    "export_fund",
    "export_offers",
    "export_shops",
    "export_statement",
    "fund",
    "fund_entry",
    "fund_receipt",
    "fund_waiting",
    "give_back",
    "join_counter",
    "make_offer",
    "my_fund",
    "my_shops",
    "offer_photo",
    "offers",
    "pledge_share",
    "recycle_points",
    "review_shop",
    "shop",
    "shop_agreement",
    "shop_clerks",
    "shop_offer",
    "shop_offers",
    "shop_plate",
    "shop_ranking",
    "shop_statement",
    "shops",
    "shops_staff",
    "step_offer",
]
