from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Event(models.Model):
    """A fact, written in the transaction that made it true; appended, never changed."""

    name = models.CharField(max_length=60)
    subject = models.CharField(max_length=30)
    subject_id = models.BigIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=30, blank=True)
    area_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "subject_id", "id"], name="event_subject"),
            models.Index(fields=["name", "id"], name="event_name"),
        ]


class Delivery(models.Model):
    """One event on its way to one reaction. The row is the promise: it is done once, in the reaction's own transaction."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    reaction = models.CharField(max_length=120)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="delivery_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], name="delivery_pending", condition=Q(done_at__isnull=True, dead_at__isnull=True)),
        ]


class Slot(models.Model):
    """One run of a periodic job: whoever inserts the row enqueues it, so it runs once across all workers."""

    name = models.CharField(max_length=80)
    slot = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="slot_once")]


class Worker(models.Model):
    """A worker's heartbeat; the jobs of a worker that fell silent are put back."""

    worker_id = models.CharField(max_length=64, unique=True)
    host = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)


class Attempt(models.Model):
    """How often something was tried in one window of time: throttles and lock-outs that all processes share."""

    key = models.CharField(max_length=120)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="attempt_once")]


class ApiAnswer(models.Model):
    """The first answer to an idempotency key; the same key with the same body gets it again, with another body a refusal."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="api_answer_once")]


class Seal(models.Model):
    """One link of a hash chain over rows that are only ever appended; `chain` is the table."""

    chain = models.CharField(max_length=60)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "first_id"], name="seal_once")]
        indexes = [models.Index(fields=["chain", "last_id"], name="seal_chain")]
