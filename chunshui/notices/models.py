from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chunshui.notices.states import SendState


class Message(models.Model):
    """A message to one person: always in the inbox, and by text message when `sms` is set. `key` makes it unique."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages", db_index=False)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True)
    sms = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=SendState.choices, default=SendState.INBOX)
    at = models.DateTimeField()
    not_before = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(state__in=SendState.values), name="message_state")]
        indexes = [
            models.Index(fields=["person", "-id"], name="message_inbox"),
            models.Index(fields=["person"], name="message_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["not_before", "id"], name="message_queue", condition=Q(state=SendState.QUEUED)),
        ]


class SentText(models.Model):
    """What the null gateway 'sent': the demo shows it, tests read it. Numbers are masked; `key` makes a repeat harmless."""

    key = models.CharField(max_length=120, unique=True, null=True)
    phone = models.CharField(max_length=20)
    phone_index = models.CharField(max_length=32, db_index=True)
    body = models.TextField()
    at = models.DateTimeField()
