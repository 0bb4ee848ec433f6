"""What hours do when something is told."""

from chunshui.hours.reactions import notices, people

__all__ = ["notices", "people"]
