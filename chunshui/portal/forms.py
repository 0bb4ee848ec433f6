"""The forms of the portal: the merging of two records, and the components page, with every kind of control once."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

DAYS = [("0", _("今天｜12 日 周五")), ("1", _("明天｜13 日 周六")), ("2", _("后天｜14 日 周日"))]
PLACES = [("home", _("家里：莺花巷 27 号 3 单元 5-2")), ("else", _("别的地方"))]
WISHES = [("woman", _("女志愿者")), ("same", _("上次那位")), ("dialect", _("会说重庆话"))]
STARS = [("1", _("很不好")), ("2", _("不好")), ("3", _("一般")), ("4", _("好")), ("5", _("很好"))]
WEEK = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"), _("节假日"))
TIMES = (_("上午"), _("下午"), _("晚上"))


def _slots() -> list[tuple[int, str]]:
    return [(3 * day + time + 1, f"{WEEK[day]}{TIMES[time]}") for day in range(8) for time in range(3)]


class MergePeople(forms.Form):
    reason = forms.CharField(label=_("怎么核对是同一个人的"), max_length=200, help_text=_("例如：打电话问过本人，看过身份证。"))
    sure = forms.BooleanField(label=_("核对过了，是同一个人"), error_messages={"required": _("请先核对")})


class Sample(forms.Form):
    """Shows what a field looks like; it is never saved."""

    day = forms.ChoiceField(label=_("哪一天"), choices=DAYS, widget=forms.RadioSelect, error_messages={"required": _("请选哪一天")})
    place = forms.ChoiceField(label=_("志愿者到哪里找您"), choices=PLACES, widget=forms.RadioSelect, error_messages={"required": _("请选在哪里")})
    wishes = forms.MultipleChoiceField(label=_("有什么要求"), choices=WISHES, widget=forms.CheckboxSelectMultiple, required=False)
    name = forms.CharField(label=_("姓名"), error_messages={"required": _("请写姓名")}, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("手机号"),
        help_text=_("志愿者接单后才看得到"),
        error_messages={"required": _("请写 11 位手机号")},
        widget=forms.TelInput(attrs={"autocomplete": "tel", "inputmode": "numeric"}),
    )
    code = forms.CharField(
        label=_("短信验证码"),
        error_messages={"required": _("请写短信里的 6 位数字")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "input--code", "maxlength": "6"}),
    )
    on = forms.DateField(label=_("日期"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    at = forms.TimeField(label=_("几点"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    kind = forms.ChoiceField(
        label=_("证件种类"), choices=[("", _("请选")), ("01", _("居民身份证")), ("05", _("护照"))], error_messages={"required": _("请选证件种类")}
    )
    photo = forms.FileField(label=_("照片"), required=False, help_text=_("JPG 或 PNG，不超过 8 MB"))
    say = forms.CharField(
        label=_("还要说明什么"),
        required=False,
        help_text=_("例如：去市六院，挂号在二楼；腿脚不方便，要推轮椅。"),
        widget=forms.Textarea(attrs={"maxlength": "200", "rows": "4"}),
    )
    stars = forms.ChoiceField(label=_("这次帮得怎么样"), choices=STARS, widget=forms.RadioSelect, error_messages={"required": _("请选几颗星")})
    free = forms.TypedMultipleChoiceField(label=_("您什么时候有空"), choices=_slots, coerce=int, widget=forms.CheckboxSelectMultiple, required=False)
    agree = forms.BooleanField(label=_("我同意把住址给接单的志愿者看"), error_messages={"required": _("要您同意，志愿者才找得到门")})
