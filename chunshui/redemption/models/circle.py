"""The circle of a community, month by month, as running totals: no page adds up raw rows."""

from __future__ import annotations

from django.db import models


class CircleMonth(models.Model):
    """What came round in a community in one month. Taken-back and refunded points are counted beside, never subtracted unseen."""

    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    services = models.IntegerField(default=0)
    minutes = models.IntegerField(default=0)
    issued = models.IntegerField(default=0)
    taken_back = models.IntegerField(default=0)
    expired = models.IntegerField(default=0)
    redeemed = models.IntegerField(default=0)
    refunded = models.IntegerField(default=0)
    vouchers = models.IntegerField(default=0)
    customers = models.IntegerField(default=0)
    given_back_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "month"], name="circle_month_once")]
