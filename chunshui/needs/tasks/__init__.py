"""Work by the clock. Importing registers the jobs."""

from chunshui.needs.tasks import clock, district, rounds

__all__ = ["clock", "district", "rounds"]
