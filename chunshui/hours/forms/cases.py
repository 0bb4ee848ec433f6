"""What is written when something about hours is looked at, or appealed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.hours.forms.entries import Stretches, words
from chunshui.hours.states import Decision
from chunshui.teams.states import ServiceCategory


class Decide(Stretches):
    """The times are for a correction only."""

    is_needed = False
    decision = forms.ChoiceField(label=_("核实的结果"), choices=Decision.choices, widget=forms.RadioSelect)
    reason = words(_("理由"), most=500)

    def values(self) -> dict[str, Any]:
        start, end = self.intervals()[0] if self.intervals() else (None, None)
        given = self.cleaned_data
        return {"decision": given["decision"], "reason": given["reason"], "started_at": start, "ended_at": end}


class AppealRecord(Stretches):
    """The times that are right, and what happened."""

    words = words(_("是怎么回事"), most=500)

    def values(self) -> dict[str, Any]:
        start, end = self.intervals()[0]
        return {"started_at": start, "ended_at": end, "words": self.cleaned_data["words"]}


class AppealMissing(AppealRecord):
    title = forms.CharField(label=_("做了什么"), max_length=80)
    category = forms.ChoiceField(label=_("服务类别"), choices=ServiceCategory.choices)

    def values(self) -> dict[str, Any]:
        return {**super().values(), "title": self.cleaned_data["title"], "category": self.cleaned_data["category"]}


class Answer(forms.Form):
    answer = words(_("理由"), most=500, rows="2")
