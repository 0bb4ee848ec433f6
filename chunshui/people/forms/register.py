"""The four steps of a registration; each step's clean data are arguments of register_volunteer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.kernel.errors import Refused
from chunshui.kernel.http import tell
from chunshui.people.adapters import service_choices
from chunshui.people.forms.fields import Dated, code_field, community_field, date_field, many, one, phone_field
from chunshui.people.queries import ConsentLine
from chunshui.people.states import NECESSARY, OPTIONAL, FreeTime, IdKind, Language, Sex, Skill, read_paper, read_resident_id

DISTANCES = [
    (500, _("走路 10 分钟｜500 米以内")),
    (1000, _("走路 20 分钟｜1 公里以内")),
    (2000, _("坐两站车｜2 公里以内")),
    (5000, _("附近几条街｜5 公里以内")),
    (20000, _("全区都行｜20 公里以内")),
]
WEEKS = [(1, _("1 次")), (2, _("2 次")), (3, _("3 次")), (5, _("5 次")), (7, _("7 次"))]


class Identity(Dated):
    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}), help_text=_("和证件上一样。"))
    id_kind = forms.ChoiceField(label=_("证件种类"), choices=IdKind.choices, initial=IdKind.RESIDENT)
    id_number = forms.CharField(
        label=_("证件号码"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}), help_text=_("加密保存，只用来核对是您本人。")
    )
    sex = one(_("性别"), Sex.choices, required=False, empty_value=0, initial=0, help_text=_("居民身份证不用选，号码里有。"))
    born_on = date_field(_("出生日期"), required=False, help_text=_("居民身份证不用填，号码里有。"))
    photo = forms.FileField(
        label=_("证件照片"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("不是居民身份证的，请拍一张，由社区人工核对，要 1–2 个工作日。"),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "id_kind" in data and "id_number" in data:
            try:
                self._check_number(data)
            except Refused as refusal:
                tell(self, refusal)
        return data

    def _check_number(self, data: dict[str, Any]) -> None:
        if data["id_kind"] != IdKind.RESIDENT:
            data["id_number"] = read_paper(data["id_kind"], data["id_number"])
            if not data.get("born_on") and "born_on" not in self.errors:
                self.add_error("born_on", _("请填出生日期。"))
            return
        identity = read_resident_id(data["id_number"], self.today)
        data["id_number"], data["born_on"], data["sex"] = identity.number, identity.born_on, int(identity.sex)


class Contact(Dated):
    area_id = community_field(help_text=_("您住在哪个社区，就由哪个社区审核和派单。"))
    address = forms.CharField(label=_("住址"), max_length=200, required=False, help_text=_("用来算离您多远。加密保存，派单时不给别人看。"))


class Wishes(Dated):
    skills = many(_("会做什么"), Skill.choices, required=False)
    free_time = many(_("什么时候有空"), FreeTime.choices, help_text=_("选常常有空的时段，以后随时可以改。"))
    languages = many(_("会说什么话"), Language.choices, initial=[1, 2])
    reach_metres = one(_("愿意走多远"), DISTANCES, initial=2000)
    week_limit = one(_("一周最多几次"), WEEKS, initial=2)
    refuses = forms.MultipleChoiceField(
        label=_("不想做的"), choices=service_choices, required=False, widget=forms.CheckboxSelectMultiple, help_text=_("选了的服务不会派给您。")
    )
    introduction = forms.CharField(label=_("介绍一下自己"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if not service_choices():
            del self.fields["refuses"]


class Consents(Dated):
    """Each text has a box of its own; `lines` come from queries.consent_lines."""

    def __init__(self, *arguments: Any, lines: list[ConsentLine], minor: bool, assisted: bool, **more: Any) -> None:
        super().__init__(*arguments, **more)
        texts = {line.kind: line for line in lines}
        for kind in (*NECESSARY, *OPTIONAL):
            line = texts[kind]
            words = _("我同意：%(label)s") % {"label": line.label}
            self.fields[f"consent_{kind}"] = forms.BooleanField(label=words, required=kind in NECESSARY, help_text=line.body)
        if minor:
            self._add_guardian(texts["guardian"].body, assisted)
        if assisted:
            help_text = _("例如：本人在社区窗口签字同意，2026 年 11 月 24 日。")
            self.fields["consent_note"] = forms.CharField(label=_("本人怎么同意的"), max_length=200, help_text=help_text)

    def _add_guardian(self, body: str, assisted: bool) -> None:
        self.fields["own_income"] = forms.BooleanField(label=_("已满 16 岁，靠自己的收入生活"), required=False)
        self.fields["guardian_name"] = forms.CharField(label=_("监护人姓名"), max_length=60, required=False, help_text=body)
        self.fields["guardian_phone"] = phone_field(_("监护人手机号"), required=False)
        if not assisted:
            self.fields["guardian_code"] = code_field(_("监护人收到的验证码"), required=False, help_text=_("先填手机号，点“发验证码给监护人”。"))

    def arguments(self) -> dict[str, Any]:
        """The clean data as register_volunteer takes them."""
        data = self.cleaned_data
        given = [name.removeprefix("consent_") for name in data if name.startswith("consent_") and name != "consent_note" and data[name]]
        guardian = None
        if "guardian_name" in data:
            names = ("name", "phone", "code")
            guardian = {name: data.get(f"guardian_{name}", "") for name in names} | {"own_income": data["own_income"]}
        return {"consents": given, "guardian": guardian, "consent_note": data.get("consent_note", "")}
