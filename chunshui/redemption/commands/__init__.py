"""The verbs of redemption."""

from chunshui.redemption.commands.circle import count_in_circle
from chunshui.redemption.commands.clerks import add_clerk, end_clerk, invite_clerk
from chunshui.redemption.commands.disputes import decide_dispute, open_dispute
from chunshui.redemption.commands.giving import confirm_entry, declare_entry, give_back, pledge_share, refuse_entry, reverse_entry
from chunshui.redemption.commands.households import answer_invitation, invite_to_household, leave_household
from chunshui.redemption.commands.incentive import count_for_merchant, rank_merchants, recycle_points
from chunshui.redemption.commands.merchants import (
    accept_agreement,
    apply_merchant,
    change_merchant,
    leave_merchant,
    restore_merchant,
    review_merchant,
    suspend_merchant,
    write_tokens,
)
from chunshui.redemption.commands.merging import give_back_counters, leave_counters, take_over_counters
from chunshui.redemption.commands.offers import change_offer, drop_offer_photo, end_offer, end_past_offers, make_offer, pause_offer, publish_offer
from chunshui.redemption.commands.points import award_points, expire_points, expire_points_of, remind_of_expiry, take_back_points
from chunshui.redemption.commands.purses import close_wallet, give_back_points, take_over_points
from chunshui.redemption.commands.vouchers import (
    cancel_voucher,
    end_voucher,
    expire_voucher,
    expire_vouchers,
    present_code,
    refund_voucher,
    settle_code,
    settle_voucher,
    take_offer,
)

__all__ = [
    "accept_agreement",
    "add_clerk",
    "answer_invitation",
    "apply_merchant",
    "award_points",
    "cancel_voucher",
    "change_merchant",
    "change_offer",
    "close_wallet",
    "confirm_entry",
    "count_for_merchant",
    "count_in_circle",
    "decide_dispute",
    "declare_entry",
    "drop_offer_photo",
    "end_clerk",
    "end_offer",
    "end_past_offers",
    "end_voucher",
    "expire_points",
    "expire_points_of",
    "expire_voucher",
    "expire_vouchers",
    "give_back",
    "give_back_counters",
    "give_back_points",
    "invite_clerk",
    "invite_to_household",
    "leave_counters",
    "leave_household",
    "leave_merchant",
    "make_offer",
    "open_dispute",
    "pause_offer",
    "pledge_share",
    "present_code",
    "publish_offer",
    "rank_merchants",
    "recycle_points",
    "refund_voucher",
    "refuse_entry",
    "remind_of_expiry",
    "restore_merchant",
    "reverse_entry",
    "review_merchant",
    "settle_code",
    "settle_voucher",
    "suspend_merchant",
    "take_back_points",
    "take_offer",
    "take_over_counters",
    "take_over_points",
    "write_tokens",
]
