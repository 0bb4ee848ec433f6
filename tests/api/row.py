"""One route of the API as a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

World = SimpleNamespace
Ready = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """`body` may be a function of the world and of what was made ready. `stranger`: what somebody of another district is answered."""

    route: str
    who: str
    scope: str
    ready: Ready = lambda world: {}
    body: Any = None
    stranger: int = 404
    query: dict[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.route.split(" ")[0]

    @property
    def path(self) -> str:
        return self.route.split(" ")[1]
