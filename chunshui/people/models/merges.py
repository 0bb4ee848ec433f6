"""Two records of one person made one: what was before, and what moved, so that it can be undone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chunshui.people.models.persons import Person


class Merge(models.Model):
    """`kept` stays, `gone` is hidden and points to it. `was` and `became` hold the changed columns, sealed as they were sealed; `moved` the rows."""

    kept = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="merges")
    gone = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    was = models.JSONField(default=dict)
    became = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gone"], condition=Q(undone_at__isnull=True), name="merge_once")]
