"""The whole state-machine engine: a workflow is a table of steps, and `take` is the only way to move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Refused, Text
from chunshui.kernel.ruling import YES, Ruling, no


class Stateful(Protocol):
    state: str

    def get_state_display(self) -> str: ...


@dataclass(frozen=True)
class Step:
    """`verb` may be taken from any state in `sources` and leads to `target`; `label` says it to people."""

    sources: frozenset[str]
    target: str
    label: Text = ""


Steps = Mapping[str, Step]


def can_take(thing: Stateful, steps: Steps, verb: str) -> Ruling:
    if thing.state in steps[verb].sources:
        return YES
    return no(_("现在是“%(state)s”，不能这样做。") % {"state": thing.get_state_display()}, code="wrong_state")


def take(thing: Stateful, steps: Steps, verb: str) -> None:
    """Move `thing` along `verb`; raises `Refused` (code wrong_state) when the table does not allow it. The caller saves."""
    ruling = can_take(thing, steps, verb)
    if not ruling:
        raise Refused(ruling.reason, code=ruling.code)
    thing.state = steps[verb].target
