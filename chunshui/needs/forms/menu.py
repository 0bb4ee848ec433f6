"""What is said about the menu: a community's line, and a service itself."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.needs.forms.desk import words_field
from chunshui.needs.states import TONES, Icon
from chunshui.people.states import CredentialKind, FocusGroup, Skill, qualification_mask
from chunshui.teams.states import ServiceCategory

BETWEEN = re.compile(r"[、，,；;\s]+")


class MenuLine(forms.Form):
    service = forms.CharField(max_length=30, widget=forms.HiddenInput)
    is_offered = forms.BooleanField(label=_("这里提供"), required=False)
    note = forms.CharField(label=_("说明"), max_length=120, required=False)
    minutes = forms.IntegerField(label=_("多少分钟"), min_value=10, max_value=720, required=False)


def _many(label: Any, choices: Any) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(label=label, choices=choices, coerce=int, required=False, widget=forms.CheckboxSelectMultiple)


class Service(forms.Form):
    """A line of the menu. A community's own may do without English: the Chinese then stands in its place."""

    service_code = forms.SlugField(label=_("代码"), max_length=30, help_text=_("小写字母、数字和短横线，以后不能改。例如：escort。"))
    name = forms.CharField(label=_("名称"), max_length=30, help_text=_("写在单子上的，例如：陪同就医。"))
    spoken = forms.CharField(label=_("口头怎么说"), max_length=30, help_text=_("长辈版上用的，例如：陪我看病。"))
    name_en = forms.CharField(label=_("英文名称"), max_length=50)
    spoken_en = forms.CharField(label=_("英文口头怎么说"), max_length=50)
    category = forms.ChoiceField(label=_("国家服务类别"), choices=ServiceCategory.choices)
    icon = forms.ChoiceField(label=_("图标"), choices=Icon.choices)
    tone = forms.ChoiceField(label=_("颜色"), choices=TONES, required=False)
    minutes = forms.IntegerField(label=_("一般多少分钟"), min_value=10, max_value=720)
    volunteers = forms.IntegerField(label=_("一般要几个人"), min_value=1, max_value=20, initial=1)
    least_age = forms.IntegerField(label=_("志愿者最小年龄"), min_value=0, max_value=99, initial=18)
    gender_wish = forms.BooleanField(label=_("可以指定志愿者性别"), required=False)
    for_groups = forms.MultipleChoiceField(
        label=_("只面向哪些人"), choices=FocusGroup.choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=_("都不选，人人可以点。")
    )
    required_skills = _many(_("一定要会的"), Skill.choices)
    required_credentials = _many(_("一定要有的证书"), CredentialKind.choices)
    useful_skills = _many(_("最好会的"), Skill.choices)
    useful_credentials = _many(_("最好有的证书"), CredentialKind.choices)
    risk_note = words_field(_("安全提示"), most=200, required=False, help_text=_("居民下单时、志愿者出门前都看得到。"))
    risk_note_en = words_field(_("英文安全提示"), most=300, required=False)
    words = forms.CharField(
        label=_("关键词"),
        max_length=600,
        required=False,
        help_text=_("居民会怎么说，用顿号隔开，例如：看病、医院、复查。"),
    )
    position = forms.IntegerField(label=_("排在第几"), min_value=0, max_value=9999, initial=100, help_text=_("小的在前。"))

    def __init__(self, *args: Any, is_own: bool, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_own or not is_new:
            del self.fields["service_code"]
        if is_own:
            for name in ("name_en", "spoken_en"):
                self.fields[name].required = False

    def values(self) -> dict[str, Any]:
        """The clean data as the commands take them."""
        given = dict(self.cleaned_data)
        masks = {}
        for mask in ("required", "useful"):
            masks[mask] = qualification_mask(given.pop(f"{mask}_skills"), given.pop(f"{mask}_credentials"))
        words = [word for word in BETWEEN.split(given.pop("words")) if word]
        english = {name: given[name] or given[source] for name, source in (("name_en", "name"), ("spoken_en", "spoken"))}
        return given | masks | english | {"words": list(dict.fromkeys(words))}


class Retire(forms.Form):
    reason = words_field(_("为什么停用"))
