"""Residents' orders: 点单 → 派单 → 送单 → 评单 (S14), the heart.

Nouns: Need (an order), Service (a line of the menu), Offer (a question to one volunteer), Assignment (a place taken),
Round (a batch dispatch), Rating, FollowUp (a poor rating or a complaint), Tally (statistics).
Verbs and states: see states.py, whose tables are the whole workflow.
"""
