from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from chunshui.ledger.states import MAY_GO_NEGATIVE, MOST_AMOUNT, MOST_BALANCE, AccountKind, Kind, Unit


class Account(models.Model):
    """What one owner has of one unit. Only the database's own triggers write it, when a transfer arrives.

    `last_id` is the last transfer that moved it; `day` and `day_out` count what an issuer gave out on its latest day.
    """

    kind = models.CharField(max_length=12)
    owner_id = models.BigIntegerField()
    unit = models.CharField(max_length=8)
    balance = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)
    day = models.DateField(null=True)
    day_out = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "owner_id", "unit"], name="ledger_account_once"),
            models.CheckConstraint(condition=Q(kind__in=AccountKind.values), name="ledger_account_kind"),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="ledger_account_unit"),
            models.CheckConstraint(condition=Q(balance__gte=0) | Q(kind__in=MAY_GO_NEGATIVE), name="ledger_not_enough"),
            models.CheckConstraint(condition=Q(balance__gte=-MOST_BALANCE, balance__lte=MOST_BALANCE), name="ledger_balance_bound"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner_id}:{self.unit}"


class Transfer(models.Model):
    """One movement, both sides in one row. Lines with the same key were written together; `digest` is of what was asked for."""

    key = models.CharField(max_length=120)
    line = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    debit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    credit = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.CharField(max_length=8)
    amount = models.IntegerField()
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversal")
    area_id = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    day = models.DateField()
    memo = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "line"], name="ledger_key_once"),
            models.CheckConstraint(condition=Q(amount__gte=1, amount__lte=MOST_AMOUNT), name="ledger_amount"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="ledger_two_sides"),
        ]
        indexes = [
            models.Index(fields=["debit", "id"], name="ledger_debit"),
            models.Index(fields=["credit", "id"], name="ledger_credit"),
        ]

    @property
    def label(self) -> str:
        return str(Kind(self.kind).label)


class Total(models.Model):
    """What moved in one area and month for one reason, kept by the triggers so that no page adds up transfers."""

    area_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    unit = models.CharField(max_length=8)
    month = models.DateField()
    amount = models.BigIntegerField(default=0)
    reversed = models.BigIntegerField(default=0)
    transfers = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_id", "kind", "unit", "month"], name="ledger_total_once")]


class Cap(models.Model):
    """What one issuer may give out in a day, where the operator wants another figure than the built-in one."""

    unit = models.CharField(max_length=8, unique=True)
    most = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(most__gte=0), name="ledger_cap_sign")]


class Audit(models.Model):
    """One proof of everything: what was looked at, how long it took, and what did not hold."""

    at = models.DateTimeField()
    seconds = models.FloatField()
    drift = models.PositiveIntegerField()
    checks = models.JSONField()
    findings = models.JSONField()

    @property
    def is_clean(self) -> bool:
        return self.drift == 0

    @property
    def looked_at(self) -> int:
        return sum(check["looked_at"] for check in self.checks.values())
