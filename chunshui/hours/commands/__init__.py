"""The verbs of hours."""

from chunshui.hours.commands.objections import decide_objection
from chunshui.hours.commands.privileges import end_privilege, offer_privilege
from chunshui.hours.commands.proofs import (
    accept_proof,
    forget_proofs_of,
    issue_proof,
    look_up_proof,
    object_to_proof,
    refuse_proof,
    request_proof,
    revoke_proof,
    revoke_proofs_naming,
    show_proof,
    withdraw_proof,
)
from chunshui.hours.commands.records import cancel_record, give_back_records, record_hours, take_over_records
from chunshui.hours.commands.signing import rotate_signing_key, sign_revocations, signing_key
from chunshui.hours.commands.stars import (
    apply_for_star,
    close_stars_of,
    grant_star,
    object_to_star,
    publish_star,
    refuse_star,
    review_star,
    revoke_unearned_stars,
    withdraw_star,
)

__all__ = [
    "accept_proof",
    "apply_for_star",
    "cancel_record",
    "close_stars_of",
    "decide_objection",
    "end_privilege",
    "forget_proofs_of",
    "give_back_records",
    "grant_star",
    "issue_proof",
    "look_up_proof",
    "object_to_proof",
    "object_to_star",
    "offer_privilege",
    "publish_star",
    "record_hours",
    "refuse_proof",
    "refuse_star",
    "request_proof",
    "review_star",
    "revoke_proof",
    "revoke_proofs_naming",
    "revoke_unearned_stars",
    "rotate_signing_key",
    "show_proof",
    "sign_revocations",
    "signing_key",
    "take_over_records",
    "withdraw_proof",
    "withdraw_star",
]
