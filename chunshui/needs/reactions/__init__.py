"""What orders do when something has happened: tell people, count, and forget who was erased. Importing registers the reactions."""

from chunshui.needs.reactions import dispatch, district, notices, people, reminders, tally

__all__ = ["dispatch", "district", "notices", "people", "reminders", "tally"]
