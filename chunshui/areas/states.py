"""Kinds of areas and places."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AreaKind(models.TextChoices):
    DISTRICT = "district", _("区")
    STREET = "street", _("街道")
    TOWN = "town", _("镇")
    COMMUNITY = "community", _("社区")
    GRID = "grid", _("网格")


class PlaceKind(models.TextChoices):
    BASE = "base", _("孵化基地")
    CENTRE = "centre", _("指导中心")
    STATION = "station", _("服务站")
    POINT = "point", _("服务点")
    DOOR = "door", _("门牌")
