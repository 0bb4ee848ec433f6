"""The verbs of redemption."""

from chunshui.redemption.commands.clerks import add_clerk, end_clerk, invite_clerk
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
from chunshui.redemption.commands.offers import (
    change_offer,
    drop_offer_photo,
    end_offer,
    end_past_offers,
    make_offer,
    pause_offer,
    publish_offer,
)

__all__ = [
    "accept_agreement",
    "add_clerk",
    "apply_merchant",
    "change_merchant",
    "change_offer",
    "drop_offer_photo",
    "end_clerk",
    "end_offer",
    "end_past_offers",
    "give_back_counters",
    "invite_clerk",
    "leave_counters",
    "leave_merchant",
    "make_offer",
    "pause_offer",
    "publish_offer",
    "restore_merchant",
    "review_merchant",
    "suspend_merchant",
    "take_over_counters",
    "write_tokens",
]
