"""Who saw what, and how somebody gets in: codes, sessions, tokens."""

from __future__ import annotations

from django.db import models

from chunshui.people.models.persons import Person, Role
from chunshui.people.states import (
    RevealField,
    RoleKind,
)


class Reveal(models.Model):
    """Who saw which sealed value of whom, when, in which role and why; visible to the person concerned."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reveals")
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=RoleKind.choices)
    field = models.CharField(max_length=20, choices=RevealField.choices)
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="reveal_person")]


class SignInCode(models.Model):
    """A code sent to a phone: six digits, hashed, ten minutes, five tries, used once."""

    phone_index = models.CharField(max_length=32, db_index=True)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SignInSession(models.Model):
    """A browser that is signed in, so that its owner can see and end it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sign_ins")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=120)
    address = models.CharField(max_length=45)
    at = models.DateTimeField()


class AccessToken(models.Model):
    """A personal token of the API: only its hash is kept; `scopes` limit what it can do."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="access_tokens")
    role = models.ForeignKey(Role, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
