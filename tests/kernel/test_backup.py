from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from chunshui.kernel import backup
from chunshui.kernel.models import Event, Worker
from tests.faults.test_worker import database_url

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.django_db(transaction=True)
def test_backup_holds_what_was_written_and_uploads_and_passes_its_own_check(tmp_path, now, settings):
    Event.objects.create(name="kept.fact", subject="x", subject_id=1, at=now)
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.MEDIA_ROOT.mkdir()
    (settings.MEDIA_ROOT / "a.txt").write_text("a")
    files = backup.make(tmp_path / "backups", now)
    assert [path.name for path in files] == [
        f"chunshui-20261124-120000.{'sqlite3' if connection.vendor == 'sqlite' else 'dump'}",
        "chunshui-20261124-120000-uploads.tar.gz",
    ]
    for path in files:
        backup.verify(path)
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db(transaction=True)
def test_backup_restored_elsewhere_gives_the_same_facts(tmp_path, now):
    Event.objects.create(name="kept.fact", subject="x", subject_id=77, at=now)
    _manage(database_url(), "backup", "--to", str(tmp_path))
    file = next(path for path in tmp_path.iterdir() if path.suffix in {".sqlite3", ".dump"})
    if connection.vendor == "sqlite":
        other = f"sqlite:///{tmp_path}/other.sqlite3"
    else:
        name = f"restored_{os.getpid()}"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        other = database_url().rsplit("/", 1)[0] + f"/{name}"
    try:
        assert "restored" in _manage(other, "restore", str(file))
        found = "from chunshui.kernel.models import Event; print(Event.objects.get(name='kept.fact').subject_id)"
        assert _manage(other, "shell", "--no-imports", "-c", found).strip() == "77"
        _manage(other, "migrate", "--check")
    finally:
        if connection.vendor != "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _manage(url: str, *arguments: str) -> str:
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def backed_up(folder: Path, content: bytes) -> Path:
    path = folder / "chunshui-20261124-120000.sqlite3"
    path.write_bytes(content)
    backup.checksum_of(path).write_text(f"{backup.digest(path)}  {path.name}\n")
    return path


def test_file_that_was_changed_after_the_backup_is_not_restored(tmp_path):
    path = backed_up(tmp_path, b"x")
    path.write_bytes(b"y")
    with pytest.raises(backup.BackupFailed, match="SHA-256 differs"):
        backup.restore(path)


def test_file_that_is_no_database_is_not_restored(tmp_path, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "present"))
    (tmp_path / "present").write_text("untouched")
    with pytest.raises(backup.BackupFailed):
        backup.restore(backed_up(tmp_path, b"x" * 5000))
    assert (tmp_path / "present").read_text() == "untouched"


def test_restore_is_refused_while_a_worker_lives(db, tmp_path):
    from django.utils import timezone

    Worker.objects.create(worker_id="w", host="h", started_at=timezone.now(), seen_at=timezone.now())
    with pytest.raises(CommandError, match="stop the site first"):
        call_command("restore", str(tmp_path / "x"))


def test_only_the_newest_backups_are_kept(tmp_path):
    for day in (22, 23, 24):
        (tmp_path / f"chunshui-202611{day}-030000.sqlite3").touch()
        (tmp_path / f"chunshui-202611{day}-030000.sqlite3.sha256").touch()
    assert len(backup.trim(tmp_path, 2)) == 2
    assert sorted(path.name[:17] for path in tmp_path.glob("*.sqlite3")) == ["chunshui-20261123", "chunshui-20261124"]
