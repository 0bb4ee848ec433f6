"""Work by the clock. Importing registers the jobs."""

from chunshui.redemption.tasks import merchants

__all__ = ["merchants"]
