"""What merchants offer for points."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chunshui.redemption.models.merchants import Merchant
from chunshui.redemption.states import MerchantState, OfferState


class OfferRows(models.QuerySet["Offer"]):
    def on(self, day: date) -> OfferRows:
        """What can be had on a day: published, within its time, of a merchant that is open."""
        ends = Q(ends_on=None) | Q(ends_on__gte=day)
        return self.filter(ends, state=OfferState.PUBLISHED, starts_on__lte=day, merchant__state=MerchantState.ACTIVE)


class Offer(models.Model):
    """`discount` is what the merchant gives, in its own words; `stock` is what is left; `areas` limits who may take it (none: everybody)."""

    merchant = models.ForeignKey(Merchant, on_delete=models.PROTECT, related_name="offers", db_index=False)
    title = models.CharField(max_length=40)
    details = models.CharField(max_length=300, blank=True)
    discount = models.CharField(max_length=60, blank=True)
    worth_fen = models.PositiveIntegerField(default=0)
    points = models.PositiveIntegerField()
    stock = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0)
    per_person = models.PositiveSmallIntegerField(default=0)
    areas = models.ManyToManyField("areas.Area", related_name="+", blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    objects = OfferRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OfferState.values), name="shop_offer_state"),
            models.CheckConstraint(condition=Q(points__gt=0), name="shop_offer_points"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="shop_offer_days"),
        ]
        indexes = [
            models.Index(fields=["merchant", "state", "-id"], name="shop_offer_merchant"),
            models.Index(fields=["state", "points", "-id"], name="shop_offer_points_order"),
        ]

    def __str__(self) -> str:
        return self.title


class OfferPhoto(models.Model):
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="photos")
    image = models.ImageField(upload_to="offers/")
    at = models.DateTimeField()
