"""Ports to what stands outside or above: the text-message gateway and the menu of services. Settings name who answers."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class TextGateway(Protocol):
    def send(self, phone: str, body: str) -> None: ...


def text_gateway() -> TextGateway:
    gateway: TextGateway = import_string(settings.SMS_ADAPTER)()
    return gateway


def service_choices() -> list[tuple[str, str]]:
    """Codes and names of the services that a volunteer may rule out; none when no menu is named."""
    if not settings.SERVICE_CHOICES:
        return []
    choices: list[tuple[str, str]] = import_string(settings.SERVICE_CHOICES)()
    return choices
