"""Signing in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from chunshui.people.forms.fields import code_field, phone_field


class RequestCode(forms.Form):
    phone = phone_field(_("手机号"), help_text=_("我们发一条短信，里面有 6 位验证码。"))


class SignInByCode(forms.Form):
    code = code_field(_("短信里的 6 位验证码"))
    name = forms.CharField(label=_("怎么称呼您"), max_length=60, required=False, help_text=_("第一次来请填姓名。"))


class SignInByPassword(forms.Form):
    phone = phone_field(_("手机号"))
    password = forms.CharField(label=_("密码"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))


class Verify(forms.Form):
    code = code_field(_("手机应用上的 6 位数字"))


class SetPassword(forms.Form):
    password = forms.CharField(
        label=_("新密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 10 个字，不能全是数字。用一句好记的话最好。"),
    )
