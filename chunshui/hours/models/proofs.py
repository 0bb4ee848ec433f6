from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chunshui.hours.states.proofs import NameShown, ProofLanguage, ProofState


class Proof(models.Model):
    """A proof of service records, from its request on. `area` is the unit that recorded the services and proves them.

    The signed document, its JWT and the sealed PDF are kept sealed under the key of `sealed_for`, the holder at the issue: who is
    erased takes them along.
    `number` and `code` find it for a stranger; `name_shown`, `shows_hours` and `shows_items` are what the stranger then reads.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proofs", db_index=False)
    state = models.CharField(max_length=10, choices=ProofState.choices, default=ProofState.REQUESTED)
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateField()
    until = models.DateField()
    purpose = models.CharField(max_length=60)
    language = models.CharField(max_length=5, choices=ProofLanguage.choices, default=ProofLanguage.CHINESE)
    minutes = models.PositiveIntegerField()
    services = models.PositiveIntegerField()
    requested_at = models.DateTimeField()
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    number = models.CharField(max_length=14, unique=True, null=True)
    code = models.CharField(max_length=8, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True)
    publicity_until = models.DateTimeField(null=True)
    sealed_for = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    document_sealed = models.BinaryField(default=b"")
    badge_sealed = models.BinaryField(default=b"")
    paper_sealed = models.BinaryField(default=b"")
    name_shown = models.CharField(max_length=6, choices=NameShown.choices, default=NameShown.MASKED)
    shows_hours = models.BooleanField(default=True)
    shows_items = models.BooleanField(default=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ProofState.values), name="proof_state"),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="proof_days"),
            models.CheckConstraint(condition=Q(number__isnull=True) | ~Q(code=""), name="proof_number_with_code"),
            models.CheckConstraint(condition=~Q(state__in=["issued", "revoked"]) | Q(number__isnull=False), name="proof_issued_with_number"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="proof_person"),
            models.Index(fields=["state", "-id"], name="proof_state_newest"),
            models.Index(fields=["area", "state", "-id"], name="proof_unit"),
        ]


class ProofItem(models.Model):
    """One service record that a proof names."""

    proof = models.ForeignKey(Proof, on_delete=models.CASCADE, related_name="items", db_index=False)
    record = models.ForeignKey("hours.Record", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proof", "record"], name="proof_item_once")]


class SigningKey(models.Model):
    """An Ed25519 key. `name` is its public half in multibase; the seed is wrapped by the master key that stands outside the database.

    A retired key stays in the list, so that what it signed can be checked for ever.
    """

    name = models.CharField(max_length=60, unique=True)
    owner = models.CharField(max_length=60, unique=True)
    wrapped = models.BinaryField()
    is_current = models.BooleanField(default=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["is_current"], condition=Q(is_current=True), name="signing_key_one_current")]
