"""The loop service → points → merchant → give-back (S11, S18): merchants and their offers, points, vouchers, and the community fund.

Nouns: Merchant, Clerk, Offer, FundEntry, Pledge. Verbs: apply_merchant, review_merchant, accept_agreement, publish_offer, give_back, confirm_entry.
States of a merchant: pending → approved → active ⇄ suspended → left. Of an offer: draft → published ⇄ paused → ended.
"""
