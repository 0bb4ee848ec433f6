from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from beancount import loader
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from chunshui.kernel import health, seals
from chunshui.kernel.errors import NotFound
from chunshui.kernel.events import emit
from chunshui.kernel.models import Event, Seal
from chunshui.ledger import commands, policies, queries, states
from chunshui.ledger.models import Account, Audit, Transfer
from chunshui.ledger.states import AccountKind, Kind, Line, Place, Unit
from tests.factories import people

pytestmark = pytest.mark.django_db
SHOP = Place(AccountKind.MERCHANT, 3)


@pytest.fixture
def moved(now):
    """Points earned, held, settled and taken back, and a gift in fen."""
    commands.move(key="earn", lines=[Line(Kind.EARN, states.issuer(7), states.person(11), Unit.POINTS, 100, area_id=7)], at=now)
    commands.hold(key="hold", redemption_id=1, payer=states.person(11), unit=Unit.POINTS, amount=70, at=now, area_id=7)
    commands.settle(key="settle", redemption_id=1, to=SHOP, unit=Unit.POINTS, at=now, area_id=7)
    commands.reverse(key="back", transfers_of="earn", at=now + timedelta(days=40))
    commands.move(key="gift", lines=[Line(Kind.GIVE, states.OUTSIDE, Place(AccountKind.FUND, 7), Unit.FEN, 12345)], at=now, memo='"回馈"')
    emit("ledger.test", subject="x", subject_id=1, actor=None, at=now, words="春水", n={"b": 1, "a": [1, None]})
    seals.seal_events(now)
    commands.seal_transfers(now=now)


@contextmanager
def without_guards():
    """What an intruder could do who owns the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
            yield cursor
            cursor.execute("SET session_replication_role = origin")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger_%'")
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {name}")
        yield cursor
        for _, sql in guards:
            cursor.execute(sql)


def test_prove_finds_nothing_wrong_with_what_the_commands_wrote(moved, now):
    audit = commands.prove(now=now)
    assert (audit.findings, audit.drift) == ({}, 0)
    assert {name: each["looked_at"] for name, each in audit.checks.items()} == {
        "balances": 7, "units": 2, "negative": 7, "sides": 6, "mirrors": 1, "keys": 6, "totals": 6, "transfer chain": 6, "event chain": 1,
    }  # fmt: skip
    assert health.alarms() == {}


BREAKS = [
    ("UPDATE ledger_account SET balance = balance + 1 WHERE kind = 'merchant'", {"balances", "units"}),
    ("UPDATE ledger_account SET balance = balance - 1000 WHERE kind = 'fund'", {"balances", "units"}),
    ("UPDATE ledger_transfer SET amount = 71 WHERE key = 'settle'", {"balances", "totals", "transfer chain"}),
    ("UPDATE ledger_transfer SET memo = 'x' WHERE key = 'gift'", {"transfer chain"}),
    ("UPDATE ledger_transfer SET unit = 'minutes' WHERE key = 'settle'", {"sides", "totals", "transfer chain"}),
    ("UPDATE ledger_transfer SET debit_id = credit_id, credit_id = debit_id WHERE key = 'back' AND reverses_id IS NOT NULL", {"balances", "mirrors", "transfer chain"}),
    ("DELETE FROM ledger_transfer WHERE key = 'gift'", {"balances", "totals", "transfer chain"}),
    ("UPDATE ledger_transfer SET line = 4 WHERE key = 'gift'", {"keys", "transfer chain"}),
    ("UPDATE ledger_total SET amount = amount + 1 WHERE kind = 'earn'", {"totals"}),
    ("UPDATE kernel_event SET data = '{\"words\": \"秋水\"}' WHERE name = 'ledger.test'", {"event chain"}),
    ("DELETE FROM kernel_event WHERE name = 'ledger.test'", {"event chain"}),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "names"), BREAKS)
def test_prove_names_what_was_tampered_with_and_raises_the_alarm(moved, now, sql, names):
    with without_guards() as cursor:
        cursor.execute(sql)
    audit = commands.prove(now=now)
    assert set(audit.findings) == names
    assert health.alarms() == {"ledger": f"2026-11-24 核对账本，有 {audit.drift} 处不符。"}
    assert Event.objects.filter(name="ledger.drifted").get().data["drift"] == audit.drift


def test_an_account_below_zero_is_named(moved, now):
    if connection.vendor == "postgresql":
        pytest.skip("the check constraint cannot be put aside there")
    with without_guards() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute("UPDATE ledger_account SET balance = -1 WHERE kind = 'person'")
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    assert "negative" in commands.prove(now=now).findings


def test_seals_cover_each_row_once_in_batches(moved, now, monkeypatch):
    monkeypatch.setattr(seals, "BATCH", 2)
    for key in "abcde":
        commands.move(key=key, lines=[Line(Kind.EARN, states.issuer(7), states.person(11), Unit.POINTS, 1)], at=now)
    assert (commands.seal_transfers(now=now), commands.seal_transfers(now=now)) == (5, 0)
    assert list(Seal.objects.filter(chain="ledger.transfer").order_by("id").values_list("count", flat=True)) == [6, 2, 2, 1]
    assert seals.check(Transfer) == seals.Chain(11, (), 0)


def test_a_seal_that_was_made_anew_after_a_change_breaks_the_next(moved, now):
    commands.move(key="more", lines=[Line(Kind.EARN, states.issuer(7), states.person(11), Unit.POINTS, 1)], at=now)
    commands.seal_transfers(now=now)
    first, second = Seal.objects.filter(chain="ledger.transfer").order_by("id")
    with without_guards() as cursor:
        cursor.execute("UPDATE ledger_transfer SET memo = 'x' WHERE key = 'earn'")
    assert seals.check(Transfer).broken == (first.pk,)
    _, _, digest = seals._hashed(seals._rows(Transfer, 0, first.last_id), "")
    Seal.objects.filter(pk=first.pk).update(digest=digest)
    assert seals.check(Transfer).broken == (second.pk,)


def test_prove_says_every_step_and_fails_on_drift(moved, now):
    said = StringIO()
    call_command("ledger", "prove", stdout=said)
    assert [line.split()[0] for line in said.getvalue().splitlines()][:3] == ["balances", "units", "negative"]
    assert "proved, 0 drift" in said.getvalue()
    with without_guards() as cursor:
        cursor.execute("UPDATE ledger_account SET balance = balance + 1 WHERE kind = 'merchant'")
    with pytest.raises(CommandError, match="2 findings"):
        call_command("ledger", "prove", stdout=StringIO(), stderr=StringIO())


def added_up(text):
    """The journal added up by itself: balance of every account from its postings, and what the journal claims."""
    sums, claims = {}, {}
    for name, amount, unit in re.findall(r"^  (\S+:\S+)  (-?\d+) ([A-Z]+)$", text, re.MULTILINE):
        sums[name, unit] = sums.get((name, unit), 0) + int(amount)
    for name, amount, unit in re.findall(r"^\S+ balance (\S+)  (-?\d+) ([A-Z]+)$", text, re.MULTILINE):
        claims[name, unit] = int(amount)
    return sums, claims


def test_the_journal_adds_up_to_the_balances(moved, tmp_path):
    call_command("ledger", "export", str(tmp_path / "all.beancount"), stdout=StringIO())
    text = (tmp_path / "all.beancount").read_text()
    sums, claims = added_up(text)
    assert sums == claims
    assert sorted(claims.values()) == sorted(Account.objects.values_list("balance", flat=True))
    assert len(re.findall(r'^\S+ \* "', text, re.MULTILINE)) == Transfer.objects.count()


def test_beancount_reads_the_journal_and_finds_no_error(moved, tmp_path):
    call_command("ledger", "export", str(tmp_path / "all.beancount"), stdout=StringIO())
    path = tmp_path / "all.beancount"
    entries, errors, _ = loader.load_file(str(path))
    assert (errors, len([each for each in entries if type(each).__name__ == "Transaction"])) == ([], Transfer.objects.count())
    path.write_text(path.read_text().replace("  12345 FEN\n", "  12346 FEN\n", 1))
    assert loader.load_file(str(path))[1] != []


def page(person):
    return people.sign_in(Client(), person).get("/settings/ledger/")


def test_the_page_names_what_does_not_agree_to_the_district(moved, now, district_official):
    assert "还没有核对过" in page(district_official).content.decode()
    commands.prove(now=now)
    assert "不符" not in page(district_official).content.decode()
    with without_guards() as cursor:
        cursor.execute("UPDATE ledger_account SET balance = balance + 1 WHERE kind = 'merchant'")
    commands.prove(now=now)
    shown = page(district_official).content.decode()
    assert ("2026-11-24 核对账本，有 2 处不符。" in shown, "points sums to 1" in shown) == (True, True)


def test_the_page_is_hidden_from_everybody_else(now, street_official, coordinator, resident):
    for person in (street_official, coordinator, resident):
        assert not policies.can_see_audits(person)
        assert page(person).status_code == 404
        with pytest.raises(NotFound):
            queries.visible_audits(person, "")


def test_readyz_shows_the_alarm_and_stays_in_service(db, now, client):
    Audit.objects.create(at=now, seconds=1, drift=3, checks={}, findings={"units": ["a", "b", "c"]})
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["alarms"]) == (200, {"ledger": "2026-11-24 核对账本，有 3 处不符。"})
