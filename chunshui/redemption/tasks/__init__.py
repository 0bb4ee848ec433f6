"""What the clock does in redemption. Importing registers the jobs."""

from chunshui.redemption.tasks import merchants, points

__all__ = ["merchants", "points"]
