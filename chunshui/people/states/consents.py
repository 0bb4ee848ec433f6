"""What people agree to, who speaks for whom, and through which channel."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsentKind(models.TextChoices):
    """Each is given separately (PIPL art. 14, 23, 29, 31)."""

    PRIVACY = "privacy", _("个人信息处理规则")
    SENSITIVE = "sensitive", _("敏感个人信息单独同意")
    SHARE = "share", _("向服务对象提供联系方式")
    LOCATION = "location", _("签到时读取位置")
    GUARDIAN = "guardian", _("监护人同意")
    PUBLISH = "publish", _("公开展示姓名和照片")
    PROXY = "proxy", _("请人代办")
    ADDRESS = "address", _("记住点单的地址")


class RelationKind(models.TextChoices):
    GUARDIAN = "guardian", _("监护人")
    FAMILY = "family", _("家人")
    NEIGHBOUR = "neighbour", _("邻居")


class Channel(models.TextChoices):
    SELF = "self", _("本人")
    DESK = "desk", _("工作人员代办")
    PHONE = "phone", _("电话")
    GUARDIAN = "guardian", _("监护人")


class RevealField(models.TextChoices):
    """Sealed values that may be shown once, with a reason."""

    PHONE = "phone", _("电话")
    ID = "id", _("证件号码")
    ADDRESS = "address", _("住址")


class Scope(models.TextChoices):
    """What a personal token of the API may do."""

    READ = "read", _("查看")
    NEEDS = "needs", _("点单、确认和评价")
    DISPATCH = "dispatch", _("审核和派单")
    SERVE = "serve", _("接单、签到和签退")
    PEOPLE = "people", _("登记和管理人员")
    TEAMS = "teams", _("管理队伍")
    SETTINGS = "settings", _("改规则、工作日历和服务菜单")
