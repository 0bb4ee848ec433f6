"""Work by the clock. Importing registers the jobs."""

from chunshui.needs.tasks import clock

__all__ = ["clock"]
