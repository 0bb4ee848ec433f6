"""Work by the clock. Importing registers the jobs."""

from chunshui.needs.tasks import clock, rounds

__all__ = ["clock", "rounds"]
