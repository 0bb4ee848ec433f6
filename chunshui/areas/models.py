from __future__ import annotations

from django.db import models
from django.utils import translation

from chunshui.areas.states import AreaKind, PlaceKind


class AreaRows(models.QuerySet["Area"]):
    def below(self, area: Area) -> AreaRows:
        """The area itself and everything under it."""
        return self.filter(path__startswith=area.path)

    def communities(self) -> AreaRows:
        return self.filter(kind=AreaKind.COMMUNITY)


class Area(models.Model):
    """`path` lists the ids from the district down to this area, as /1/5/37/. `code` follows GB/T 2260 and 10114 where one exists.

    `drawing` names the static file of a map drawn by hand, for an area that has one.
    """

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    kind = models.CharField(max_length=10, choices=AreaKind.choices)
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    path = models.CharField(max_length=120, unique=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    phone = models.CharField(max_length=20, blank=True)
    drawing = models.CharField(max_length=80, blank=True)

    objects = AreaRows.as_manager()

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name_en if translation.get_language() == "en" else self.name

    @property
    def lineage(self) -> list[int]:
        """Ids from the district down to this area."""
        return [int(part) for part in self.path.strip("/").split("/")]


class Place(models.Model):
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="places")
    kind = models.CharField(max_length=10, choices=PlaceKind.choices)
    name = models.CharField(max_length=80)
    address = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["area", "kind", "name"], name="place_area")]

    def __str__(self) -> str:
        return self.name


class RuleValue(models.Model):
    """The value of a rule from a day on, in an area and below it; the newest value of the nearest area counts."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="rule_values")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    effective_on = models.DateField()
    reason = models.CharField(max_length=200)
    set_by_id = models.BigIntegerField()
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "key", "effective_on"], name="rule_value_once")]


class DayOverride(models.Model):
    """A day that the district works, or rests, against the national calendar."""

    day = models.DateField(unique=True)
    is_working = models.BooleanField()
    reason = models.CharField(max_length=100)
