"""What a volunteer says: an answer, a code at the door, a remark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from chunshui.needs.states import CheckWay, PersonChange

CANNOT = [
    ("ill", _("身体不舒服")),
    ("busy", _("临时有事")),
    ("far", _("路太远，赶不到")),
    ("unable", _("这件事我做不了")),
    ("other", _("别的原因")),
]


class DeclineOffer(forms.Form):
    note = forms.CharField(label=_("想说一句也可以"), required=False, max_length=200, help_text=_("不说也没关系，接不了不影响您。"))


class TeamAnswer(forms.Form):
    """Whom a leader sends."""

    member_ids = forms.TypedMultipleChoiceField(
        label=_("派谁去"), coerce=int, widget=forms.CheckboxSelectMultiple, error_messages={"required": _("请选派谁去")}
    )

    def __init__(self, *args: Any, members: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member_ids"].choices = members  # type: ignore[attr-defined]


class ReleaseAssignment(forms.Form):
    why = forms.ChoiceField(label=_("为什么来不了"), choices=CANNOT, widget=forms.RadioSelect, error_messages={"required": _("请选一个原因")})
    words = forms.CharField(label=_("补充一句"), required=False, max_length=150)

    def reason(self) -> str:
        chosen = str(dict(CANNOT)[self.cleaned_data["why"]])
        return f"{chosen}：{self.cleaned_data['words']}" if self.cleaned_data["words"] else chosen


class CheckCode(forms.Form):
    """At the door: the four figures of the resident's service code, or (with consent) the place."""

    code = forms.CharField(
        label=_("服务码"),
        required=False,
        max_length=4,
        help_text=_("请居民念给您，或看他手机上的 4 位数字。"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input--code", "maxlength": "4"}),
    )
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    way = forms.ChoiceField(choices=[(CheckWay.CODE, ""), (CheckWay.QR, ""), (CheckWay.LOCATION, "")], required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["way"] = cleaned.get("way") or CheckWay.CODE
        by_place = cleaned["way"] == CheckWay.LOCATION
        code = cleaned.get("code", "")
        if not by_place and not (code.isdigit() and len(code) == 4):
            self.add_error("code", _now("服务码是 4 位数字"))
        if by_place and (cleaned.get("latitude") is None or cleaned.get("longitude") is None):
            self.add_error(None, _now("手机没有给出位置，请改用服务码"))
        return cleaned


class Remark(forms.Form):
    change = forms.ChoiceField(
        label=_("您想"),
        choices=[(PersonChange.THANK, _("谢谢他")), (PersonChange.REPORT, _("反映情况｜只有社区看得到"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一样")},
    )
    words = forms.CharField(
        label=_("写一句"), max_length=300, error_messages={"required": _("请写一句话")}, widget=forms.Textarea(attrs={"rows": "3"})
    )
