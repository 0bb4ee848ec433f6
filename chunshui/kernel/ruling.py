"""The answer of a policy: yes, or no with a reason that a person can read."""

from __future__ import annotations

from dataclasses import dataclass

from chunshui.kernel.errors import Refused, Text


@dataclass(frozen=True)
class Ruling:
    allowed: bool
    reason: Text = ""
    code: str = "forbidden"

    def __bool__(self) -> bool:
        return self.allowed

    def or_refuse(self) -> None:
        """Raise `Refused` with the reason if the answer is no."""
        if not self.allowed:
            raise Refused(self.reason, code=self.code)


YES = Ruling(True)


def no(reason: Text, *, code: str = "forbidden") -> Ruling:
    return Ruling(False, reason, code)
