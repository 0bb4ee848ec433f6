"""The district as a tree and what differs between its parts.

Nouns: Area (district → street/town → community → grid), Place (阵地 and doors on the map), RuleValue (a dated setting), DayOverride.
Verbs: set_rule. No states.
"""
