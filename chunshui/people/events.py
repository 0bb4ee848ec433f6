"""Facts that people tell. Payloads are in `data`."""

PERSON_ADDED = "people.person_added"  # channel, note
PERSON_CHANGED = "people.person_changed"  # fields
RELATION_ADDED = "people.relation_added"  # helper_id, kind
RELATION_ENDED = "people.relation_ended"  # helper_id
BLOCKED = "people.blocked"  # other_id
UNBLOCKED = "people.unblocked"  # other_id
VOLUNTEER_REGISTERED = "people.volunteer_registered"
VOLUNTEER_REVIEWED = "people.volunteer_reviewed"  # state, reason
VOLUNTEER_CHANGED = "people.volunteer_changed"
VOLUNTEER_PAUSED = "people.volunteer_paused"
VOLUNTEER_RESUMED = "people.volunteer_resumed"
VOLUNTEER_LEFT = "people.volunteer_left"
CONSENT_GIVEN = "people.consent_given"  # kind, version, channel
CONSENT_WITHDRAWN = "people.consent_withdrawn"  # kind
REVEALED = "people.revealed"  # field, reason
EXPORTED = "people.exported"  # what: own, or volunteers (then with the number of rows)
ERASED = "people.erased"
CODE_REQUESTED = "people.code_requested"
SIGNED_IN = "people.signed_in"  # way
SECOND_FACTOR_CONFIRMED = "people.second_factor_confirmed"
CREDENTIAL_ADDED = "people.credential_added"  # kind
CREDENTIAL_REVIEWED = "people.credential_reviewed"  # state
ROLE_GRANTED = "people.role_granted"  # kind
ROLE_ENDED = "people.role_ended"  # kind
ACCESS_GIVEN = "people.token_made"  # scopes
ACCESS_ENDED = "people.token_ended"
