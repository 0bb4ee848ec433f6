"""The port to the text-message gateway; settings name the class, its null twin keeps texts in the database."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class TextGateway(Protocol):
    def send(self, phone: str, body: str) -> None: ...


def text_gateway() -> TextGateway:
    gateway: TextGateway = import_string(settings.SMS_ADAPTER)()
    return gateway
