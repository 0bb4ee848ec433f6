"""What a resident says about an order that already stands."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.needs.states import BLAME, PRAISE, TAGS

STARS = [("1", _("很不好")), ("2", _("不好")), ("3", _("一般")), ("4", _("好")), ("5", _("很好"))]
REASONS = [
    ("solved", _("事情已经办好了")),
    ("changed", _("时间有变")),
    ("mistake", _("点错了")),
    ("long", _("等太久了")),
    ("away", _("这次不在家")),
    ("other", _("别的原因")),
]


ONE, ALL = "one", "all"


class CancelNeed(forms.Form):
    """Of a weekly order, one week or all that follow."""

    scope = forms.ChoiceField(
        label=_("哪几次不要了"),
        choices=[(ONE, _("只这一次不来")), (ALL, _("以后每周都不来了"))],
        initial=ONE,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选只这一次，还是以后都不来")},
    )
    why = forms.ChoiceField(label=_("为什么不要了"), choices=REASONS, widget=forms.RadioSelect, error_messages={"required": _("请选一个原因")})
    words = forms.CharField(label=_("补充一句"), required=False, max_length=200)

    def __init__(self, *args: Any, is_weekly: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_weekly:
            del self.fields["scope"]

    def ends_series(self) -> bool:
        return self.cleaned_data.get("scope") == ALL

    def reason(self) -> str:
        chosen = str(dict(REASONS)[self.cleaned_data["why"]])
        return f"{chosen}：{self.cleaned_data['words']}" if self.cleaned_data["words"] else chosen


class ChangeNote(forms.Form):
    note_to_volunteer = forms.CharField(
        label=_("给志愿者带句话"),
        required=False,
        max_length=300,
        help_text=_("例如：门铃坏了，到了请敲门。"),
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


class RateNeed(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("这次帮得怎么样"), choices=STARS, coerce=int, widget=forms.RadioSelect, error_messages={"required": _("请选几颗星")}
    )
    good = forms.MultipleChoiceField(
        label=_("哪里好"), choices=[(tag.value, tag.label) for tag in PRAISE], required=False, widget=forms.CheckboxSelectMultiple
    )
    bad = forms.MultipleChoiceField(
        label=_("哪里不好"), choices=[(tag.value, tag.label) for tag in BLAME], required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(label=_("想说的话"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": "3"}))

    def clean(self) -> dict[str, Any]:
        """Only what goes with the stars is said: nobody praises with two stars by a slip of the finger."""
        cleaned = super().clean() or {}
        stars = cleaned.get("stars")
        if stars:
            for name, words in (("good", _("星给得少，就说说哪里不好")), ("bad", _("星给得多，就说说哪里好"))):
                if any(tag not in TAGS[stars] for tag in cleaned.get(name, [])):
                    self.add_error(name, words)
        return cleaned

    def rating(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"stars": given["stars"], "tags": (*given["good"], *given["bad"]), "words": given["words"]}


class Complain(forms.Form):
    words = forms.CharField(
        label=_("哪里不对"),
        max_length=500,
        help_text=_("由没经手这一单的人来查。"),
        error_messages={"required": _("请写哪里不对")},
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
