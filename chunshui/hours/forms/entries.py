"""What is written when hours are entered by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.hours.states import MOST_INTERVALS
from chunshui.kernel import clock
from chunshui.teams.states import ServiceCategory

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
MOST_BYTES = 8 * 1024 * 1024


def words(label: Any, *, most: int, rows: str = "3", required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "maxlength": str(most)})
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, **more)


class Stretches(forms.Form):
    """Up to ten rows of day, from and until; a row that is empty is left out. Until 0:00 is midnight at the end of the day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, self.most + 1):
            first = n == 1 and self.is_needed
            self.fields[f"day_{n}"] = forms.DateField(label=_("哪一天"), widget=DAY, required=first)
            self.fields[f"from_{n}"] = forms.TimeField(label=_("几点开始"), widget=TIME, required=first)
            self.fields[f"until_{n}"] = forms.TimeField(label=_("几点结束"), widget=TIME, required=first)

    most = 1
    is_needed = True

    def rows(self) -> Iterator[tuple[Any, Any, Any]]:
        for n in range(1, self.most + 1):
            yield self[f"day_{n}"], self[f"from_{n}"], self[f"until_{n}"]

    def first_row(self) -> tuple[Any, Any, Any]:
        return next(self.rows())

    def more_rows(self) -> list[tuple[Any, Any, Any]]:
        return list(self.rows())[1:]

    def has_more(self) -> bool:
        """Whether the fold must stand open."""
        return any(each.value() or each.errors for row in self.more_rows() for each in row)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for n in range(1, self.most + 1):
            row = [given.get(f"{part}_{n}") for part in ("day", "from", "until")]
            if any(each is not None for each in row) and not all(each is not None for each in row) and not self._fails(n):
                self.add_error(f"day_{n}", _("日期、开始和结束都要写。"))
        return given

    def _fails(self, n: int) -> bool:
        return any(f"{part}_{n}" in self.errors for part in ("day", "from", "until"))

    def intervals(self) -> list[tuple[datetime, datetime]]:
        found = []
        for n in range(1, self.most + 1):
            day, start, end = (self.cleaned_data.get(f"{part}_{n}") for part in ("day", "from", "until"))
            if day is not None and start is not None and end is not None:
                last = clock.at(day, 24) if end == time(0) else clock.at(day, end.hour, end.minute)
                found.append((clock.at(day, start.hour, start.minute), last))
        return found


class Entering(Stretches):
    """What was done, when, why it is entered by hand, and what shows it."""

    most = MOST_INTERVALS
    title = forms.CharField(label=_("做了什么"), max_length=80)
    category = forms.ChoiceField(label=_("服务类别"), choices=ServiceCategory.choices)
    reason = words(_("为什么要补录"), most=500)
    evidence = forms.FileField(label=_("证明"), max_length=200, help_text=_("现场照片或 PDF，最大 8 MB。"))
    evidence_2 = forms.FileField(label=_("再加一份证明"), max_length=200, required=False)

    def values(self) -> dict[str, Any]:
        """The clean data as the commands take them."""
        given = self.cleaned_data
        files = [given[name].read(MOST_BYTES + 1) for name in ("evidence", "evidence_2") if given.get(name)]
        return {
            "title": given["title"],
            "category": given["category"],
            "reason": given["reason"],
            "evidence": files,
            "intervals": self.intervals(),
        }


class TeamHours(Entering):
    person_ids = forms.TypedMultipleChoiceField(label=_("给谁补录"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, members: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person_ids"].choices = members  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {**super().values(), "person_ids": self.cleaned_data["person_ids"]}


class AreaHours(Entering):
    numbers = words(_("志愿者编号"), most=4000, help_text=_("一行一个，或者用逗号、空格隔开。"))
    origin = forms.CharField(
        label=_("从哪个系统转入"), max_length=80, required=False, help_text=_("例如：志愿山城。转入的都要第二人复核，证明请附那个系统开的单子。")
    )

    def values(self) -> dict[str, Any]:
        numbers = self.cleaned_data["numbers"].replace(",", " ").replace("，", " ").replace("、", " ").split()
        return {**super().values(), "numbers": numbers, "origin": self.cleaned_data["origin"]}


class OwnHours(Entering):
    team_id = forms.TypedChoiceField(label=_("和哪支队伍"), required=False, coerce=int, empty_value=None)
    origin = forms.CharField(label=_("从哪个系统转入"), max_length=80, required=False, help_text=_("在别处记的时长才写，证明请附那个系统开的单子。"))

    def __init__(self, *args: Any, teams: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team_id"].choices = [("", _("自己去的")), *teams]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return {**super().values(), "team_id": self.cleaned_data["team_id"], "origin": self.cleaned_data["origin"]}


class Approve(forms.Form):
    opinion = words(_("意见"), most=200, rows="2", required=False)


class Refuse(forms.Form):
    opinion = words(_("为什么不同意"), most=200, rows="2")


class Report(forms.Form):
    words = words(_("哪里不对？"), most=500)
