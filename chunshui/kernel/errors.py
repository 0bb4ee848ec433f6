"""The two answers that are not a success and not a bug."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise

Text = str | Promise


class NotFound(Exception):  # noqa: N818  an answer, not an error
    """Missing and hidden look the same: 404."""


class Refused(Exception):  # noqa: N818  an answer, not an error
    """A rule said no. `code` is for machines, the text for people, `fields` names the inputs to mend."""

    def __init__(self, message: Text, *, code: str = "refused", fields: Mapping[str, Text] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        return str(self.message)
