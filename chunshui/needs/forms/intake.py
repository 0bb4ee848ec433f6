"""The order as a worker writes it down on the telephone or at the counter: everything on one page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.kernel import clock
from chunshui.needs.states import Channel, Danger, Repeat, Wish
from chunshui.people.states import FocusGroup, Language, Sex

if TYPE_CHECKING:
    from chunshui.people.models import Person

FURTHEST_DAYS = 60


class TakeOrder(forms.Form):
    channel = forms.ChoiceField(
        label=_("怎么来的"), choices=[(Channel.PHONE.value, Channel.PHONE.label), (Channel.DESK.value, Channel.DESK.label)], widget=forms.RadioSelect
    )
    consent_note = forms.CharField(
        label=_("本人怎么同意的"), max_length=200, help_text=_("例如：电话里本人说同意登记"), error_messages={"required": _("请写明本人怎么同意的")}
    )
    service = forms.ChoiceField(label=_("要什么帮助"), widget=forms.RadioSelect, error_messages={"required": _("请选要什么帮助")})
    details = forms.CharField(label=_("居民的原话"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": "3"}))
    is_any_time = forms.BooleanField(label=_("时间都行"), required=False)
    day = forms.DateField(label=_("哪一天"), required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    start = forms.TimeField(label=_("几点开始"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    end = forms.TimeField(label=_("几点结束"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    repeat = forms.ChoiceField(label=_("一次还是每周"), choices=Repeat.choices, widget=forms.RadioSelect)
    address = forms.CharField(label=_("到哪里"), max_length=120, error_messages={"required": _("请写清楚到哪里")})
    focus_groups = forms.MultipleChoiceField(label=_("服务对象"), choices=FocusGroup.choices, required=False, widget=forms.CheckboxSelectMultiple)
    people_needed = forms.IntegerField(label=_("要几个人"), min_value=1, max_value=20, required=False, help_text=_("不填就按菜单上的人数"))
    gender = forms.ChoiceField(label=_("希望志愿者是"), choices=[("0", _("都可以")), *((str(v), n) for v, n in Sex.choices if v)], required=False)
    language = forms.ChoiceField(label=_("希望会说"), choices=[("0", _("都可以")), *((str(v), n) for v, n in Language.choices)], required=False)
    same_volunteer = forms.ChoiceField(label=_("还请上次那位"), required=False)
    dangers = forms.MultipleChoiceField(label=_("要提醒志愿者的"), choices=Danger.choices, required=False, widget=forms.CheckboxSelectMultiple)
    danger_note = forms.CharField(label=_("风险说明"), max_length=200, required=False)
    urgent = forms.BooleanField(label=_("急单"), required=False)

    def __init__(
        self,
        *args: Any,
        services: Sequence[tuple[str, str]],
        known: Sequence[tuple[str, str]],
        doors: Sequence[str],
        resident: Person,
        address: str,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        initial = {"channel": Channel.PHONE, "repeat": Repeat.ONCE, "address": address, "focus_groups": resident.focus_groups, "gender": "0"}
        super().__init__(*args, **{**kwargs, "initial": initial, "label_suffix": ""})
        self.resident, self.now, self.doors = resident, now, doors
        self.fields["service"].choices = services  # type: ignore[attr-defined]
        self.fields["same_volunteer"].choices = [("", _("不指定")), *known]  # type: ignore[attr-defined]
        today = clock.today(now)
        bounds = {"min": today.isoformat(), "max": (today + timedelta(days=FURTHEST_DAYS)).isoformat()}
        self.fields["day"].widget.attrs.update(bounds)
        self.fields["address"].widget.attrs["list"] = "doors"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_any_time"):
            return cleaned
        for name, words in (("day", _("请选哪一天，或选“时间都行”")), ("start", _("请写几点开始")), ("end", _("请写几点结束"))):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, words)
        return cleaned

    def order(self) -> dict[str, Any]:
        """The keyword arguments of the command."""
        given = self.cleaned_data
        start, end = (None, None) if given["is_any_time"] else (self._moment(given["start"]), self._moment(given["end"]))
        return {
            "channel": given["channel"],
            "consent_note": given["consent_note"],
            "service_code": given["service"],
            "details": given["details"],
            "wish": Wish.WINDOW if start else Wish.ANY_TIME,
            "wish_from": start,
            "wish_until": end,
            "repeat": given["repeat"],
            "area_id": self.resident.area_id,
            "address": given["address"],
            "focus_groups": tuple(given["focus_groups"]),
            "people_needed": given["people_needed"],
            "gender": int(given["gender"] or 0),
            "language": int(given["language"] or 0),
            "same_volunteer_id": int(given["same_volunteer"]) if given["same_volunteer"] else None,
            "dangers": tuple(given["dangers"]),
            "danger_note": given["danger_note"],
            "urgent": given["urgent"],
            **self._spot(given["address"]),
        }

    def _moment(self, at: Any) -> datetime:
        return clock.at(self.cleaned_data["day"], at.hour, at.minute)

    def _spot(self, address: str) -> dict[str, float]:
        """At home the spot on the map is known."""
        at_home = address == self.initial["address"] and self.resident.latitude is not None and self.resident.longitude is not None
        return {"latitude": self.resident.latitude, "longitude": self.resident.longitude} if at_home else {}  # type: ignore[dict-item]
