"""The cast and a frozen noon. Every test runs on a real database: DATABASE_URL says which (SQLite by default)."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import connection

import config  # noqa: F401
from tests.factories.needs import NOON

pytest_plugins = ["tests.browser"]


def pytest_collection_modifyitems(session, items):
    """On PostgreSQL only what touches the database is run; the rest has run beside SQLite."""
    if connection.vendor != "postgresql":
        return
    stored = [
        item for item in items if {"db", "transactional_db", "django_db_setup"} & set(item.fixturenames) or item.get_closest_marker("django_db")
    ]
    session.config.hook.pytest_deselected(items=[item for item in items if item not in set(stored)])
    items[:] = stored


@pytest.fixture(autouse=True, scope="session")
def _flush_past_the_guards():
    """Tests that commit empty all tables afterwards, which the triggers of the ledger exist to forbid: they stand aside for just that."""
    plain = type(connection.ops).sql_flush

    def sql_flush(ops, *args, **more):
        statements = plain(ops, *args, **more)
        if connection.vendor == "postgresql":
            return ["SET session_replication_role = replica;", *statements, "SET session_replication_role = origin;"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger_%_kept'")
            guards = cursor.fetchall()
        return [*(f"DROP TRIGGER {name}" for name, _ in guards), *statements, *(sql for _, sql in guards)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(connection.ops), "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True)
def _fresh_cache():
    cache.clear()


@pytest.fixture
def now() -> datetime:
    """Tuesday 24 November 2026, 12:00 in the district."""
    return NOON


@pytest.fixture
def district(db):
    from tests.factories import areas

    return areas.area(name="两江新区")


@pytest.fixture
def street(district):
    from tests.factories import areas

    return areas.area(district, "五里店街道")


@pytest.fixture
def community(street):
    from tests.factories import areas

    return areas.area(street, "黎明社区")


@pytest.fixture
def elsewhere(district):
    """A community of another street."""
    from tests.factories import areas

    return areas.area(areas.area(district, "人和街道"), "远方社区")


@pytest.fixture
def resident(community):
    from tests.factories import people

    return people.person(community, "周桂芳")


@pytest.fixture
def helper(community):
    from tests.factories import people

    return people.volunteer(community, "何素芬")


@pytest.fixture
def second_helper(community):
    from tests.factories import people

    return people.volunteer(community, "陈晓雨")


@pytest.fixture
def coordinator(community):
    """A community worker of the resident's community."""
    from tests.factories import people

    return people.staff(community, name="周敏")


@pytest.fixture
def street_official(street):
    from tests.factories import people

    return people.staff(street, "street_official", "李街道")


@pytest.fixture
def district_official(district):
    from tests.factories import people

    return people.staff(district, "district_official", "王区里")


@pytest.fixture
def far_coordinator(elsewhere):
    """A community worker of another street."""
    from tests.factories import people

    return people.staff(elsewhere, name="远方敏")


@pytest.fixture
def stranger(elsewhere):
    from tests.factories import people

    return people.person(elsewhere, "路人甲")
