from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chunshui.hours.states import EntryWay, HourKind, RecordState


class Record(models.Model):
    """One stretch of service. `minutes` is what counts after the hour rules; `source` is unique, so a record is made once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="records", db_index=False)
    source = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=80)
    category = models.CharField(max_length=4)
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+")
    team_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    stay_minutes = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    entry_way = models.CharField(max_length=1, choices=EntryWay.choices)
    state = models.CharField(max_length=1, choices=RecordState.choices, default=RecordState.EFFECTIVE)
    kind = models.CharField(max_length=1, choices=HourKind.choices, default=HourKind.CREDIT)
    remark = models.CharField(max_length=500, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    @property
    def is_checked_in(self) -> bool:
        """Whether it was proved on the spot, and not written down by hand."""
        return self.entry_way in (EntryWay.FACE, EntryWay.FAST)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RecordState.values), name="record_state"),
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="record_order"),
            models.CheckConstraint(condition=Q(minutes__lte=F("stay_minutes")), name="record_not_more_than_stay"),
        ]
        indexes = [models.Index(fields=["person", "-started_at"], name="record_person")]
