"""Facts that areas tell."""

RULE_SET = "areas.rule_set"
