"""Vouchers: an offer taken, its points on hold, a code shown once at the counter; and disputes about them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from chunshui.redemption.states import DisputeState, VoucherState


class Voucher(models.Model):
    """The code itself is never kept: it is derived from `uid` and `issue` under the key outside the database; `code_hash` finds it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issue = models.PositiveSmallIntegerField(default=0)
    code_hash = models.CharField(max_length=32, unique=True)
    offer = models.ForeignKey("redemption.Offer", on_delete=models.PROTECT, related_name="vouchers", db_index=False)
    merchant = models.ForeignKey("redemption.Merchant", on_delete=models.PROTECT, related_name="vouchers", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="vouchers", db_index=False)
    title = models.CharField(max_length=80)
    points = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VoucherState.choices, default=VoucherState.HELD)
    taken_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    is_new_customer = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VoucherState.values), name="voucher_state"),
            models.CheckConstraint(condition=Q(points__gt=0), name="voucher_points"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="voucher_person"),
            models.Index(fields=["merchant", "-settled_at", "-id"], name="voucher_merchant"),
            models.Index(fields=["merchant", "person", "settled_at"], name="voucher_customer"),
            models.Index(fields=["offer", "person"], name="voucher_offer"),
            models.Index(fields=["expires_at"], condition=Q(state="held"), name="voucher_expiry"),
        ]


class Dispute(models.Model):
    """The volunteer says what went wrong at the counter; somebody of the community decides."""

    voucher = models.OneToOneField(Voucher, on_delete=models.PROTECT, related_name="dispute")
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=DisputeState.choices, default=DisputeState.OPEN)
    opened_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=DisputeState.values), name="dispute_state")]
        indexes = [models.Index(fields=["area", "state", "-id"], name="dispute_area")]
