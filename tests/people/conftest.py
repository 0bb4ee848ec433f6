from __future__ import annotations

from typing import ClassVar

import pytest


class Outbox:
    """A gateway that keeps what it is given."""

    sent: ClassVar[list[tuple[str, str]]] = []

    def send(self, phone: str, body: str) -> None:
        self.sent.append((phone, body))


@pytest.fixture
def outbox(settings):
    settings.SMS_ADAPTER = "tests.people.conftest.Outbox"
    Outbox.sent.clear()
    return Outbox.sent
