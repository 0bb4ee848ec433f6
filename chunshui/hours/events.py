"""Facts that hours tell."""

RECORDED = "hours.recorded"  # person_id, team_id, minutes, source, entry_way
CANCELLED = "hours.cancelled"  # person_id, team_id, minutes, reason
