from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from chunshui.hours.states.stars import LEVELS, OPEN_STARS, ObjectionState, StarState


class StarRows(models.QuerySet["Star"]):
    def granted(self) -> StarRows:
        return self.filter(state=StarState.GRANTED)

    def open(self) -> StarRows:
        return self.filter(state__in=OPEN_STARS)


class Star(models.Model):
    """A volunteer's way to one level. `area` is the unit that decides: a street or the district; `home` is where the volunteer lives.

    `minutes_then` are the minutes that counted when it was applied for; `publicity_until` the end of the working days of publicity.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stars", db_index=False)
    level = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=StarState.choices, default=StarState.APPLIED)
    area = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    home = models.ForeignKey("areas.Area", on_delete=models.PROTECT, related_name="+", db_index=False)
    minutes_then = models.PositiveIntegerField()
    deeds = models.CharField(max_length=500, blank=True)
    applied_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    opinion = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(null=True)
    publicity_until = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = StarRows.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=StarState.values), name="star_state"),
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="star_level"),
            models.CheckConstraint(condition=Q(publicity_until__isnull=True) | Q(publicity_until__gt=F("published_at")), name="star_publicity"),
            models.UniqueConstraint(fields=["person"], condition=Q(state__in=sorted(OPEN_STARS)), name="star_open_once"),
            models.UniqueConstraint(fields=["person", "level"], condition=Q(state=StarState.GRANTED), name="star_granted_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="star_person"),
            models.Index(fields=["state", "-id"], name="star_state_newest"),
            models.Index(fields=["level", "state", "-id"], name="star_top"),
        ]


class Objection(models.Model):
    """Somebody says that a star or a proof in publicity is not right; somebody who is not involved decides."""

    star = models.ForeignKey(Star, null=True, on_delete=models.PROTECT, related_name="objections")
    proof = models.ForeignKey("hours.Proof", null=True, on_delete=models.PROTECT, related_name="objections")
    state = models.CharField(max_length=10, choices=ObjectionState.choices, default=ObjectionState.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500)
    at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ObjectionState.values), name="objection_state"),
            models.CheckConstraint(condition=Q(star__isnull=True) ^ Q(proof__isnull=True), name="objection_of_one"),
            models.UniqueConstraint(fields=["star", "by"], condition=Q(state=ObjectionState.OPEN), name="objection_star_once"),
            models.UniqueConstraint(fields=["proof", "by"], condition=Q(state=ObjectionState.OPEN), name="objection_proof_once"),
        ]


class Privilege(models.Model):
    """What the district gives to volunteers from a level on (礼遇). Ended, never deleted."""

    level = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=40)
    title_en = models.CharField(max_length=80, blank=True)
    words = models.CharField(max_length=300)
    words_en = models.CharField(max_length=500, blank=True)
    given_by = models.CharField(max_length=60)
    since = models.DateField()
    until = models.DateField(null=True)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="privilege_level"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="privilege_days"),
        ]
        indexes = [models.Index(fields=["level", "id"], name="privilege_current", condition=Q(ended_at__isnull=True))]
