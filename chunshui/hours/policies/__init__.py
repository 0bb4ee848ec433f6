"""Who may do what with hours."""

from chunshui.hours.policies.records import can_cancel_record, can_view_record

__all__ = ["can_cancel_record", "can_view_record"]
