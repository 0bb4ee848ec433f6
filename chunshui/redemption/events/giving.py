"""Facts that the community fund tells."""

PLEDGED = "redemption.pledged"  # permille
PLEDGE_ENDED = "redemption.pledge_ended"
ENTRY_DECLARED = "redemption.entry_declared"  # kind, fen, month, merchant_id
ENTRY_BOOKED = "redemption.entry_booked"  # kind, fen, month, merchant_id
ENTRY_REFUSED = "redemption.entry_refused"  # kind, fen, merchant_id, opinion
ENTRY_REVERSED = "redemption.entry_reversed"  # kind, fen, month, merchant_id, opinion
POINTS_RECYCLED = "redemption.points_recycled"  # points, to, reason
