"""Facts about vouchers and disputes."""

TAKEN = "redemption.taken"  # person_id, merchant_id, offer_id, points, payer_ids
SETTLED = "redemption.settled"  # person_id, merchant_id, offer_id, points, is_new_customer, is_first_this_month
VOUCHER_EXPIRED = "redemption.voucher_expired"  # person_id, merchant_id, points
VOUCHER_CANCELLED = "redemption.voucher_cancelled"  # person_id, merchant_id, points
REFUNDED = "redemption.refunded"  # person_id, merchant_id, points, reason
DISPUTED = "redemption.disputed"  # voucher_id, merchant_id
DISPUTE_DECIDED = "redemption.dispute_decided"  # voucher_id, merchant_id, by_id, state, result
