"""The verbs of hours."""

from chunshui.hours.commands.records import cancel_record, give_back_records, record_hours, take_over_records

__all__ = ["cancel_record", "give_back_records", "record_hours", "take_over_records"]
