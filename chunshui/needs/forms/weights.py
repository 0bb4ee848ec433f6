"""One weight, from a day on, with the reason."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SetWeight(forms.Form):
    value = forms.IntegerField(label=_("新的值"), min_value=0, max_value=1_000_000)
    effective_on = forms.DateField(label=_("从哪天起"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    reason = forms.CharField(label=_("为什么改"), max_length=200)
