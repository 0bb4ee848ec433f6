"""Request data of teams to clean keyword arguments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.areas import queries as areas
from chunshui.teams.states import MOST_OPINION, HostKind, JoinWay, ServiceCategory, TeamKind

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class TeamDetails(forms.Form):
    """What a team tells about itself; rules are the command's."""

    kind = forms.ChoiceField(label=_("队伍类型"), choices=TeamKind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("队伍名称"), max_length=60, help_text=_("例如：黎明社区理发志愿服务队"))
    service_categories = forms.MultipleChoiceField(
        label=_("服务类别"), choices=ServiceCategory.choices, widget=forms.CheckboxSelectMultiple, help_text=_("最多选 4 个")
    )
    host_kind = forms.ChoiceField(label=_("所属单位类型"), choices=HostKind.choices, initial=HostKind.RESIDENTS)
    host_name = forms.CharField(label=_("同意成立的单位"), max_length=80, required=False, help_text=_("志愿服务团体要填，例如居委会"))
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=30, required=False, strip=True, help_text=_("志愿服务组织和其他法人组织要填，18 位")
    )
    introduction = forms.CharField(label=_("做些什么"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    address = forms.CharField(label=_("地址"), max_length=120, required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=20, required=False)
    is_phone_public = forms.BooleanField(label=_("在队伍页上公开这个电话"), required=False)
    founded_on = forms.DateField(label=_("成立日期"), required=False, widget=DAY)
    planned_members = forms.IntegerField(label=_("计划人数"), min_value=0, max_value=100000, required=False)
    join_way = forms.ChoiceField(label=_("怎样加入"), choices=JoinWay.choices, initial=JoinWay.REVIEWED, widget=forms.RadioSelect)
    pass_code = forms.CharField(label=_("入队口令"), max_length=20, required=False, help_text=_("选“凭口令加入”时要填；我们不保存原文"))

    def clean_planned_members(self) -> int:
        return self.cleaned_data["planned_members"] or 0


class FileTeam(TeamDetails):
    """A new team: where it belongs, and the pledge."""

    area_id = forms.TypedChoiceField(label=_("所在社区"), coerce=int)
    pledge = forms.BooleanField(label=_("我承诺填报的内容真实、准确，如有变化及时更改。"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["area_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("请选择")), *((area.pk, str(area)) for area in areas.communities())]


class ReviewTeam(forms.Form):
    opinion = forms.CharField(label=_("审核意见"), max_length=MOST_OPINION, required=False, help_text=_("最多 25 个字；不通过时要填"))
    approve = forms.TypedChoiceField(choices=[("1", "1"), ("0", "0")], coerce=lambda value: value == "1")


class JoinTeam(forms.Form):
    note = forms.CharField(label=_("想说的话"), max_length=200, required=False)
    pass_code = forms.CharField(label=_("入队口令"), max_length=20, required=False)


class Reason(forms.Form):
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)


class FindTeams(forms.Form):
    """Filters of the list; what cannot be read is left out."""

    kind = forms.ChoiceField(label=_("队伍类型"), choices=[("", _("都要")), *TeamKind.choices], required=False)
    category = forms.ChoiceField(label=_("服务类别"), choices=[("", _("都要")), *ServiceCategory.choices], required=False)
    is_standing = forms.BooleanField(label=_("只看常备队伍"), required=False)

    def filters(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data[name] for name in self.fields if self.cleaned_data.get(name)}
