"""Forms of merchants; the rules are the command's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.redemption.states import MOST_OPINION, Badge, MerchantKind, MerchantState


class ShopDetails(forms.Form):
    """What a shop tells about itself."""

    name = forms.CharField(label=_("店名"), max_length=60, help_text=_("和招牌一样"))
    kind = forms.ChoiceField(label=_("经营类别"), choices=MerchantKind.choices)
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=30, help_text=_("营业执照上的 18 位"))
    address = forms.CharField(label=_("地址"), max_length=120)
    phone = forms.CharField(label=_("店里的电话"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel"}), help_text=_("会公开"))
    manager = forms.CharField(label=_("负责人"), max_length=30)
    opening = forms.CharField(label=_("营业时间"), max_length=60, required=False, help_text=_("例如：每天 8:00–20:00"))
    introduction = forms.CharField(label=_("介绍"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class ApplyShop(ShopDetails):
    area_id = forms.TypedChoiceField(label=_("所在社区"), coerce=int)
    pledge = forms.BooleanField(label=_("我承诺填报的内容真实、准确，如有变化及时更改。"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["area_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择")), *((area.pk, str(area)) for area in areas.communities())]


class ReviewShop(forms.Form):
    opinion = forms.CharField(label=_("审核意见"), max_length=MOST_OPINION, required=False, help_text=_("不通过时要填"))
    approve = forms.TypedChoiceField(choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1")


class AcceptAgreement(forms.Form):
    version = forms.IntegerField(min_value=0, max_value=10_000, widget=forms.HiddenInput)
    agree = forms.BooleanField(label=_("我读过了，同意这份协议。"), required=False)


class InviteClerk(forms.Form):
    counter = forms.CharField(label=_("哪个柜台"), max_length=30, help_text=_("例如：二号柜台"))


class Reason(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)


class FindShops(forms.Form):
    """Filters of the list; what cannot be read is left out."""

    kind = forms.ChoiceField(label=_("经营类别"), choices=[("", _("都要")), *MerchantKind.choices], required=False)
    badge = forms.ChoiceField(label=_("爱心等级"), choices=[("", _("都要")), *Badge.choices[1:]], required=False)
    state = forms.ChoiceField(label=_("状态"), choices=[("", _("都要")), *MerchantState.choices], required=False)

    def filters(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}
