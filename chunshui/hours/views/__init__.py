"""The pages of hours."""

from chunshui.hours.views.entries import (
    approve_entry,
    declare_hours,
    enter_area_hours,
    enter_team_hours,
    hour_entries,
    hour_entry,
    hour_file,
    hours_desk,
    hours_publicity,
    refuse_entry,
    report_line,
    withdraw_entry,
)
from chunshui.hours.views.records import export_hours, my_hours

__all__ = [
    "approve_entry",
    "declare_hours",
    "enter_area_hours",
    "enter_team_hours",
    "export_hours",
    "hour_entries",
    "hour_entry",
    "hour_file",
    "hours_desk",
    "hours_publicity",
    "my_hours",
    "refuse_entry",
    "report_line",
    "withdraw_entry",
]
