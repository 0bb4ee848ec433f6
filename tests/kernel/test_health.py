from __future__ import annotations

from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import DatabaseError

from chunshui.kernel import health
from chunshui.kernel.models import Delivery, Event
from config import env


def test_healthz_answers_without_asking_the_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_readyz_says_ready_with_every_finding(db, client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    found = answer.json()
    assert found["ready"] is True
    assert {name for name in found if name != "ready"} == {"write", "migrations", "queue", "disk", "database", "alarms"}
    assert found["alarms"] == {}
    assert found["migrations"] == {"ok": True, "pending": 0}


def test_queue_that_stands_still_is_not_ready(db, now):
    event = Event.objects.create(name="x.y", subject="x", subject_id=1, at=now)
    Delivery.objects.create(event=event, reaction="r", due_at=now - timedelta(seconds=301))
    found = health.report(now)
    assert (found["ready"], found["queue"]) == (False, {"ok": False, "oldest_seconds": 301})


def test_dead_letters_do_not_hold_the_site_down(db, now):
    event = Event.objects.create(name="x.y", subject="x", subject_id=1, at=now)
    Delivery.objects.create(event=event, reaction="r", due_at=now - timedelta(days=1), dead_at=now)
    assert health.report(now)["queue"]["ok"] is True


def test_full_disk_is_not_ready_and_answers_503(db, client, monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: usage(1024))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["disk"] == {"ok": False, "free_bytes": 1024}


def test_database_that_refuses_to_write_is_not_ready(db, now, monkeypatch):
    def refuse(**_):
        raise DatabaseError

    monkeypatch.setattr(health.Attempt.objects, "update_or_create", refuse)
    assert health.report(now)["write"] == {"ok": False, "error": "DatabaseError"}


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_start_on_a_sqlite_that_can_corrupt_is_refused_in_one_line(version):
    with pytest.raises(SystemExit) as refusal:
        env.refuse_unsafe_sqlite(version)
    assert str(refusal.value).startswith(f"SQLite {'.'.join(map(str, version))} can corrupt the database; 3.51.3 or newer is needed")
    assert "\n" not in str(refusal.value)


def test_start_on_the_bundled_sqlite_is_allowed():
    env.refuse_unsafe_sqlite(health.sqlite_version())
