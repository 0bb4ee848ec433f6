"""Facts that people tell. Payloads are in `data`."""

VOLUNTEER_REGISTERED = "people.volunteer_registered"
VOLUNTEER_REVIEWED = "people.volunteer_reviewed"  # state, reason
VOLUNTEER_CHANGED = "people.volunteer_changed"
VOLUNTEER_PAUSED = "people.volunteer_paused"
VOLUNTEER_RESUMED = "people.volunteer_resumed"
VOLUNTEER_LEFT = "people.volunteer_left"
CONSENT_GIVEN = "people.consent_given"
CONSENT_WITHDRAWN = "people.consent_withdrawn"
REVEALED = "people.revealed"  # field, reason
ERASED = "people.erased"
CODE_REQUESTED = "people.code_requested"
CREDENTIAL_REVIEWED = "people.credential_reviewed"
ROLE_GRANTED = "people.role_granted"
ROLE_ENDED = "people.role_ended"
