"""What is being written, kept in the session: refusals, going back and signing in lose nothing."""

from __future__ import annotations

from collections.abc import Iterable
from secrets import token_urlsafe
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from chunshui.needs.forms.questions import Question

KEY, PLACED, KIOSK = "ask", "placed", "kiosk"


class Draft:
    """What was typed so far, as it was typed; `token` names this one order, so that it is placed once.

    `key` keeps a new order apart from the changes of one that stands; those begin anew when the order has moved on from `base`.
    """

    def __init__(self, request: HttpRequest, key: str = KEY, base: dict[str, list[str]] | None = None) -> None:
        self.session, self.key, self.base = request.session, key, base
        kept = self.session.get(key) or {}
        if kept.get("base") != base:
            kept = {}
        self.token: str = kept.get("token") or token_urlsafe(12)
        self.answers: dict[str, list[str]] = kept.get("answers") or dict(base or {})
        self.photos: list[str] = kept.get("photos") or []
        self.phone: dict[str, str] = kept.get("phone") or {}
        self.keeps_address: bool = bool(kept.get("keeps_address"))

    @property
    def data(self) -> MultiValueDict[str, str]:
        return MultiValueDict(self.answers)

    def __bool__(self) -> bool:
        return bool(self.answers)

    def save(self) -> None:
        kept = {"token": self.token, "answers": self.answers, "photos": self.photos, "phone": self.phone, "keeps_address": self.keeps_address}
        self.session[self.key] = {**kept, "base": self.base}

    def keep(self, names: Iterable[str], posted: QueryDict) -> None:
        for name in names:
            self.answers[name] = [value[:600] for value in posted.getlist(name)[:40]]
        self.save()

    def initial(self, form: type[Question]) -> dict[str, Any]:
        """For a page that is shown again; what was not asked yet keeps the form's own first answer."""
        several = {name for name, field in form.base_fields.items() if getattr(field.widget, "allow_multiple_selected", False)}
        return {name: values if name in several else (values[-1] if values else "") for name, values in self.answers.items()}

    def placed(self, facts: dict[str, Any]) -> None:
        """The order stands: remember where it went, and begin with a clean sheet next time."""
        self.session[PLACED] = {**facts, "token": self.token}
        self.drop()

    def drop(self) -> None:
        self.session.pop(self.key, None)

    def was_placed(self, token: str) -> bool:
        return bool(token) and self.session.get(PLACED, {}).get("token") == token
