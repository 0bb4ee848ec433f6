"""Fields and helpers that the forms of people share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas


def phone_field(label: Any, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"})
    return forms.CharField(label=label, max_length=30, widget=widget, **more)


def code_field(label: Any, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"})
    return forms.CharField(label=label, max_length=10, widget=widget, **more)


def date_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


def many(label: Any, choices: Any, **more: Any) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(label=label, choices=choices, coerce=int, widget=forms.CheckboxSelectMultiple, **more)


def one(label: Any, choices: Any, **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=choices, coerce=int, widget=forms.RadioSelect, **more)


def pick(label: Any, choices: Any) -> forms.TypedChoiceField:
    """A choice that may be left open; 0 then."""
    more: dict[str, Any] = {"empty_value": 0}
    return forms.TypedChoiceField(label=label, choices=[("", _("不限")), *choices], coerce=int, required=False, **more)


def community_field(**more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=_("社区"), choices=community_choices, coerce=int, **more)


def community_choices() -> Iterable[Any]:
    """Every community under the name of its street."""
    grouped: dict[str, list[tuple[int, str]]] = {}
    for area in areas.communities().select_related("parent"):
        grouped.setdefault(str(area.parent), []).append((area.pk, str(area)))
    return [("", _("请选社区")), *grouped.items()]


class Dated(forms.Form):
    """A form that knows what day it is."""

    def __init__(self, *arguments: Any, today: date, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.today = today
