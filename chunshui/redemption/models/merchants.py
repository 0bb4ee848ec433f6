"""Merchants, who acts for them, what they accepted, and their running totals."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chunshui.redemption.states import HOLDS_CODE, Badge, MerchantKind, MerchantState


class MerchantRows(models.QuerySet["Merchant"]):
    def active(self) -> MerchantRows:
        return self.filter(state=MerchantState.ACTIVE)

    def waiting(self) -> MerchantRows:
        return self.filter(state=MerchantState.PENDING)


class Merchant(models.Model):
    """`exposure` is the order in public lists, reckoned every night; `badge` likewise (states.merchants says how)."""

    number = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=MerchantKind.choices)
    credit_code = models.CharField(max_length=18)
    state = models.CharField(max_length=10, choices=MerchantState.choices, default=MerchantState.PENDING)
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    street = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    community = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    address = models.CharField(max_length=120)
    latitude = models.FloatField()
    longitude = models.FloatField()
    phone = models.CharField(max_length=20)
    opening = models.CharField(max_length=60, blank=True)
    introduction = models.CharField(max_length=500, blank=True)
    manager = models.CharField(max_length=30)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_opinion = models.CharField(max_length=100, blank=True)
    opened_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    exposure = models.IntegerField(default=0)
    badge = models.CharField(max_length=6, choices=Badge.choices, default=Badge.NONE)

    objects = MerchantRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MerchantState.values), name="merchant_state"),
            models.UniqueConstraint(fields=["credit_code"], condition=Q(state__in=sorted(HOLDS_CODE)), name="merchant_credit_code_once"),
        ]
        indexes = [
            models.Index(fields=["state", "-exposure", "-id"], name="merchant_all"),
            models.Index(fields=["community", "state", "-exposure", "-id"], name="merchant_community"),
            models.Index(fields=["street", "state", "-exposure", "-id"], name="merchant_street"),
            models.Index(fields=["-id"], name="merchant_waiting", condition=Q(state=MerchantState.PENDING)),
        ]

    def __str__(self) -> str:
        return self.name


class MerchantToken(models.Model):
    """Search tokens of a merchant's name and address."""

    merchant = models.ForeignKey(Merchant, on_delete=models.CASCADE, related_name="tokens", db_index=False)
    token = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "merchant"], name="merchant_token_once")]
        indexes = [models.Index(fields=["merchant"], name="merchant_token_merchant")]


class ClerkRows(models.QuerySet["Clerk"]):
    def current(self) -> ClerkRows:
        return self.filter(ended_at=None)


class Clerk(models.Model):
    """Somebody who acts for a merchant, at a counter with a name; an owner also runs the shop's page, offers and clerks."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="clerks", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="clerkships", db_index=False)
    is_owner = models.BooleanField(default=False)
    counter = models.CharField(max_length=30)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ClerkRows.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "person"], condition=Q(ended_at=None), name="clerk_once")]
        indexes = [
            models.Index(fields=["person", "ended_at"], name="clerk_person"),
            models.Index(fields=["merchant", "ended_at"], name="clerk_merchant"),
        ]


class Acceptance(models.Model):
    """A version of the agreement that a merchant accepted, with the fingerprint of the text that was shown."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="acceptances", db_index=False)
    version = models.PositiveSmallIntegerField()
    fingerprint = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "version"], name="acceptance_once")]


class MerchantMonth(models.Model):
    """Running totals of a merchant in a month: what the ranking, the statement and the circle read instead of counting vouchers."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="months", db_index=False)
    month = models.DateField()
    settled = models.PositiveIntegerField(default=0)
    points = models.PositiveIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    new_customers = models.PositiveIntegerField(default=0)
    given_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "month"], name="merchant_month_once")]
        indexes = [models.Index(fields=["month", "-customers", "-id"], name="merchant_month_rank")]
