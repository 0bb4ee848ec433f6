"""The long storm: `python -m tests.faults [--movements 100000] [--kills 500] [--seed N]` on SQLite and on PostgreSQL, then the controls.

Each database is made for the run and thrown away. On PostgreSQL the whole server is killed too, and one control runs it with commits
that do not wait for the log: the checker must then see loss. The exit code says whether every figure is what it must be.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_connections": "200"}
CARELESS = {**DURABLE, "synchronous_commit": "off", "wal_writer_delay": "10000"}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument("--movements", type=int, default=110_000, help="acknowledged movements to reach on each database")
    parser.add_argument("--kills", type=int, default=520, help="writers killed -9 on each database")
    parser.add_argument("--server-kills", type=int, default=12, help="times that the PostgreSQL server is killed -9")
    parser.add_argument("--writers", type=int, default=32)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", choices=("sqlite", "postgresql", "controls"))
    parser.add_argument("--inside", choices=("storm", "naive"), help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    chosen = options()
    if chosen.inside:
        return inside(chosen)
    print(f"seed {chosen.seed}", flush=True)
    results = []
    if chosen.only in (None, "sqlite"):
        results.append(("sqlite", _on_sqlite(chosen, "storm") == 0))
    if chosen.only in (None, "postgresql"):
        results.append(("postgresql", _on_postgresql(chosen, DURABLE, "storm", chosen.kills, chosen.server_kills) == 0))
    if chosen.only in (None, "controls"):
        results.append(("control: no guards, SQLite", _on_sqlite(chosen, "naive") == 1))
        results.append(("control: commits that do not wait, PostgreSQL", _on_postgresql(chosen, CARELESS, "storm", 10, 4, 5_000) == 1))
    for name, is_right in results:
        print(f"{'as it must be' if is_right else 'WRONG':13}  {name}")
    return 0 if all(is_right for _, is_right in results) else 1


def _on_sqlite(chosen: argparse.Namespace, how: str) -> int:
    with tempfile.TemporaryDirectory(prefix="chunshui-storm-") as folder:
        few = {"movements": 500, "kills": 20} if how == "naive" else {}
        return _run(chosen, how, f"sqlite:///{folder}/storm.sqlite3", Path(folder), **few)


def _on_postgresql(chosen: argparse.Namespace, settings: dict[str, str], how: str, kills: int, server_kills: int, movements: int = 0) -> int:
    from tools.postgres import Server

    server = Server(**settings)
    try:
        server.start()
        more = {"PG_DATA": str(server.data), "PG_START": repr([server.control, server.options])}
        return _run(chosen, how, server.url, server.folder, kills=kills, movements=movements or chosen.movements, server_kills=server_kills, env=more)
    finally:
        server.remove()


def _run(
    chosen: argparse.Namespace,
    how: str,
    url: str,
    folder: Path,
    *,
    kills: int = 0,
    movements: int = 0,
    server_kills: int = 0,
    env: dict[str, str] | None = None,
) -> int:
    figures = ["--movements", movements or chosen.movements, "--kills", kills or chosen.kills, "--server-kills", server_kills]
    command = [
        sys.executable,
        "-m",
        "tests.faults",
        "--inside",
        how,
        *map(str, figures),
        "--writers",
        str(chosen.writers),
        "--seed",
        str(chosen.seed),
    ]
    more = {"DATABASE_URL": url, "DATA_DIR": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "config.settings.test", **(env or {})}
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **more}).returncode


def inside(chosen: argparse.Namespace) -> int:
    """In a process of its own, with the database that the environment names."""
    import django

    import config  # noqa: F401

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.faults.ledger_checker import check
    from tests.faults.ledger_control import drop_guards, naive
    from tests.faults.ledger_storm import Writers, close_all, send

    call_command("migrate", verbosity=0)
    if chosen.inside == "naive":
        drop_guards()
    close_all()
    folder = Path(tempfile.mkdtemp(prefix="chunshui-logs-"))
    writers, dice = Writers(folder, chosen.seed, chosen.writers, naive if chosen.inside == "naive" else send), random.Random(chosen.seed)
    begun = time.monotonic()
    server_kills = _rage(chosen, writers, folder, dice)
    seconds = time.monotonic() - begun
    verdict = check(folder, chosen.seed)
    asked = verdict.requests + sum(verdict.refused.values())
    print(
        f"{connection.vendor} ({chosen.inside}), {chosen.writers} writers, {seconds:.0f} s: {writers.killed} writers and {server_kills} servers killed -9; "
        f"{verdict.movements:,} movements acknowledged in {verdict.requests:,} requests ({asked:,} answers), {verdict.duplicates:,} of them duplicates, "
        f"{verdict.refused['key_reused']:,} altered bodies refused, {verdict.refused['not_enough']:,} refused for want of balance, "
        f"{verdict.unanswered} asked again after a kill\n  {verdict.counts()}",
        flush=True,
    )
    for word, found in verdict.found.items():
        print(f"  {word}: {found[:5]}", flush=True)
    return int(any(verdict.counts().values()))


def _rage(chosen: argparse.Namespace, writers: object, folder: Path, dice: random.Random) -> int:
    """Kill until both figures are reached; kills are spread over the work, and server kills over the kills. Says how far it is."""
    writers.start()
    killed, said, wait = 0, time.monotonic(), 0.12
    every = max(1, chosen.kills // (chosen.server_kills + 1))
    while True:
        time.sleep(wait)
        done = _lines_acknowledged(folder, chosen.seed)
        if writers.killed >= chosen.kills and done >= chosen.movements:
            writers.stop()
            return killed
        if writers.killed < chosen.kills:
            writers.kill_one(dice)
            if chosen.server_kills and writers.killed % every == 0 and killed < chosen.server_kills:
                killed += _kill_server()
        if time.monotonic() - said > 10:
            said = time.monotonic()
            print(f"  {done:,} movements, {writers.killed} kills, {killed} server kills", flush=True)


_read: dict[Path, tuple[int, int]] = {}


def _lines_acknowledged(folder: Path, seed: int) -> int:
    """Movements that the logs say were answered with ok, read on from where the last look ended."""
    from tests.faults.ledger_storm import step

    for log in folder.glob("*.log"):
        offset, count = _read.get(log, (0, 0))
        with log.open("rb") as text:
            text.seek(offset)
            fresh = text.read()
        fresh = fresh[: fresh.rfind(b"\n") + 1]
        for line in fresh.splitlines():
            parts = line.split()
            if parts[0] == b"a" and parts[2] == b"ok":
                count += max(1, len(step(seed, int(log.stem), int(parts[1])).lines))
        _read[log] = (offset + len(fresh), count)
    return sum(count for _, count in _read.values())


def _kill_server() -> int:
    """Kill -9 all of PostgreSQL and start it again; it recovers from its log."""
    from ast import literal_eval

    from tools.postgres import as_server, kill

    kill(Path(os.environ["PG_DATA"]))
    control, line = literal_eval(os.environ["PG_START"])
    for _ in range(50):
        started = subprocess.run(as_server([*control, "-o", line, "start"]), cwd="/tmp", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if started.returncode == 0:
            return 1
        time.sleep(0.2)
    raise SystemExit("PostgreSQL did not come back")


if __name__ == "__main__":
    sys.exit(main())
