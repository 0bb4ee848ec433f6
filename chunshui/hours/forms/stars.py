"""Forms of stars, objections and privileges; they never save."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.hours.states import LEVELS

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
LEVEL_CHOICES = [(level, _("%(level)d 星") % {"level": level}) for level in LEVELS]
LONG = forms.Textarea(attrs={"rows": 4})


class ApplyForStar(forms.Form):
    level = forms.TypedChoiceField(label=_("申请几星"), choices=LEVEL_CHOICES, coerce=int, widget=forms.RadioSelect)
    deeds = forms.CharField(label=_("主要事迹"), max_length=500, required=False, widget=LONG, help_text=_("写一两件您做得最久、最用心的事"))

    def __init__(self, *args: Any, reached: list[int], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["level"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(level, words) for level, words in LEVEL_CHOICES if level in reached]


class ReviewStar(forms.Form):
    opinion = forms.CharField(label=_("审核意见"), max_length=200, required=False)


class StarReason(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200)


class ObjectTo(forms.Form):
    words = forms.CharField(label=_("哪里不对"), max_length=500, widget=LONG, help_text=_("写清楚时间和事情；不会告诉本人是谁提的"))


class DecideObjection(forms.Form):
    answer = forms.CharField(label=_("处理结果"), max_length=200)
    is_upheld = forms.TypedChoiceField(choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1")


class OfferPrivilege(forms.Form):
    level = forms.TypedChoiceField(label=_("几星起"), choices=LEVEL_CHOICES, coerce=int)
    title = forms.CharField(label=_("礼遇"), max_length=40)
    words = forms.CharField(label=_("内容"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    title_en = forms.CharField(label=_("礼遇（英文）"), max_length=80, required=False)
    words_en = forms.CharField(label=_("内容（英文）"), max_length=500, required=False)
    given_by = forms.CharField(label=_("由谁提供"), max_length=60)
    since = forms.DateField(label=_("从哪天起"), widget=DAY)
    until = forms.DateField(label=_("到哪天止"), required=False, widget=DAY)
