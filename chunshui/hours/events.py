"""Facts that hours tell."""

RECORDED = "hours.recorded"  # person_id, team_id, minutes, source, entry_way
CANCELLED = "hours.cancelled"  # person_id, team_id, minutes, reason
STAR_APPLIED = "hours.star_applied"  # person_id, level
STAR_WITHDRAWN = "hours.star_withdrawn"  # person_id, level
STAR_REVIEWED = "hours.star_reviewed"  # person_id, level
STAR_PUBLISHED = "hours.star_published"  # person_id, level, until
STAR_REFUSED = "hours.star_refused"  # person_id, level, reason
STAR_GRANTED = "hours.star_granted"  # person_id, level
STAR_REVOKED = "hours.star_revoked"  # person_id, level, reason
STAR_OBJECTED = "hours.star_objected"  # person_id, level, objection_id
OBJECTION_DECIDED = "hours.objection_decided"  # by_id, is_upheld, answer, star_id, proof_id
PRIVILEGE_OFFERED = "hours.privilege_offered"  # level, title
PRIVILEGE_ENDED = "hours.privilege_ended"  # level, title
PROOF_REQUESTED = "hours.proof_requested"  # person_id
PROOF_ACCEPTED = "hours.proof_accepted"  # person_id
PROOF_ISSUED = "hours.proof_issued"  # person_id, number, until
PROOF_REFUSED = "hours.proof_refused"  # person_id, reason
PROOF_WITHDRAWN = "hours.proof_withdrawn"  # person_id
PROOF_REVOKED = "hours.proof_revoked"  # person_id, number, reason
PROOF_OBJECTED = "hours.proof_objected"  # person_id, objection_id
PROOF_SHOWN = "hours.proof_shown"  # person_id, name_shown, shows_hours, shows_items
SIGNING_KEY_ROTATED = "hours.signing_key_rotated"  # key
