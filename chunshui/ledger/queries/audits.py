"""The proofs of the ledger: each is one question to the whole history, and every row that it answers with is drift."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chunshui.kernel import clock, seals
from chunshui.kernel.errors import NotFound, Text
from chunshui.kernel.paging import Page, page
from chunshui.ledger import policies
from chunshui.ledger.models import Account, Audit, Transfer
from chunshui.ledger.states import MAY_GO_NEGATIVE, MOST_AMOUNT

if TYPE_CHECKING:
    from chunshui.people.models import Person

MOST_NAMED = 20
Found = tuple[int, list[str]]


@dataclass(frozen=True)
class Proof:
    """`run` answers how many things it looked at, and the words for each that does not hold."""

    name: str
    label: Text
    run: Callable[[], Found]


MAY = ", ".join(f"'{kind}'" for kind in MAY_GO_NEGATIVE)
SIDES = "SELECT debit_id AS account_id, -amount AS amount FROM ledger_transfer UNION ALL SELECT credit_id, amount FROM ledger_transfer"
BALANCES = f"""
    SELECT 'account ' || a.id || ' says ' || a.balance || ', its transfers say ' || COALESCE(s.total, 0) FROM ledger_account AS a
    LEFT JOIN (SELECT account_id, SUM(amount) AS total FROM ({SIDES}) AS side GROUP BY account_id) AS s ON s.account_id = a.id
    WHERE a.balance <> COALESCE(s.total, 0)"""  # noqa: S608  kinds and bounds of our own
UNITS = "SELECT unit || ' sums to ' || SUM(balance) FROM ledger_account GROUP BY unit HAVING SUM(balance) <> 0"
NEGATIVE = f"SELECT 'account ' || id || ' is at ' || balance FROM ledger_account WHERE balance < 0 AND kind NOT IN ({MAY})"  # noqa: S608  kinds and bounds of our own
BOTH_SIDES = f"""
    SELECT 'transfer ' || t.id || ' has no two sides of its unit' FROM ledger_transfer AS t
    LEFT JOIN ledger_account AS d ON d.id = t.debit_id LEFT JOIN ledger_account AS c ON c.id = t.credit_id
    WHERE d.id IS NULL OR c.id IS NULL OR d.id = c.id OR d.unit <> t.unit OR c.unit <> t.unit OR t.amount < 1 OR t.amount > {MOST_AMOUNT}"""  # noqa: S608  kinds and bounds of our own
MIRRORS = """
    SELECT 'transfer ' || b.id || ' does not mirror ' || b.reverses_id FROM ledger_transfer AS b
    LEFT JOIN ledger_transfer AS t ON t.id = b.reverses_id WHERE b.reverses_id IS NOT NULL AND (t.id IS NULL OR t.reverses_id IS NOT NULL
    OR t.debit_id <> b.credit_id OR t.credit_id <> b.debit_id OR t.amount <> b.amount OR t.unit <> b.unit)"""
KEYS = """
    SELECT 'key ' || key || ' is not whole' FROM ledger_transfer GROUP BY key
    HAVING MIN(line) <> 0 OR MAX(line) + 1 <> COUNT(*) OR COUNT(DISTINCT line) <> COUNT(*) OR MIN(digest) <> MAX(digest)"""
MONTH = {"sqlite": "substr(day, 1, 7) || '-01'", "postgresql": "date_trunc('month', day)::date"}
TOTALS = """
    SELECT 'total of area ' || area_id || ', ' || kind || ', ' || unit || ', ' || month || ' is off by ' || SUM(off) || ' / ' || SUM(back) FROM (
        SELECT area_id, kind, unit, month, amount AS off, reversed AS back, transfers AS rows_ FROM ledger_total
        UNION ALL SELECT COALESCE(f.area_id, t.area_id), COALESCE(f.kind, t.kind), t.unit, {month},
            CASE WHEN f.id IS NULL THEN -t.amount ELSE 0 END, CASE WHEN f.id IS NULL THEN 0 ELSE -t.amount END, -1
            FROM ledger_transfer AS t LEFT JOIN ledger_transfer AS f ON f.id = t.reverses_id) AS both_
    GROUP BY area_id, kind, unit, month HAVING SUM(off) <> 0 OR SUM(back) <> 0 OR SUM(rows_) <> 0"""


def proofs_to_run() -> list[Proof]:
    month = MONTH[connection.vendor].replace("day", "t.day")
    return [
        Proof("balances", gettext_lazy("每个余额等于它的全部流水"), lambda: _asked(BALANCES, Account.objects.count())),
        Proof("units", gettext_lazy("每种单位的余额总和为零"), lambda: _asked(UNITS, Account.objects.values("unit").distinct().count())),
        Proof("negative", gettext_lazy("不许透支的账户没有透支"), lambda: _asked(NEGATIVE, Account.objects.count())),
        Proof("sides", gettext_lazy("每一笔都有同单位的两边"), lambda: _asked(BOTH_SIDES, Transfer.objects.count())),
        Proof(
            "mirrors",
            gettext_lazy("每次冲回都和原来那笔一模一样、只有一次"),
            lambda: _asked(MIRRORS, Transfer.objects.exclude(reverses=None).count()),
        ),
        Proof("keys", gettext_lazy("每个编号的流水完整"), lambda: _asked(KEYS, Transfer.objects.count())),
        Proof("totals", gettext_lazy("每个月的合计等于流水"), lambda: _asked(TOTALS.format(month=month), Transfer.objects.count())),
        Proof("transfer chain", gettext_lazy("流水的封条没有断"), lambda: _chained(seals.check(Transfer))),
        Proof("event chain", gettext_lazy("操作记录的封条没有断"), lambda: _chained(seals.check_events())),
    ]


def _asked(sql: str, looked_at: int) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return looked_at, [str(row[0]) for row in cursor.fetchmany(MOST_NAMED)]


def _chained(found: seals.Chain) -> Found:
    return found.rows, [f"seal {pk} is broken" for pk in found.broken[:MOST_NAMED]]


def last_audit() -> Audit | None:
    return Audit.objects.order_by("-id").first()


def visible_audits(actor: Person, cursor: str) -> Page[Audit]:
    """The nightly proofs, newest first, for those who answer for the system."""
    if not policies.can_see_audits(actor):
        raise NotFound
    return page(Audit.objects.all(), ["-id"], cursor, 30)


@dataclass(frozen=True)
class ProofLine:
    """One proof as the page shows it."""

    label: Text
    looked_at: int
    findings: list[str]


def proof_lines(audit: Audit) -> list[ProofLine]:
    labels = {proof.name: proof.label for proof in proofs_to_run()}
    return [ProofLine(labels[name], each["looked_at"], audit.findings.get(name, [])) for name, each in audit.checks.items()]


def alarm() -> str:
    """What the operator must know, or nothing."""
    last = last_audit()
    if last is None or last.is_clean:
        return ""
    return _("%(day)s 核对账本，有 %(n)s 处不符。") % {"day": clock.today(last.at), "n": last.drift}
