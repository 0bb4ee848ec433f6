"""Forms of proofs; they never save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.hours.states import MOST_PURPOSE, NameShown, ProofLanguage
from chunshui.kernel import clock

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class AskProof(forms.Form):
    area_id = forms.TypedChoiceField(
        label=_("由谁出具"), coerce=int, widget=forms.RadioSelect, help_text=_("谁记录，谁证明：选记录您服务的社区、街道或区")
    )
    since = forms.DateField(label=_("从哪天"), widget=DAY)
    until = forms.DateField(label=_("到哪天"), widget=DAY)
    purpose = forms.CharField(label=_("用途"), max_length=MOST_PURPOSE, help_text=_("例如：升学、评优、入职"))
    language = forms.ChoiceField(label=_("语言"), choices=ProofLanguage.choices, initial=ProofLanguage.CHINESE, widget=forms.RadioSelect)

    def __init__(self, *args: Any, units: Sequence[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["area_id"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(area.pk, str(area)) for area in units]


class ChooseRecords(forms.Form):
    """Which services of the period; none ticked means all."""

    record_ids = forms.TypedMultipleChoiceField(label=_("只写这些服务"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, records: Sequence[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["record_ids"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(record.pk, f"{clock.today(record.started_at)} {record.title}") for record in records]


class IssueProof(forms.Form):
    person_in_charge = forms.CharField(label=_("单位负责人"), max_length=20, help_text=_("写在证明上；经办人是您"))


class ProofReason(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200)


class ShowProof(forms.Form):
    name_shown = forms.ChoiceField(label=_("姓名"), choices=NameShown.choices, widget=forms.RadioSelect)
    shows_hours = forms.BooleanField(label=_("显示时长和次数"), required=False)
    shows_items = forms.BooleanField(label=_("显示服务明细"), required=False)


class CheckProof(forms.Form):
    number = forms.CharField(label=_("证明编号"), max_length=20, help_text=_("ZM 开头，14 位"))
    code = forms.CharField(label=_("核对码"), max_length=12, help_text=_("8 位，印在二维码旁边"))

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).strip().upper().replace(" ", "")

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().upper().replace(" ", "")
