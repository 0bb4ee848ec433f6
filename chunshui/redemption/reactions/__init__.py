"""What redemption does when something has happened. Importing registers the reactions."""

from chunshui.redemption.reactions import people

__all__ = ["people"]
