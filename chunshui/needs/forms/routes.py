"""A day on foot in another order; a plan of routes: which day, who, and what was moved by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from chunshui.kernel import clock

MOST_DIGITS = 18
PARTS = [("0", _("上午")), ("1", _("下午")), ("2", _("晚上"))]
DAYS_BACK, DAYS_AHEAD = 1, 60


def numbers(text: str) -> list[int]:
    """12,7,9; anything else is refused."""
    found = text.split(",") if text else []
    if not all(each.isdecimal() and len(each) <= MOST_DIGITS for each in found):
        raise forms.ValidationError(_now("请重新看一看，再试一次。"))
    return [int(each) for each in found]


class OrderVisits(forms.Form):
    """The ids of the day's visits in the order wished; `sure` after the consequences were read."""

    day = forms.DateField(widget=forms.HiddenInput)
    order = forms.CharField(widget=forms.HiddenInput, max_length=1000)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_order(self) -> list[int]:
        return numbers(self.cleaned_data["order"])


class Day(forms.Form):
    """Which day a page shows, when its address names one that can be shown."""

    day = forms.DateField(required=False)

    def chosen(self, now: datetime) -> date | None:
        today = clock.today(now)
        found = self.cleaned_data.get("day") if self.is_valid() else None
        return found if found and today - timedelta(days=DAYS_BACK) <= found <= today + timedelta(days=DAYS_AHEAD) else None


def numbered(texts: list[str], many: int) -> list[tuple[int, ...]]:
    """12:7 stands for order 12 and volunteer 7 (and 12:7:90 for a minute too); what is none of that is passed over."""
    split = [text.split(":") for text in texts]
    return [tuple(map(int, each)) for each in split if len(each) == many and all(one.isdecimal() and len(one) <= MOST_DIGITS for one in each)]


class Routes(forms.Form):
    """The question of the page of routes, kept in its address."""

    day = forms.DateField(label=_("哪一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    part = forms.TypedChoiceField(label=_("什么时候"), choices=PARTS, coerce=int)
    community = forms.TypedChoiceField(label=_("社区"), coerce=int)
    team = forms.TypedChoiceField(label=_("谁去"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, now: datetime, communities: list[tuple[int, str]], teams: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.now = now
        self.fields["community"].choices = communities  # type: ignore[attr-defined]
        self.fields["team"].choices = [("0", _now("附近的志愿者")), *teams]  # type: ignore[attr-defined]

    def clean_day(self) -> date:
        """Within the days for which orders are taken."""
        day: date = self.cleaned_data["day"]
        if abs((day - clock.today(self.now)).days) > DAYS_AHEAD:
            raise forms.ValidationError(_now("请选最近的一天。"))
        return day
