"""Facts about households."""

INVITED = "redemption.invited"  # household_id, person_id
JOINED = "redemption.joined"  # household_id, person_id
INVITATION_DECLINED = "redemption.invitation_declined"  # household_id, person_id
HOUSEHOLD_LEFT = "redemption.household_left"  # household_id, person_id
