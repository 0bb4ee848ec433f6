"""Typed readers of environment variables. `VARIABLES` is the whole list, with its one-line descriptions."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SAFE_SQLITE = (3, 51, 3)
BASE_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Variable:
    name: str
    default: str
    description: str


VARIABLES: dict[str, Variable] = {}


def text(name: str, default: str, description: str) -> str:
    VARIABLES[name] = Variable(name, default, description)
    return os.environ.get(name, default)


def number(name: str, default: int, description: str) -> int:
    value = text(name, str(default), description)
    if not value.isdigit():
        raise SystemExit(f"{name} must be a whole number, not {value!r}: {description}")
    return int(value)


def flag(name: str, default: bool, description: str) -> bool:
    return text(name, "1" if default else "0", description).lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str, description: str) -> list[str]:
    return [word for word in text(name, default, description).split(",") if word]


def refuse_unsafe_sqlite(version: tuple[int, ...]) -> None:
    """SQLite 3.7.0 to 3.51.2 can corrupt a database in WAL mode when two connections checkpoint at the wrong instant."""
    if version < SAFE_SQLITE:
        found, needed = (".".join(map(str, each)) for each in (version, SAFE_SQLITE))
        raise SystemExit(f"SQLite {found} can corrupt the database; {needed} or newer is needed (install requirements/base.txt, or set DATABASE_URL)")


def database(url: str, data_dir: Path) -> dict[str, Any]:
    """Django's DATABASES entry for `sqlite:///path` (empty: the file in DATA_DIR) or `postgresql://user:password@host:port/name?sslmode=…`."""
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        more: dict[str, Any] = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": more.pop("host", "") or parts.hostname or "",
            "PORT": str(parts.port or ""),
            "DISABLE_SERVER_SIDE_CURSORS": True,
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 20}, "connect_timeout": 5, **more},
        }
    if url and parts.scheme != "sqlite":
        raise SystemExit(f"DATABASE_URL must begin with sqlite:/// or postgresql://, not {parts.scheme!r}")
    refuse_unsafe_sqlite(sqlite3.sqlite_version_info)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": unquote(parts.path[1:]) if url else str(data_dir / "chunshui.sqlite3"),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
            " PRAGMA cache_size=-65536; PRAGMA journal_size_limit=67108864; PRAGMA mmap_size=0;",
        },
    }
