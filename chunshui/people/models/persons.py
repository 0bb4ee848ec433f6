"""Anyone the district knows: the record, its key, what finds it, roles, relations."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chunshui.kernel import masking
from chunshui.people.states import (
    STAFF,
    Acting,
    IdKind,
    RelationKind,
    RoleKind,
    Sex,
)


class PersonRows(models.QuerySet["Person"]):
    def present(self) -> PersonRows:
        return self.filter(erased_at=None)


class PersonManager(models.Manager["Person"].from_queryset(PersonRows)):  # type: ignore[misc]
    def get_by_natural_key(self, login: str) -> Person:
        return self.get(login_index=login)  # type: ignore[no-any-return]


class Person(AbstractBaseUser):
    """Anyone the district knows. Phone, papers and address are sealed under the person's own key; `*_index` finds exact values.

    `login_index` is the blind index of the phone that signs in; who has no phone of their own has none, and never needs one.
    `merged_into` is the record that took the place of a duplicate.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=60)
    sex = models.PositiveSmallIntegerField(choices=Sex.choices, default=Sex.UNKNOWN)
    born_on = models.DateField(null=True)
    login_index = models.CharField(max_length=32, unique=True, null=True)
    phone_index = models.CharField(max_length=32, blank=True, db_index=True)
    phone_sealed = models.BinaryField(default=b"")
    id_kind = models.CharField(max_length=2, choices=IdKind.choices, blank=True)
    id_index = models.CharField(max_length=32, unique=True, null=True)
    id_sealed = models.BinaryField(default=b"")
    address_sealed = models.BinaryField(default=b"")
    area = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    street = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    community = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    focus_groups = models.JSONField(default=list)
    ui_mode = models.CharField(max_length=5, default="std")
    language = models.CharField(max_length=10, default="zh-hans")
    created_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged_from")

    objects = PersonManager()
    USERNAME_FIELD = "login_index"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    acting: Acting = Acting()
    scopes: frozenset[str] | None = None
    token_id: int = 0

    class Meta:
        indexes = [
            models.Index(fields=["community", "-id"], name="person_community"),
            models.Index(fields=["street", "-id"], name="person_street"),
            models.Index(fields=["name", "born_on"], name="person_same"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        return self.erased_at is None

    @property
    def is_staff_now(self) -> bool:
        """Acts in a staff role at this moment."""
        return self.acting.kind in STAFF

    @property
    def masked_name(self) -> str:
        return masking.name(self.name)


class PersonalKey(models.Model):
    """The wrapped key of one person's sealed values; deleting it erases them everywhere, backups included."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="personal_key", primary_key=True)
    wrapped = models.BinaryField()


class PersonToken(models.Model):
    """Search tokens of a name (see kernel.search)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens", db_index=False)
    token = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "person"], name="person_token_once")]
        indexes = [models.Index(fields=["person"], name="person_token_person")]


class Role(models.Model):
    """A staff role, bound to an area and reaching what lies below it. Ended, never deleted."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=RoleKind.choices)
    area = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "area"], condition=Q(ended_at__isnull=True), name="role_once"),
        ]


class Relation(models.Model):
    """`helper` may act for `person`: a guardian for a minor, family or a neighbour with consent."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="helped_by")
    helper = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="helps")
    kind = models.CharField(max_length=10, choices=RelationKind.choices)
    agreed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "helper"], condition=Q(ended_at__isnull=True), name="relation_once")]


class Block(models.Model):
    """Two people who are never matched; either side may say so, nobody is told."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="blocks")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="blocked_by")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "other"], name="block_once")]
