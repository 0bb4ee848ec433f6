"""Facts that teams tell."""

TEAM_FILED = "teams.filed"
TEAM_REVIEWED = "teams.reviewed"  # state, opinion
TEAM_SUSPENDED = "teams.suspended"
TEAM_RESTORED = "teams.restored"
MEMBER_APPLIED = "teams.member_applied"  # person_id
MEMBER_ACCEPTED = "teams.member_accepted"  # person_id
MEMBER_REFUSED = "teams.member_refused"  # person_id
MEMBER_LEFT = "teams.member_left"  # person_id
LEADER_NAMED = "teams.leader_named"  # person_id
