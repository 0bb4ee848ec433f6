"""Registered volunteers, their papers and certificates."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chunshui.people.models.persons import Person
from chunshui.people.states import (
    CredentialKind,
    CredentialState,
    VolunteerState,
)


class VolunteerRows(models.QuerySet["Volunteer"]):
    def active(self) -> VolunteerRows:
        return self.filter(state=VolunteerState.ACTIVE)


class Volunteer(models.Model):
    """A registered volunteer. Masks: see kernel.choices; `qualifications` joins skills (bits 0–23) and valid credentials (24 up).

    `reach_metres` is how far, `week_limit` how many services a week; `refuses` lists service codes never to be offered.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="volunteer")
    number = models.CharField(max_length=16, unique=True)
    state = models.CharField(max_length=10, choices=VolunteerState.choices, default=VolunteerState.PENDING)
    street = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    community = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    qualifications = models.BigIntegerField(default=0)
    free_time = models.BigIntegerField(default=0)
    languages = models.BigIntegerField(default=1)
    reach_metres = models.PositiveIntegerField(default=2000)
    week_limit = models.PositiveSmallIntegerField(default=3)
    offers_a_week = models.PositiveSmallIntegerField(default=5)
    refuses = models.JSONField(default=list)
    introduction = models.CharField(max_length=200, blank=True)
    minutes_total = models.PositiveIntegerField(default=0)
    services_total = models.PositiveIntegerField(default=0)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_reason = models.CharField(max_length=200, blank=True)
    paused_until = models.DateField(null=True)

    objects = VolunteerRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=VolunteerState.values), name="volunteer_state"),
            models.CheckConstraint(condition=Q(reach_metres__gte=100, reach_metres__lte=50000), name="volunteer_reach"),
        ]
        indexes = [
            models.Index(fields=["state", "-person"], name="volunteer_all"),
            models.Index(fields=["community", "-person"], name="volunteer_in_community"),
            models.Index(fields=["street", "-person"], name="volunteer_in_street"),
            models.Index(fields=["community", "state", "-person"], name="volunteer_community"),
            models.Index(fields=["street", "state", "-person"], name="volunteer_street"),
        ]


class IdentityPaper(models.Model):
    """A photo of papers other than the resident card, for manual review. The file is re-encoded and never public."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="papers")
    image = models.ImageField(upload_to="papers/")
    at = models.DateTimeField()


class Credential(models.Model):
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="credentials")
    kind = models.PositiveSmallIntegerField(choices=CredentialKind.choices)
    number = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=CredentialState.choices, default=CredentialState.PENDING)
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "valid_from"], name="credential_once")]
        indexes = [models.Index(fields=["valid_until"], name="credential_expiry")]
