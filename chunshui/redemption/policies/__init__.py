"""Who may do what with merchants, offers and the community fund."""

from chunshui.redemption.policies.merchants import (
    can_accept_agreement,
    can_add_clerk,
    can_apply_merchant,
    can_change_merchant,
    can_end_clerk,
    can_leave_merchant,
    can_restore_merchant,
    can_review_merchant,
    can_suspend_merchant,
    can_view_merchant,
)
from chunshui.redemption.policies.offers import (
    can_change_offer,
    can_end_offer,
    can_make_offer,
    can_pause_offer,
    can_publish_offer,
    can_view_offer,
    is_for,
)

__all__ = [
    "can_accept_agreement",
    "can_add_clerk",
    "can_apply_merchant",
    "can_change_merchant",
    "can_change_offer",
    "can_end_clerk",
    "can_end_offer",
    "can_leave_merchant",
    "can_make_offer",
    "can_pause_offer",
    "can_publish_offer",
    "can_restore_merchant",
    "can_review_merchant",
    "can_suspend_merchant",
    "can_view_merchant",
    "can_view_offer",
    "is_for",
]
