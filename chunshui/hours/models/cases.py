from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chunshui.hours.models.entries import EntryLine
from chunshui.hours.states import CaseKind, CaseState, Decision


class Case(models.Model):
    """Something about hours that a person looks at and decides. `key` is unique: nothing is put to people twice.

    `records` are ids of the records it is about, `facts` the numbers behind a signal's words, `score` its rank in the queue.
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=CaseKind.choices)
    signal = models.CharField(max_length=40, blank=True)
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    team_id = models.BigIntegerField(null=True)
    line = models.ForeignKey(EntryLine, null=True, on_delete=models.PROTECT, related_name="cases")
    records = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    score = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=500, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CaseState.values), name="case_state"),
            models.CheckConstraint(
                condition=Q(state=CaseState.OPEN, decision="") | (Q(state=CaseState.CLOSED, decision__in=Decision.values) & ~Q(reason="")),
                name="case_closed_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "area", "-score", "-id"], name="case_queue")]
