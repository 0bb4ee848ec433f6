"""Request data of areas to clean keyword arguments."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import Rule

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class SetRule(forms.Form):
    """`value` is read as the type that the rule was declared with."""

    value = forms.CharField(label=_("新的值"), max_length=200)
    effective_on = forms.DateField(label=_("从哪天起"), widget=DAY)
    reason = forms.CharField(label=_("为什么改"), max_length=200)

    def __init__(self, declared: Rule, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.declared = declared

    def clean_value(self) -> Any:
        text = self.cleaned_data["value"].strip()
        try:
            return self._read(text)
        except (ValueError, TypeError) as error:
            raise forms.ValidationError(_("这条规则的值类型不对。")) from error

    def _read(self, text: str) -> Any:
        if isinstance(self.declared.default, str):
            return text
        if isinstance(self.declared.default, int) and not isinstance(self.declared.default, bool):
            return int(text)
        return json.loads(text)


class SetDay(forms.Form):
    day = forms.DateField(label=_("哪一天"), widget=DAY)
    is_working = forms.TypedChoiceField(
        label=_("这天"),
        choices=[("1", _("上班")), ("0", _("休息"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("原因"), max_length=100)


class ClearDay(forms.Form):
    day = forms.DateField()
