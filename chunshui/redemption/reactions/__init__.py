"""What redemption does when something has happened. Importing registers the reactions."""

from chunshui.redemption.reactions import circle, people, points, purses, telling

__all__ = ["circle", "people", "points", "purses", "telling"]
