"""What orders do when something has happened: tell people, count, and forget who was erased. Importing registers the reactions."""

from chunshui.needs.reactions import dispatch, notices, people, reminders, tally

__all__ = ["dispatch", "notices", "people", "reminders", "tally"]
