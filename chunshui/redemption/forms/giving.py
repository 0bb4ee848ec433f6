"""Forms of the community fund; the rules are the command's. People type yuan; the commands take fen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.redemption.forms.offers import PhotoField
from chunshui.redemption.states import EntryKind, RecycleTo

MONTH = forms.DateInput(format="%Y-%m", attrs={"type": "month"})


class Money(forms.Form):
    """An amount, its month, what it is, and its receipts."""

    yuan = forms.DecimalField(label=_("多少元"), min_value=Decimal("0.01"), max_value=500_000, decimal_places=2)
    month = forms.DateField(label=_("哪个月的"), input_formats=["%Y-%m"], widget=MONTH)
    words = forms.CharField(label=_("说明"), max_length=200)
    receipts = PhotoField(label=_("凭证照片"), required=False, help_text=_("收据、转账记录或者发票，最多 6 张，会公开"))

    def entry(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {"fen": int(given.pop("yuan") * 100), **given}


class GiveBack(Money):
    pass


class DeclareEntry(Money):
    kind = forms.ChoiceField(
        label=_("收入还是支出"), choices=[(each.value, each.label) for each in (EntryKind.SPENDING, EntryKind.DONATION)], widget=forms.RadioSelect
    )
    party = forms.CharField(label=_("付给谁，或者谁给的"), max_length=60)


class DecideEntry(forms.Form):
    opinion = forms.CharField(label=_("意见"), max_length=200, required=False)


class PledgeShare(forms.Form):
    percent = forms.DecimalField(label=_("拿出利润的百分之几"), min_value=0, max_value=100, decimal_places=1, help_text=_("0 就是不再承诺"))
    words = forms.CharField(label=_("想说的话"), max_length=200, required=False)

    def pledge(self) -> dict[str, Any]:
        return {"permille": int(self.cleaned_data["percent"] * 10), "words": self.cleaned_data["words"]}


class Recycle(forms.Form):
    points = forms.IntegerField(label=_("收回几分"), min_value=1, max_value=1_000_000)
    to = forms.ChoiceField(label=_("收回到哪里"), choices=RecycleTo.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("居民怎么商定的"), max_length=200)


class FindEntries(forms.Form):
    """Filters of the list; what cannot be read is left out."""

    kind = forms.ChoiceField(label=_("收支"), choices=[("", _("都要")), *EntryKind.choices], required=False)
    month = forms.DateField(label=_("哪个月的"), input_formats=["%Y-%m"], required=False, widget=MONTH)

    def filters(self) -> dict[str, Any]:
        self.is_valid()
        given = {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}
        month = given.get("month")
        return {**given, "month": month.isoformat()} if isinstance(month, date) else given
