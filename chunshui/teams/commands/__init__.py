"""The verbs of teams."""

from chunshui.teams.commands.filing import change_team, file_team, review_team
from chunshui.teams.commands.members import (
    accept_member,
    apply_to_team,
    forget_person,
    leave_team,
    name_leader,
    refuse_member,
)
from chunshui.teams.commands.merging import give_back_memberships, take_over_memberships
from chunshui.teams.commands.standing import restore_team, set_standing, suspend_team

__all__ = [
    "accept_member",
    "apply_to_team",
    "change_team",
    "file_team",
    "forget_person",
    "give_back_memberships",
    "leave_team",
    "name_leader",
    "refuse_member",
    "restore_team",
    "review_team",
    "set_standing",
    "suspend_team",
    "take_over_memberships",
]
