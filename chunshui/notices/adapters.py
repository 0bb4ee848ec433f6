"""Gateways that take a text message out of the house, chosen by the setting SMS_ADAPTER. `key` lets a gateway drop a repeat."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from chunshui.kernel import crypto, masking
from chunshui.notices.models import SentText


class NotSent(Exception):  # noqa: N818
    """The gateway did not take the message; the text says why, and it may be tried again."""


class SmsGateway(Protocol):
    def send(self, phone: str, body: str, *, key: str = "", at: datetime | None = None) -> None: ...


class NullSms:
    """Keeps what it was given where the demo and the tests can read it: the number masked, found again by its blind index."""

    def send(self, phone: str, body: str, *, key: str = "", at: datetime | None = None) -> None:
        values: dict[str, Any] = {
            "phone": masking.phone(phone),
            "phone_index": crypto.blind_index(phone, "phone"),
            "body": body,
            "at": at or Now(),
        }
        if key:
            SentText.objects.get_or_create(key=key, defaults=values)
        else:
            SentText.objects.create(**values)


class HttpSms:
    """Posts {"phone", "text", "id"} as JSON to SMS_URL with a bearer token, and takes any 2xx answer for a yes."""

    def send(self, phone: str, body: str, *, key: str = "", at: datetime | None = None) -> None:
        request = urllib.request.Request(  # noqa: S310  the address is the operator's own setting, checked at start
            settings.SMS_URL,
            data=json.dumps({"phone": phone, "text": body, "id": key}).encode(),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_TOKEN}"},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=settings.SMS_TIMEOUT_SECONDS) as answer:  # noqa: S310
                answer.read(1024)
        except urllib.error.HTTPError as error:
            error.close()
            raise NotSent(f"HTTP {error.code}") from error
        except (OSError, ValueError) as error:
            raise NotSent(type(error).__name__) from error


def gateway() -> SmsGateway:
    adapter: SmsGateway = import_string(settings.SMS_ADAPTER)()
    return adapter
