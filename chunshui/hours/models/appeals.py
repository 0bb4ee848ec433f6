from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chunshui.hours.models.cases import Case
from chunshui.hours.models.records import Record
from chunshui.hours.states import AppealKind, AppealState


class Appeal(models.Model):
    """What a volunteer says about a record that is wrong or missing: the times that are right. The record stays to be seen."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=AppealKind.choices)
    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="appeals")
    title = models.CharField(max_length=80)
    category = models.CharField(max_length=4)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    words = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=AppealState.choices, default=AppealState.OPEN)
    at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AppealState.values), name="appeal_state"),
            models.CheckConstraint(condition=Q(ended_at__gt=F("started_at")), name="appeal_order"),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("person")), name="appeal_not_own"),
            models.UniqueConstraint(fields=["record"], condition=Q(state=AppealState.OPEN), name="appeal_open_once"),
        ]
        indexes = [models.Index(fields=["state", "area", "-id"], name="appeal_queue")]


class Sanction(models.Model):
    """A bar from manual entry; check-ins count as ever. It may be repaired by service, once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="sanction")
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    repaired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="sanction_order"),
            models.UniqueConstraint(fields=["person"], condition=Q(repaired_at__isnull=False), name="sanction_repaired_once"),
        ]
