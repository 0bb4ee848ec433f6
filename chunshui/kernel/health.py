"""Whether this installation can serve: write probe, migrations, queue age, disk, SQLite version."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from chunshui.kernel.models import Attempt, Delivery

SAFE_SQLITE = (3, 51, 3)
OLDEST_QUEUE_SECONDS = 300
LEAST_FREE_BYTES = 200 * 1024 * 1024


Alarm = Callable[[], str]
_alarms: dict[str, Alarm] = {}


def alarm(name: str, find: Alarm) -> None:
    """What an operator must look into: `find` says it in a few words, or nothing. It does not take the site out of service."""
    _alarms[name] = find


def alarms() -> dict[str, str]:
    found = {name: find() for name, find in _alarms.items()}
    return {name: words for name, words in found.items() if words}


def report(now: datetime) -> dict[str, Any]:
    """Every check with its finding; `ready` is true when all pass."""
    checks = {"write": _write(now), "migrations": _migrations(), "queue": _queue(now), "disk": _disk(), "database": _database()}
    return {"ready": all(check["ok"] for check in checks.values()), **checks, "alarms": alarms()}


def _write(now: datetime) -> dict[str, Any]:
    try:
        Attempt.objects.update_or_create(key="readyz", window=datetime.fromtimestamp(0, tz=now.tzinfo), defaults={"count": 1})
    except DatabaseError as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True}


def _migrations() -> dict[str, Any]:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {"ok": not pending, "pending": len(pending)}


def _queue(now: datetime) -> dict[str, Any]:
    waiting = Delivery.objects.filter(done_at=None, dead_at=None)
    oldest = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    age = max(0, int((now - oldest).total_seconds())) if oldest else 0
    return {"ok": age <= OLDEST_QUEUE_SECONDS, "oldest_seconds": age}


def _disk() -> dict[str, Any]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    return {"ok": free >= LEAST_FREE_BYTES, "free_bytes": free}


def _database() -> dict[str, Any]:
    if connection.vendor != "sqlite":
        return {"ok": True, "vendor": connection.vendor}
    version = sqlite_version()
    return {"ok": version >= SAFE_SQLITE, "vendor": "sqlite", "version": ".".join(map(str, version))}


def sqlite_version() -> tuple[int, ...]:
    import sqlite3

    return sqlite3.sqlite_version_info
