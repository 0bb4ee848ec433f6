"""Points as their owner sees them: what each record of hours earned, the lots that are left of it, and who used which."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chunshui.redemption.states import AwardState

if TYPE_CHECKING:
    from chunshui.people.models import Person


class Wallet(models.Model):
    """One row for each person with points: whoever moves them holds it, so that lots and ledger never disagree."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="wallet")
    opened_at = models.DateTimeField()


class Award(models.Model):
    """What one record of hours earned, by which rules. `account_id` is whose account in the ledger was credited."""

    record_id = models.BigIntegerField(unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="awards")
    account_id = models.BigIntegerField()
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    team_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=80)
    category = models.CharField(max_length=4)
    served_on = models.DateField()
    minutes = models.PositiveIntegerField()
    per_hour = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField()
    points = models.PositiveIntegerField()
    uncapped = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=AwardState.choices)
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AwardState.values), name="award_state"),
            models.CheckConstraint(condition=Q(points__lte=F("uncapped")), name="award_not_more_than_earned"),
        ]
        indexes = [models.Index(fields=["person", "served_on"], name="award_person_day")]


class LotRows(models.QuerySet["Lot"]):
    def of(self, person: Person) -> LotRows:
        """What is left to the person, in the order in which it is used: what expires first goes first."""
        return self.filter(person=person, left__gt=0).order_by("expires_on", "id")

    def ending(self, day: date) -> LotRows:
        """Lots with points whose last day has come by `day`."""
        return self.filter(left__gt=0, expires_on__lte=day)


class Lot(models.Model):
    """Points of one award that expire together; `left` of all lots of a person is the balance of the person's account."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="lot")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="lots", db_index=False)
    points = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    earned_on = models.DateField()
    expires_on = models.DateField()
    reminded_at = models.DateTimeField(null=True)

    objects = LotRows.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(left__lte=F("points")), name="lot_not_more_than_points")]
        indexes = [
            models.Index(fields=["person", "expires_on", "id"], name="lot_person"),
            models.Index(fields=["expires_on", "person"], condition=Q(left__gt=0), name="lot_expiry"),
        ]


class LotUse(models.Model):
    """Points of a lot in a voucher; `account_id` is from whose account they were taken."""

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="uses")
    voucher = models.ForeignKey("redemption.Voucher", on_delete=models.PROTECT, related_name="uses", db_index=False)
    account_id = models.BigIntegerField()
    points = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["voucher", "lot"], name="lot_use_once")]
