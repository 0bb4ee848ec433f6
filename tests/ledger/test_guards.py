"""Raw SQL against the tables of value: the database itself refuses, whoever asks."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from chunshui.ledger import commands, states
from chunshui.ledger.models import Account, Transfer
from chunshui.ledger.states import AccountKind, Kind, Line, Place, Unit

pytestmark = pytest.mark.django_db
VALUES = "'{key}', 0, 'd', 'earn', {debit}, {credit}, '{unit}', {amount}, {reverses}, 0, '2026-11-24 04:00:00', '2026-11-24', ''"
COLUMNS = "key, line, digest, kind, debit_id, credit_id, unit, amount, reverses_id, area_id, at, day, memo"
SQLITE, POSTGRESQL = (pytest.mark.skipif(connection.vendor != vendor, reason=f"only {vendor} has it") for vendor in ("sqlite", "postgresql"))


@pytest.fixture
def accounts(now):
    """An issuer at -100, a person with 60 and a shop with 40 points; a person's minutes."""
    person, shop = states.person(11), Place(AccountKind.MERCHANT, 3)
    commands.move(key="one", lines=[Line(Kind.EARN, states.issuer(7), person, Unit.POINTS, 100)], at=now)
    commands.move(key="two", lines=[Line(Kind.SETTLE, person, shop, Unit.POINTS, 40)], at=now)
    commands.move(key="time", lines=[Line(Kind.SERVICE, states.issuer(7), person, Unit.MINUTES, 60)], at=now)
    return {f"{each.kind} {each.unit}": each.pk for each in Account.objects.all()}


def row(accounts, *, key="three", debit="issuer points", credit="person points", unit="points", amount=5, reverses="NULL", start="INSERT"):
    ids = {"debit": accounts.get(debit, debit), "credit": accounts.get(credit, credit)}
    return f"{start} INTO ledger_transfer ({COLUMNS}) VALUES ({VALUES.format(key=key, unit=unit, amount=amount, reverses=reverses, **ids)})"


def state():
    return [list(model.objects.order_by("id").values_list()) for model in (Account, Transfer)]


def run(sql):
    """Checked at once, as the commit would."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(sql, name=""):
    """The database raises, and every row is what it was."""
    before = state()
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        run(sql)
    assert name in str(error.value)
    assert state() == before


def test_a_plain_row_moves_the_balances(accounts):
    with connection.cursor() as cursor:
        cursor.execute(row(accounts))
    assert Account.objects.get(pk=accounts["person points"]).balance == 65


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"debit": "person points", "credit": "merchant points", "amount": 61}, "ledger_not_enough"),
        ({"key": "one"}, "ledger_key_once"),
        ({"amount": 0}, "ledger_amount"),
        ({"amount": -5}, "ledger_amount"),
        ({"amount": 1_000_001}, "ledger_amount"),
        ({"amount": 2**31 - 1}, "ledger_amount"),
        ({"credit": "issuer points"}, "ledger_two_sides"),
        ({"credit": 999_999}, ""),
        ({"unit": "minutes"}, "ledger_unit"),
        ({"credit": "person minutes"}, "ledger_unit"),
        ({"unit": "fen"}, "ledger_unit"),
    ],
)
def test_a_row_that_cannot_be_is_refused(accounts, change, name):
    refused(row(accounts, **change), name)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"debit": "person points", "credit": "merchant points", "amount": 40},
        {"debit": "merchant points", "credit": "person points", "amount": 39},
        {"debit": "merchant points", "credit": "issuer points", "amount": 40},
    ],
)
def test_a_reversal_that_does_not_mirror_its_original_is_refused(accounts, change):
    refused(row(accounts, reverses=Transfer.objects.get(key="two").pk, **change), "ledger_mirror")


def test_a_second_reversal_and_the_reversal_of_a_reversal_are_refused(accounts, now):
    first = Transfer.objects.get(key="two").pk
    commands.reverse(key="back", transfers_of="two", at=now)
    mirror = {"debit": "merchant points", "credit": "person points", "amount": 40}
    refused(row(accounts, reverses=first, **mirror), "revers")
    back = {"debit": "person points", "credit": "merchant points", "amount": 40}
    refused(row(accounts, reverses=Transfer.objects.get(key="back").pk, **back), "ledger_mirror")


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("UPDATE ledger_transfer SET amount = 1", "ledger_append_only"),
        ("UPDATE ledger_transfer SET memo = 'x' WHERE key = 'one'", "ledger_append_only"),
        ("DELETE FROM ledger_transfer WHERE key = 'two'", "ledger_append_only"),
        ("DELETE FROM ledger_account WHERE kind = 'merchant'", "ledger_account_used"),
        ("UPDATE ledger_account SET balance = balance + 1", "ledger_balance"),
        ("UPDATE ledger_account SET balance = 100 WHERE kind = 'person'", "ledger_balance"),
        ("UPDATE ledger_account SET day_out = 0, day = NULL WHERE kind = 'issuer'", "ledger_balance"),
        ("UPDATE ledger_account SET balance = balance + 100, last_id = last_id WHERE kind = 'person'", "ledger_balance"),
        ("UPDATE ledger_account SET kind = 'issuer' WHERE kind = 'person' AND unit = 'points'", "ledger_"),
        ("UPDATE ledger_account SET owner_id = 12 WHERE kind = 'person'", "ledger_"),
        ("UPDATE ledger_account SET unit = 'fen' WHERE kind = 'merchant'", "ledger_"),
        (
            "INSERT INTO ledger_account (kind, owner_id, unit, balance, last_id, day_out) VALUES ('person', 99, 'points', 500, 0, 0)",
            "ledger_account_empty",
        ),
        (
            "INSERT INTO ledger_account (kind, owner_id, unit, balance, last_id, day_out) VALUES ('bank', 99, 'points', 0, 0, 0)",
            "ledger_account_kind",
        ),
        (
            "INSERT INTO ledger_account (kind, owner_id, unit, balance, last_id, day_out) VALUES ('person', 11, 'points', 0, 0, 0)",
            "ledger_account_once",
        ),
    ],
)
def test_history_and_balances_cannot_be_rewritten(accounts, sql, name):
    refused(sql, name)


def test_a_balance_is_not_moved_again_by_a_transfer_that_has_moved_it(accounts):
    last = Transfer.objects.get(key="one").pk
    refused(f"UPDATE ledger_account SET balance = balance + 100, last_id = {last} WHERE kind = 'person' AND unit = 'points'", "ledger_balance")
    refused(f"UPDATE ledger_account SET balance = balance + 100, last_id = {last + 50} WHERE kind = 'person' AND unit = 'points'", "ledger_balance")


@SQLITE
@pytest.mark.parametrize("start", ["INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"])
def test_replace_and_ignore_do_not_pass_the_guards(accounts, start):
    refused(row(accounts, key="one", amount=1, start=start), "ledger_key_once")
    refused(row(accounts, debit="person points", credit="merchant points", amount=61, start=start), "ledger_not_enough")
    refused(row(accounts, amount=0, start=start), "ledger_amount")
    refused(row(accounts, amount="5.5", start=start), "ledger_amount")
    reverses = Transfer.objects.get(key="two").pk
    refused(row(accounts, reverses=reverses, debit="merchant points", credit="person points", amount=39, start=start), "ledger_mirror")
    refused(
        f"{start} INTO ledger_account (kind, owner_id, unit, balance, last_id, day_out) VALUES ('person', 11, 'points', 0, 0, 0)", "ledger_account"
    )
    first = Transfer.objects.get(key="one").pk
    sql = row(accounts, start=start).replace("(key,", "(id, key,").replace("('three'", f"({first}, 'three'")
    refused(sql, "ledger_append_only")


@SQLITE
def test_a_second_reversal_by_replace_is_refused(accounts, now):
    first = Transfer.objects.get(key="two").pk
    commands.reverse(key="back", transfers_of="two", at=now)
    mirror = {"debit": "merchant points", "credit": "person points", "amount": 40}
    refused(row(accounts, reverses=first, start="REPLACE", **mirror), "ledger_reversed")


@POSTGRESQL
@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_account"])
def test_truncate_is_refused(accounts, table):
    refused(f"TRUNCATE {table} CASCADE", "ledger_")


WEB = "chunshui_test_web"


@pytest.fixture
def as_web(accounts):
    """The rest of the test runs as a role that has what `manage.py ledger grant` gives."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {WEB} NOLOGIN")
        call_command("ledger", "grant", WEB)
        cursor.execute(f"SET ROLE {WEB}")
        yield accounts
        cursor.execute("RESET ROLE")


@POSTGRESQL
def test_the_web_role_moves_value_by_inserting(as_web, now):
    commands.move(key="five", lines=[Line(Kind.EARN, states.issuer(7), states.person(12), Unit.POINTS, 5)], at=now)
    assert Account.objects.get(kind="person", owner_id=12).balance == 5


@POSTGRESQL
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE ledger_account SET balance = balance + 1",
        "UPDATE ledger_transfer SET amount = 1",
        "UPDATE ledger_total SET amount = 1",
        "UPDATE ledger_cap SET most = 1",
        "INSERT INTO ledger_cap (unit, most) VALUES ('points', 1)",
        "DELETE FROM ledger_transfer",
        "TRUNCATE ledger_transfer",
        "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL",
        "DROP TRIGGER ledger_transfer_kept ON ledger_transfer",
        "SET session_replication_role = replica",
        "CREATE TRIGGER mine AFTER INSERT ON ledger_transfer FOR EACH ROW EXECUTE FUNCTION ledger_refuse('x')",
        "CREATE OR REPLACE FUNCTION ledger_move() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ],
)
def test_the_web_role_cannot_rewrite_anything(as_web, sql):
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert "permission denied" in str(error.value) or "must be owner" in str(error.value)
