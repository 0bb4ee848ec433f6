"""The pages of teams."""

from chunshui.teams.views.joining import apply_to_team, decide_member, leave_team, my_teams, team_members
from chunshui.teams.views.registry import change_team, decide_team, export_teams, file_team, review_team, review_teams, team, teams

__all__ = [
    "apply_to_team",
    "change_team",
    "decide_member",
    "decide_team",
    "export_teams",
    "file_team",
    "leave_team",
    "my_teams",
    "review_team",
    "review_teams",
    "team",
    "team_members",
    "teams",
]
