"""Who may do what with hours."""

from chunshui.hours.policies.proofs import (
    can_accept_proof,
    can_issue_proof,
    can_object_to_proof,
    can_refuse_proof,
    can_revoke_proof,
    can_rotate_signing_key,
    can_show_proof,
    can_view_proof,
    can_withdraw_proof,
)
from chunshui.hours.policies.records import can_cancel_record, can_view_record
from chunshui.hours.policies.stars import (
    can_apply_for_star,
    can_decide_objection,
    can_end_privilege,
    can_export_five_stars,
    can_grant_star,
    can_object_to_star,
    can_offer_privilege,
    can_publish_star,
    can_refuse_star,
    can_review_star,
    can_view_star,
    can_withdraw_star,
)

__all__ = [
    "can_accept_proof",
    "can_apply_for_star",
    "can_cancel_record",
    "can_decide_objection",
    "can_end_privilege",
    "can_export_five_stars",
    "can_grant_star",
    "can_issue_proof",
    "can_object_to_proof",
    "can_object_to_star",
    "can_offer_privilege",
    "can_publish_star",
    "can_refuse_proof",
    "can_refuse_star",
    "can_review_star",
    "can_revoke_proof",
    "can_rotate_signing_key",
    "can_show_proof",
    "can_view_proof",
    "can_view_record",
    "can_view_star",
    "can_withdraw_proof",
    "can_withdraw_star",
]
