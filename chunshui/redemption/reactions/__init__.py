"""What redemption does when something has happened. Importing registers the reactions."""

from chunshui.redemption.reactions import circle, merchants, months, people, points, purses, telling

__all__ = ["circle", "merchants", "months", "people", "points", "purses", "telling"]
