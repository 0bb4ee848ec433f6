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
    Channel,
    ConsentKind,
    CredentialKind,
    CredentialState,
    IdKind,
    RelationKind,
    RevealField,
    RoleKind,
    Sex,
    VolunteerState,
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

    objects = PersonManager()
    USERNAME_FIELD = "login_index"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    acting: Acting = Acting()
    scopes: frozenset[str] | None = None

    class Meta:
        indexes = [
            models.Index(fields=["community", "-id"], name="person_community"),
            models.Index(fields=["street", "-id"], name="person_street"),
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
