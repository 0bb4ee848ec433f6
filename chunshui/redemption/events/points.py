"""Facts about points."""

AWARDED = "redemption.awarded"  # person_id, points, minutes, repaid, title
TAKEN_BACK = "redemption.taken_back"  # person_id, points, owed, title
EXPIRING = "redemption.expiring"  # person_id, points, first (the day of the first)
EXPIRED = "redemption.expired"  # person_id, points, by_area
