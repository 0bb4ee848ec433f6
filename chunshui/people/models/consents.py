"""Texts that are agreed to, and who agreed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chunshui.people.models.persons import Person
from chunshui.people.states import (
    Channel,
    ConsentKind,
)


class ConsentText(models.Model):
    """A version of a text that is agreed to; a new version asks again."""

    kind = models.CharField(max_length=12, choices=ConsentKind.choices)
    version = models.PositiveSmallIntegerField()
    body = models.TextField()
    body_en = models.TextField()
    effective_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="consent_text_once")]


class Consent(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    note = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "text"], condition=Q(withdrawn_at__isnull=True), name="consent_once"),
        ]
