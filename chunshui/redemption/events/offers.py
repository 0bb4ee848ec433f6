"""Facts that offers tell."""

OFFER_MADE = "redemption.offer_made"  # title, points, stock
OFFER_CHANGED = "redemption.offer_changed"  # fields
OFFER_PUBLISHED = "redemption.offer_published"
OFFER_PAUSED = "redemption.offer_paused"
OFFER_ENDED = "redemption.offer_ended"
