"""Households whose members use points together."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chunshui.redemption.states import HouseholdPlace


class Household(models.Model):
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()


class HouseholdMember(models.Model):
    """A person's place in a household; it ends, it is never deleted."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="places")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="household_places")
    state = models.CharField(max_length=10, choices=HouseholdPlace.choices)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    was_member = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=HouseholdPlace.values), name="household_place_state"),
            models.UniqueConstraint(fields=["person"], condition=Q(state="member"), name="household_one"),
            models.UniqueConstraint(fields=["household", "person"], condition=Q(state__in=["invited", "member"]), name="household_place_once"),
        ]
