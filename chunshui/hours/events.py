"""Facts that hours tell."""

RECORDED = "hours.recorded"  # person_id, minutes, source
CANCELLED = "hours.cancelled"  # person_id, minutes, reason
