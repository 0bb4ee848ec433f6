"""What the staff enter about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.people.forms.fields import code_field, community_field, date_field, one, phone_field, pick
from chunshui.people.states import (
    Channel,
    CredentialKind,
    Filters,
    FocusGroup,
    FreeTime,
    IdKind,
    RelationKind,
    RevealField,
    Sex,
    Skill,
    VolunteerState,
)


def _any(choices: Any) -> list[Any]:
    return [("", _("不限")), *choices]


class FindVolunteers(forms.Form):
    q = forms.CharField(required=False, max_length=60)
    state = forms.ChoiceField(label=_("状态"), choices=_any(VolunteerState.choices), required=False)
    skill = pick(_("会做什么"), Skill.choices)
    slot = pick(_("什么时候有空"), FreeTime.choices)
    credential = pick(_("有什么证书"), CredentialKind.choices)

    def filters(self) -> Filters:
        """What of the query makes sense; the rest narrows nothing."""
        self.is_valid()
        data = self.cleaned_data
        names = ("state", "skill", "slot", "credential")
        return Filters(text=data.get("q") or "", **{name: data[name] for name in names if data.get(name)})


class FindResidents(forms.Form):
    q = forms.CharField(required=False, max_length=60)
    focus = forms.ChoiceField(label=_("重点人群"), choices=_any(FocusGroup.choices), required=False)


class Review(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200, required=False, help_text=_("不通过时要写，本人看得到。"))


class Reveal(forms.Form):
    field = forms.ChoiceField(choices=RevealField.choices)
    reason = forms.CharField(label=_("为什么要看"), max_length=200)


class AddPerson(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=60)
    phone = phone_field(_("电话"), required=False, help_text=_("没有就不填。座机请带区号。"))
    whose = forms.ChoiceField(
        label=_("这个电话是谁的"),
        choices=[("own", _("本人的｜可以用它登录")), ("shared", _("家人或邻居的｜只用来联系"))],
        initial="shared",
        widget=forms.RadioSelect,
    )
    area_id = community_field()
    address = forms.CharField(label=_("住址"), max_length=200, required=False, help_text=_("写到门牌，加密保存。"))
    sex = one(_("性别"), Sex.choices, required=False, empty_value=0, initial=0)
    born_on = date_field(_("出生日期"), required=False)
    focus_groups = forms.MultipleChoiceField(label=_("重点人群"), choices=FocusGroup.choices, required=False, widget=forms.CheckboxSelectMultiple)
    channel = forms.ChoiceField(
        label=_("怎么来的"), choices=[(each.value, each.label) for each in (Channel.DESK, Channel.PHONE)], widget=forms.RadioSelect
    )
    consent_note = forms.CharField(label=_("本人怎么同意的"), max_length=200, help_text=_("例如：电话里口头同意由社区登记。"))

    def arguments(self) -> dict[str, Any]:
        """The clean data as add_person takes them."""
        data = dict(self.cleaned_data)
        return data | {"phone_is_own": data.pop("whose") == "own"}


class ChangeAddress(forms.Form):
    area_id = community_field()
    address = forms.CharField(label=_("住址"), max_length=200, required=False)


class ChangeGroups(forms.Form):
    focus_groups = forms.MultipleChoiceField(label=_("重点人群"), choices=FocusGroup.choices, required=False, widget=forms.CheckboxSelectMultiple)


class GivePhone(forms.Form):
    code = code_field(_("新手机收到的 6 位验证码"), help_text=_("请本人把新手机上的验证码念给您听。"))
    reason = forms.CharField(label=_("为什么换、怎么核对的本人"), max_length=200, help_text=_("本人看得到。例如：旧手机丢了，看过身份证。"))


class FindTwin(forms.Form):
    id_kind = forms.ChoiceField(label=_("证件种类"), choices=IdKind.choices)
    id_number = forms.CharField(label=_("证件号码"), max_length=30)


class Undo(forms.Form):
    reason = forms.CharField(label=_("为什么拆开"), max_length=200)


class AddRelation(forms.Form):
    phone = phone_field(_("帮忙的人的手机号"))
    kind = forms.ChoiceField(label=_("是什么人"), choices=RelationKind.choices, widget=forms.RadioSelect)
