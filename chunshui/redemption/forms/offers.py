"""Forms of offers; the rules are the command's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.redemption.states import MOST_STOCK, MerchantKind

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class Photos(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotoField(forms.FileField):
    """Several files at once; whether they are photos is for the command to see."""

    widget = Photos(attrs={"accept": "image/*"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(PhotoField, self).clean(each, initial) for each in given if each]


class OfferDetails(forms.Form):
    """What is offered, for how many points, to whom, and until when."""

    title = forms.CharField(label=_("商品"), max_length=40, help_text=_("例如：小面一碗、剪发一次"))
    points = forms.IntegerField(label=_("要几分"), min_value=1, max_value=100_000, help_text=_("服务 1 小时得 10 分"))
    discount = forms.CharField(label=_("给什么优惠"), max_length=60, required=False, help_text=_("例如：平时 9 元，邻居不要钱"))
    worth = forms.DecimalField(label=_("平时卖多少元"), min_value=0, max_value=100_000, decimal_places=2, required=False)
    stock = forms.IntegerField(label=_("备多少份"), min_value=0, max_value=MOST_STOCK)
    per_person = forms.IntegerField(label=_("每人限几份"), min_value=0, max_value=1000, required=False, help_text=_("0 是不限"))
    details = forms.CharField(label=_("要说明的"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    starts_on = forms.DateField(label=_("从哪天起"), widget=DAY)
    ends_on = forms.DateField(label=_("到哪天止"), required=False, widget=DAY)
    area_ids = forms.TypedMultipleChoiceField(
        label=_("只给这些地方的邻居"), coerce=int, required=False, help_text=_("不选就是全区"), widget=forms.CheckboxSelectMultiple
    )
    photo = PhotoField(label=_("照片"), required=False, help_text=_("最多 4 张"))

    def __init__(self, *args: Any, area: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["area_ids"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(each.pk, str(each)) for each in [*areas.ancestors(area), area][1:]]

    def clean_per_person(self) -> int:
        return self.cleaned_data["per_person"] or 0

    def offer(self) -> dict[str, Any]:
        """Keyword arguments of the command; the yuan that people type become fen."""
        given = dict(self.cleaned_data)
        return {"worth_fen": int((given.pop("worth") or Decimal(0)) * 100), "photos": given.pop("photo"), **given}


class FindOffers(forms.Form):
    """Filters of the list; what cannot be read is left out."""

    kind = forms.ChoiceField(label=_("经营类别"), choices=[("", _("都要")), *MerchantKind.choices], required=False)
    most_points = forms.IntegerField(label=_("最多几分"), min_value=1, max_value=100_000, required=False)

    def filters(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}
