"""What people change about themselves."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.people.forms.fields import code_field, community_field, date_field, one, phone_field
from chunshui.people.states import CredentialKind, RelationKind, Scope


class ChangeMe(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=60, help_text=_("志愿者改了姓名，要由社区再核对一次。"))
    area_id = community_field(required=False)
    address = forms.CharField(label=_("住址"), max_length=200, required=False, help_text=_("加密保存。谁看过，您都能看到。"))
    ui_mode = forms.ChoiceField(
        label=_("字的大小"), choices=[("std", _("标准")), ("elder", _("长辈版")), ("xl", _("最大字"))], widget=forms.RadioSelect
    )
    language = forms.ChoiceField(label=_("语言"), choices=[("zh-hans", "中文"), ("en", "English")], widget=forms.RadioSelect)


class Pause(forms.Form):
    until = date_field(_("暂停到哪一天"), required=False, help_text=_("不填就一直暂停，随时可以恢复。"))


class AddCredential(forms.Form):
    kind = one(_("哪种证书"), CredentialKind.choices)
    number = forms.CharField(label=_("证书编号"), max_length=40, required=False)
    valid_from = date_field(_("从哪天起有效"))
    valid_until = date_field(_("到哪天为止"), required=False, help_text=_("长期有效就不填。"))


class NameHelper(forms.Form):
    phone = phone_field(_("家人或邻居的手机号"), help_text=_("他要先用这个号码在这里登录过一次。"))
    kind = forms.ChoiceField(label=_("他是您的"), choices=RelationKind.choices, widget=forms.RadioSelect)


class NewPhone(forms.Form):
    phone = phone_field(_("新的手机号"), help_text=_("我们往新号码发一条短信，里面有 6 位验证码。"))


class ProvePhone(forms.Form):
    code = code_field(_("新手机收到的 6 位验证码"))


class MakeToken(forms.Form):
    name = forms.CharField(label=_("用在哪里"), max_length=60, help_text=_("例如：家里的电脑。"))
    scopes = forms.MultipleChoiceField(label=_("能做什么"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple)
    days = one(_("有效多久"), [(30, _("30 天")), (90, _("90 天")), (366, _("一年"))], initial=90)


class Erase(forms.Form):
    sure = forms.BooleanField(label=_("我明白注销以后找不回来"))
