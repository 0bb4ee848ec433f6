"""Backups that were opened again before they count: a copy of the database, checked, with its SHA-256 beside it.

The master keys (CRYPTO_KEYS or the file crypto_keys) are not part of it on purpose: a stolen backup must stay unreadable. Keep them elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import tarfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from chunshui.kernel import clock


class BackupFailed(Exception):  # noqa: N818
    """The copy was not made or did not pass its check."""


def make(folder: Path, now: datetime) -> list[Path]:
    """Write database and uploads of this moment into `folder`, check them and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"chunshui-{clock.local(now):%Y%m%d-%H%M%S}"
    is_file = connection.vendor == "sqlite"
    database = _copy_sqlite(folder / f"{name}.sqlite3") if is_file else _dump_postgresql(folder / f"{name}.dump")
    files = [database, *_pack_uploads(folder / f"{name}-uploads.tar.gz")]
    for path in files:
        path.chmod(0o600)
        checksum_of(path).write_text(f"{digest(path)}  {path.name}\n")
    return files


def _copy_sqlite(target: Path) -> Path:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(target)])
    check_sqlite(target)
    return target


def check_sqlite(path: Path) -> None:
    copy = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        answer = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise BackupFailed(f"{path.name}: {error}") from error
    finally:
        copy.close()
    if answer != "ok":
        raise BackupFailed(f"{path.name}: {answer}")


def _dump_postgresql(target: Path) -> Path:
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}", connection.settings_dict["NAME"])
    _run("pg_restore", "--list", str(target))
    return target


def _pack_uploads(target: Path) -> list[Path]:
    source = Path(settings.MEDIA_ROOT)
    if not source.is_dir():
        return []
    with tarfile.open(target, "w:gz") as archive:
        archive.add(source, arcname="uploads")
    return [target]


def restore(path: Path) -> None:
    """Put a backup in the place of the present database (which is set aside on SQLite, and must be empty on PostgreSQL)."""
    verify(path)
    if path.suffix == ".sqlite3":
        check_sqlite(path)
        _replace_file(path, Path(connection.settings_dict["NAME"]))
    else:
        _run("pg_restore", "--exit-on-error", "--no-owner", "--single-transaction", f"--dbname={connection.settings_dict['NAME']}", str(path))


def _replace_file(path: Path, target: Path) -> None:
    connection.close()
    for suffix in ("", "-wal", "-shm"):
        present = Path(f"{target}{suffix}")
        if present.exists():
            present.replace(f"{target}.before-restore{suffix}")
    shutil.copyfile(path, target)


def verify(path: Path) -> None:
    """Raise unless the file is the one whose checksum stands beside it."""
    if not path.is_file() or not checksum_of(path).is_file():
        raise BackupFailed(f"{path} or its .sha256 is missing")
    if checksum_of(path).read_text().split()[0] != digest(path):
        raise BackupFailed(f"{path.name} is not the file that was backed up: its SHA-256 differs")


def trim(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest `keep` backups; returns what went."""
    moments = sorted({path.name[:24] for path in folder.glob("chunshui-*")}, reverse=True)
    old = [path for moment in moments[keep:] for path in folder.glob(f"{moment}*")]
    for path in old:
        path.unlink()
    return old


def checksum_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.sha256")


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _program(name: str) -> str:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda each: int(each.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if not found:
        raise BackupFailed(f"{name} is missing: apt install postgresql-client")
    return found


def _run(name: str, *arguments: str) -> None:
    values = connection.settings_dict
    server = {"PGHOST": values["HOST"], "PGPORT": values["PORT"], "PGUSER": values["USER"], "PGPASSWORD": values["PASSWORD"]}
    environment = {**os.environ, **{key: value for key, value in server.items() if value}}
    done = subprocess.run([_program(name), *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupFailed(f"{name}: {done.stderr.strip()[-500:]}")
