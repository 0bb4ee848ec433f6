"""The community fund: pledges, entries with receipts, and what became of points that merchants collected."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chunshui.redemption.models.merchants import Merchant
from chunshui.redemption.states import PUBLIC_STATES, EntryKind, EntryState, RecycleTo, yuan

PERSON = settings.AUTH_USER_MODEL


class Pledge(models.Model):
    """A share of profit (in thousandths) that a merchant says it will give back, from a month on until it says otherwise."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="pledges", db_index=False)
    permille = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant"], condition=Q(ended_at=None), name="pledge_once")]
        indexes = [models.Index(fields=["merchant", "-id"], name="pledge_merchant")]


class FundRows(models.QuerySet["FundEntry"]):
    def public(self) -> FundRows:
        return self.filter(state__in=PUBLIC_STATES)

    def declared(self) -> FundRows:
        return self.filter(state=EntryState.DECLARED)


class FundEntry(models.Model):
    """Money that came into a community's fund or went out of it. `key` names its transfers in the ledger."""

    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    state = models.CharField(max_length=10, choices=EntryState.choices, default=EntryState.DECLARED)
    merchant = models.ForeignKey(Merchant, null=True, on_delete=models.PROTECT, related_name="fund_entries", db_index=False)
    fen = models.PositiveIntegerField()
    month = models.DateField()
    party = models.CharField(max_length=60)
    words = models.CharField(max_length=200)
    entered_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    opinion = models.CharField(max_length=200, blank=True)
    reversed_at = models.DateTimeField(null=True)

    objects = FundRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="fund_entry_state"),
            models.CheckConstraint(condition=Q(fen__gt=0), name="fund_entry_fen"),
            models.CheckConstraint(condition=Q(merchant=None) | Q(kind=EntryKind.GIVE_BACK), name="fund_entry_merchant"),
        ]
        indexes = [
            models.Index(fields=["area", "state", "-id"], name="fund_entry_area"),
            models.Index(fields=["merchant", "-id"], name="fund_entry_merchant_list"),
        ]

    @property
    def amount(self) -> str:
        """In yuan, to the last fen."""
        return yuan(self.fen)

    @property
    def key(self) -> str:
        return f"fund:{self.pk}"


class Receipt(models.Model):
    entry = models.ForeignKey(FundEntry, on_delete=models.CASCADE, related_name="receipts")
    image = models.ImageField(upload_to="receipts/")
    at = models.DateTimeField()


class Recycling(models.Model):
    """Points that a merchant collected, and where the community decided that they go."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="recyclings", db_index=False)
    points = models.PositiveIntegerField()
    to = models.CharField(max_length=10, choices=RecycleTo.choices)
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(points__gt=0), name="recycling_points")]
        indexes = [models.Index(fields=["merchant", "-id"], name="recycling_merchant")]
