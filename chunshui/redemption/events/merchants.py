"""Facts that merchants tell."""

MERCHANT_APPLIED = "redemption.merchant_applied"  # merchant_name
MERCHANT_CHANGED = "redemption.merchant_changed"  # fields
MERCHANT_REVIEWED = "redemption.merchant_reviewed"  # approved, opinion
MERCHANT_OPENED = "redemption.merchant_opened"  # version
MERCHANT_SUSPENDED = "redemption.merchant_suspended"  # reason
MERCHANT_RESTORED = "redemption.merchant_restored"
MERCHANT_LEFT = "redemption.merchant_left"  # reason
AGREEMENT_ACCEPTED = "redemption.agreement_accepted"  # version, fingerprint
CLERK_ADDED = "redemption.clerk_added"  # person_id, counter, is_owner
CLERK_ENDED = "redemption.clerk_ended"  # person_id
