"""What hours do when something is told."""

from chunshui.hours.reactions import notices, people, stars

__all__ = ["notices", "people", "stars"]
