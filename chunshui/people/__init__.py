"""The people of the district, who they are to it, and what they agreed to.

Nouns: Person, Volunteer, Role, Credential, Consent, Reveal, Block, Relation, AccessToken, SignInCode, SignInSession.
Verbs: register_volunteer, review_volunteer, pause, resume, leave, sign in, give and withdraw consent, reveal, export, erase.
States of a volunteer: pending → active ⇄ paused → left; pending → refused.
"""
