"""The pages of hours."""

from chunshui.hours.views.records import export_hours, my_hours

__all__ = ["export_hours", "my_hours"]
