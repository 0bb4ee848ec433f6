from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chunshui.hours.models.records import Record
from chunshui.hours.states import EntryState, EntryWay, RecordState

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager


class Entry(models.Model):
    """Hours written down by hand, for several people at once. `origin` names the other system that they were brought from."""

    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    team_id = models.BigIntegerField(null=True)
    title = models.CharField(max_length=80)
    category = models.CharField(max_length=4)
    reason = models.CharField(max_length=500)
    origin = models.CharField(max_length=80, blank=True)
    entry_way = models.CharField(max_length=1, choices=EntryWay.choices)
    state = models.CharField(max_length=10, choices=EntryState.choices, default=EntryState.WAITING)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    opinion = models.CharField(max_length=200, blank=True)
    public_until = models.DateTimeField(null=True)

    lines: RelatedManager[EntryLine]
    files: RelatedManager[EntryFile]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EntryState.values), name="entry_state"),
            models.CheckConstraint(
                condition=~Q(state__in=[EntryState.PUBLISHED, EntryState.COUNTED]) | Q(public_until__isnull=False),
                name="entry_counts_after_publicity",
            ),
            models.CheckConstraint(condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("entered_by")), name="entry_second_is_another"),
        ]
        indexes = [models.Index(fields=["area", "state", "-id"], name="entry_area"), models.Index(fields=["state", "public_until"], name="entry_due")]


class EntryFile(models.Model):
    """What shows that the service was given: a photo drawn anew, or a PDF."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to="hours/")
    is_pdf = models.BooleanField(default=False)


class EntryLine(models.Model):
    """One person's one stretch, in the national status codes; it becomes a record when its publicity has passed."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="lines")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="entry_lines", db_index=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    minutes = models.PositiveIntegerField()
    state = models.CharField(max_length=1, choices=RecordState.choices, default=RecordState.APPLYING)
    note = models.CharField(max_length=200, blank=True)
    record = models.OneToOneField(Record, null=True, on_delete=models.PROTECT, related_name="line")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RecordState.values), name="entry_line_state"),
            models.CheckConstraint(condition=Q(ended_at__gt=F("started_at")), name="entry_line_order"),
        ]
        indexes = [models.Index(fields=["person", "-started_at"], name="entry_line_person")]
