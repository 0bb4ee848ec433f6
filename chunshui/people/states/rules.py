"""Ages and limits that a district may set, each with its source."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chunshui.kernel.rules import rule

MIN_AGE = rule("people.min_age", 6, _("岁"), _("几岁起可以注册志愿者"), "东营 2021", least=0, most=18)
COMPANY_UNDER = rule("people.company_under", 10, _("岁"), _("不到几岁要有大人陪同服务"), "东营 2021", least=0, most=18)
SENSITIVE_UNDER = rule("people.sensitive_under", 14, _("岁"), _("不到几岁个人信息由监护人同意"), "PIPL 28, 31", least=14, most=18)
GUARDIAN_UNDER = rule("people.guardian_under", 18, _("岁"), _("不到几岁注册要监护人同意"), "中国注册志愿者管理办法 2013", least=14, most=18)
OWN_INCOME_FROM = rule("people.own_income_from", 16, _("岁"), _("几岁起有自己收入的可以自己注册"), "民法典 18", least=16, most=18)
MOST_TOKENS = rule("people.most_tokens", 10, _("个"), _("每人最多几个接口令牌"), "P", least=1, most=100)
