"""Facts that teams tell."""

TEAM_FILED = "teams.filed"  # team_name, kind
TEAM_CHANGED = "teams.changed"  # fields, waits (for review)
TEAM_REVIEWED = "teams.reviewed"  # state, opinion, filed_by, is_change
TEAM_SUSPENDED = "teams.suspended"  # reason
TEAM_RESTORED = "teams.restored"
STANDING_SET = "teams.standing_set"  # is_standing
MEMBER_APPLIED = "teams.member_applied"  # person_id
MEMBER_ACCEPTED = "teams.member_accepted"  # person_id
MEMBER_REFUSED = "teams.member_refused"  # person_id
MEMBER_LEFT = "teams.member_left"  # person_id
LEADER_NAMED = "teams.leader_named"  # person_id, is_leader
