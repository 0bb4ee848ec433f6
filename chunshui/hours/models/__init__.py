"""Tables of hours."""

from chunshui.hours.models.records import Record

__all__ = ["Record"]
