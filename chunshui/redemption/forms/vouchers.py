"""Forms around points and vouchers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.ledger.states import Kind
from chunshui.redemption.states import DisputeState, VoucherState

OF_POINTS = (Kind.EARN, Kind.HOLD, Kind.RELEASE, Kind.REVERSAL, Kind.EXPIRE, Kind.ADVANCE, Kind.REPAY, Kind.MERGE)
SHORT = forms.Textarea(attrs={"rows": 3})


class Find(forms.Form):
    """Filters of a list; what cannot be read is left out."""

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}


class FindVouchers(Find):
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("都要")), *VoucherState.choices], required=False)


class FindDisputes(Find):
    state = forms.ChoiceField(label=_("状态"), choices=[("all", _("都要")), *DisputeState.choices], required=False)


class FindLines(Find):
    kind = forms.ChoiceField(label=_("事项"), choices=[("", _("都要")), *[(kind.value, kind.label) for kind in OF_POINTS]], required=False)


class PresentCode(forms.Form):
    code = forms.CharField(
        label=_("兑换码"),
        max_length=20,
        help_text=_("志愿者手机上的 6 位，大小写都行。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class RefundVoucher(forms.Form):
    reason = forms.CharField(label=_("为什么退"), max_length=200, help_text=_("志愿者看得到，例如：点错了、没货了。"))


class OpenDispute(forms.Form):
    words = forms.CharField(label=_("发生了什么"), max_length=500, widget=SHORT, help_text=_("社区里无关的人会看，再决定退不退分。"))


class DecideDispute(forms.Form):
    is_upheld = forms.TypedChoiceField(
        label=_("怎么定"),
        choices=[("1", _("退分给志愿者")), ("0", _("不退"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    result = forms.CharField(label=_("理由"), max_length=200, widget=SHORT, help_text=_("双方都看得到。"))


class InviteToHousehold(forms.Form):
    number = forms.CharField(label=_("家人的志愿者编号"), max_length=16, help_text=_("在对方“我的志愿者资料”里；只能是同一个社区的人。"))
