"""What the staff say when they review, dispatch, serve and follow up an order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.needs.forms.resident import STARS
from chunshui.needs.states import Channel, Level, Priority, ReferTo, State

TOLD_BY = [(Channel.PHONE.value, _("打电话来说的")), (Channel.DESK.value, _("到窗口来说的"))]
REASON_MISSING = {"required": _("请写明原因")}


def words_field(label: Any, *, most: int = 200, rows: str = "2", required: bool = True, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "maxlength": str(most)})
    return forms.CharField(label=label, max_length=most, required=required, widget=area, error_messages=REASON_MISSING, **more)


class Accept(forms.Form):
    priority = forms.TypedChoiceField(label=_("轻重缓急"), choices=Priority.choices, coerce=int)
    people_needed = forms.IntegerField(label=_("要几个人"), min_value=1, max_value=20)
    verification = words_field(_("怎么核实的"), required=False)
    note_to_volunteer = words_field(_("给志愿者的话"), most=300, required=False)


class SendBack(forms.Form):
    reason = words_field(_("请居民补充什么"))


class Decline(forms.Form):
    reason = words_field(_("为什么不能受理"))
    instead = forms.CharField(label=_("可以找谁帮忙"), max_length=200, error_messages={"required": _("请写明可以找谁，不让居民白跑一趟")})


class Refer(forms.Form):
    to = forms.ChoiceField(label=_("转给谁"), choices=ReferTo.choices, widget=forms.RadioSelect, error_messages={"required": _("请选转给谁")})
    reason = words_field(_("为什么转"))


class Merge(forms.Form):
    into_id = forms.IntegerField(label=_("并到哪一单"), min_value=1, error_messages={"required": _("请选并到哪一单")})


class Cancel(forms.Form):
    reason = words_field(_("为什么取消"))


class SetPriority(forms.Form):
    priority = forms.TypedChoiceField(label=_("轻重缓急"), choices=Priority.choices, coerce=int)
    reason = words_field(_("为什么改"))


class Note(forms.Form):
    note_to_volunteer = words_field(_("给志愿者的话"), most=300, required=False)


class Nothing(forms.Form):
    """A verb that needs no words."""


class Offer(forms.Form):
    """Whom to ask: the one chosen, or the first ones of the list."""

    cand = forms.IntegerField(min_value=1, required=False)
    first = forms.IntegerField(min_value=2, max_value=50, required=False)
    listed = forms.CharField(max_length=600, required=False)
    note = forms.CharField(max_length=300, required=False)

    def chosen(self) -> list[int]:
        first = self.cleaned_data["first"]
        if first:
            return [int(each) for each in self.cleaned_data["listed"].split(",") if each.isdigit()][:first]
        return [self.cleaned_data["cand"]] if self.cleaned_data["cand"] else []


class ByHand(forms.Form):
    volunteer_id = forms.IntegerField(label=_("志愿者"), min_value=1, error_messages={"required": _("请先找到一位志愿者")})
    hand_reason = words_field(_("为什么指定这一位"))


class WhyNotHere(forms.Form):
    """Asked of a round: why this volunteer is not sent to this order."""

    order = forms.CharField(label=_("单号（后几位就行）"), max_length=20)
    who = forms.CharField(label=_("志愿者姓名或编号"), max_length=40)


class ToTeam(forms.Form):
    team_id = forms.IntegerField(label=_("哪支队伍"), min_value=1, error_messages={"required": _("请选一支队伍")})


class Release(forms.Form):
    reason = words_field(_("为什么来不了"))


class Absent(forms.Form):
    seek_another = forms.BooleanField(label=_("马上另找一位"), required=False, initial=True)


class RateByPhone(forms.Form):
    stars = forms.TypedChoiceField(label=_("居民给几颗星"), choices=STARS, coerce=int, error_messages={"required": _("请选几颗星")})
    words = words_field(_("居民的原话"), most=300, required=False)


class TakeComplaint(forms.Form):
    channel = forms.ChoiceField(label=_("怎么说的"), choices=TOLD_BY, widget=forms.RadioSelect, error_messages={"required": _("请选怎么说的")})
    words = words_field(_("居民的原话"), most=500, rows="3", help_text=_("记下来以后，由没经手这一单的人回访；您记的，也由别人回访。"))


class Result(forms.Form):
    result = words_field(_("回访结果"), most=500, rows="4", help_text=_("和谁说了、怎么说的、怎么办的"))
    refer = forms.BooleanField(label=_("移交给有权处理的单位"), required=False)


class FindNeeds(forms.Form):
    q = forms.CharField(required=False, max_length=40)
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *State.choices])
    service = forms.ChoiceField(label=_("服务"), required=False)
    level = forms.ChoiceField(label=_("超时升级"), required=False, choices=[("", _("全部")), *Level.choices])
    since = forms.DateField(label=_("从哪天"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    until = forms.DateField(label=_("到哪天"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, *args: Any, services: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [("", _("全部")), *services]  # type: ignore[attr-defined]


class Period(forms.Form):
    month = forms.DateField(label=_("月份"), required=False, input_formats=["%Y-%m"])
