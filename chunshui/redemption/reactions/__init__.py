"""What redemption does when something has happened. Importing registers the reactions."""

from chunshui.redemption.reactions import circle, merchants, people, points, purses, telling

__all__ = ["circle", "merchants", "people", "points", "purses", "telling"]
