"""The verbs of hours."""

from chunshui.hours.commands.appeals import (
    appeal_missing,
    appeal_record,
    dismiss_appeal,
    grant_appeal,
    withdraw_appeal,
)
from chunshui.hours.commands.cases import (
    decide_case,
    find_signals,
)
from chunshui.hours.commands.entries import (
    approve_entry,
    count_due_entries,
    declare_hours,
    enter_area_hours,
    enter_team_hours,
    refuse_entry,
    report_line,
    withdraw_entry,
)
from chunshui.hours.commands.objections import (
    decide_objection,
)
from chunshui.hours.commands.privileges import (
    end_privilege,
    offer_privilege,
)
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
from chunshui.hours.commands.records import (
    cancel_record,
    give_back_records,
    record_hours,
    take_over_records,
)
from chunshui.hours.commands.sanctions import (
    repair_sanction,
)
from chunshui.hours.commands.signing import (
    rotate_signing_key,
    sign_revocations,
    signing_key,
)
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
    "appeal_missing",
    "appeal_record",
    "apply_for_star",
    "approve_entry",
    "cancel_record",
    "close_stars_of",
    "count_due_entries",
    "decide_case",
    "decide_objection",
    "declare_hours",
    "dismiss_appeal",
    "end_privilege",
    "enter_area_hours",
    "enter_team_hours",
    "find_signals",
    "forget_proofs_of",
    "give_back_records",
    "grant_appeal",
    "grant_star",
    "issue_proof",
    "look_up_proof",
    "object_to_proof",
    "object_to_star",
    "offer_privilege",
    "publish_star",
    "record_hours",
    "refuse_entry",
    "refuse_proof",
    "refuse_star",
    "repair_sanction",
    "report_line",
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
    "withdraw_appeal",
    "withdraw_entry",
    "withdraw_proof",
    "withdraw_star",
]
