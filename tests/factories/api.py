"""Tokens and calls of the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from chunshui.people import commands
from chunshui.people.models import Person
from chunshui.people.states import Scope


def token(person: Person, *scopes: str) -> str:
    """A token of a person, in the role in which the factory lets the person act."""
    now = timezone.now() - timedelta(minutes=1)
    chosen = scopes or tuple(Scope.values)
    _row, plain = commands.make_token(actor=person, name="测试", scopes=chosen, role_id=person.acting.role_id, days=30, now=now)
    return plain


class Caller:
    """Calls the API as one person."""

    def __init__(self, person: Person, *scopes: str) -> None:
        self.headers = {"Authorization": f"Bearer {token(person, *scopes)}"}
        self.client = Client()

    def get(self, path: str, data: dict[str, Any] | None = None) -> Any:
        return self.client.get(f"/api/v1{path}", data or {}, headers=self.headers)

    def post(self, path: str, data: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1{path}", data if data is not None else {}, content_type="application/json", headers={**self.headers, **headers}
        )
