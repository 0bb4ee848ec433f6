from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from chunshui.teams.states import HostKind, JoinWay, MemberState, TeamKind, TeamState


class TeamRows(models.QuerySet["Team"]):
    def approved(self) -> TeamRows:
        return self.filter(state=TeamState.APPROVED)

    def waiting(self) -> TeamRows:
        """Filed, or changed in name, kind or code, and not yet reviewed."""
        return self.filter(Q(state=TeamState.PENDING) | Q(is_change_waiting=True))


class MembershipRows(models.QuerySet["Membership"]):
    def current(self) -> MembershipRows:
        return self.filter(state=MemberState.MEMBER)


class Team(models.Model):
    """`is_standing` marks a 常备队伍, which can be called out. `service_categories`: up to four national codes.

    `proposed` holds a new name, kind or code of an approved team until it has been reviewed; the team goes on under the old one.
    """

    number = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=1, choices=TeamKind.choices)
    is_standing = models.BooleanField(default=False)
    state = models.CharField(max_length=1, choices=TeamState.choices, default=TeamState.PENDING)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="sub_teams")
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    street = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    community = models.ForeignKey("areas.Area", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    host_kind = models.CharField(max_length=2, choices=HostKind.choices, default=HostKind.OTHER)
    host_name = models.CharField(max_length=80, blank=True)
    credit_code = models.CharField(max_length=18, blank=True)
    service_categories = models.JSONField(default=list)
    services = models.JSONField(default=list)
    join_way = models.CharField(max_length=1, choices=JoinWay.choices, default=JoinWay.REVIEWED)
    pass_code_hash = models.CharField(max_length=128, blank=True)
    address = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    is_phone_public = models.BooleanField(default=False)
    introduction = models.TextField(blank=True)
    founded_on = models.DateField(null=True)
    planned_members = models.PositiveIntegerField(default=0)
    members_count = models.PositiveIntegerField(default=0)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_opinion = models.CharField(max_length=100, blank=True)
    proposed = models.JSONField(default=dict)
    is_change_waiting = models.BooleanField(default=False)

    objects = TeamRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=TeamState.values), name="team_state"),
            models.UniqueConstraint(fields=["credit_code"], condition=~Q(credit_code=""), name="team_credit_code_once"),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="team_all"),
            models.Index(fields=["community", "state", "-id"], name="team_community"),
            models.Index(fields=["street", "state", "-id"], name="team_street"),
            models.Index(fields=["-id"], name="team_waiting", condition=Q(state=TeamState.PENDING) | Q(is_change_waiting=True)),
        ]

    def __str__(self) -> str:
        return self.name


class TeamToken(models.Model):
    """Search tokens of a team's name."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="tokens", db_index=False)
    token = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "team"], name="team_token_once")]
        indexes = [models.Index(fields=["team"], name="team_token_team")]


class Membership(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    state = models.CharField(max_length=1, choices=MemberState.choices, default=MemberState.APPLYING)
    is_leader = models.BooleanField(default=False)
    is_on_call = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    objects = MembershipRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "person"], name="membership_once"),
            models.CheckConstraint(condition=Q(state__in=MemberState.values), name="membership_state"),
        ]
        indexes = [models.Index(fields=["team", "state", "-id"], name="membership_team")]
