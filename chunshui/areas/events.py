"""Facts that areas tell."""

RULE_SET = "areas.rule_set"
DAY_SET = "areas.day_set"  # day, is_working, reason
DAY_CLEARED = "areas.day_cleared"  # day
