"""Run a command with a PostgreSQL of its own: `python tools/postgres.py pytest tests/kernel`.

The cluster lives in a temporary folder, listens on the loopback only, does not wait for the disk (it is thrown away), and is stopped and
deleted at the end, also after a failure or Ctrl-C.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "max_connections": "120",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "''",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}


def programs() -> Path | None:
    """The newest installed server, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def as_server(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root, so root runs it as the user that Debian's package made."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kill(data: Path) -> None:
    """End the server of this folder and all of its processes at once, without a word."""
    chief = int((data / "postmaster.pid").read_text().split()[0])
    children = [int(pid) for pid in Path(f"/proc/{chief}/task/{chief}/children").read_text().split()]
    for pid in (chief, *children):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Server:
    """A cluster of its own in a temporary folder."""

    def __init__(self, **settings: str) -> None:
        binaries = programs()
        if binaries is None:
            raise SystemExit("PostgreSQL is missing: apt install postgresql")
        self.folder = Path(tempfile.mkdtemp(prefix="chunshui-pg-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.data, words, log = self.folder / "data", self.folder / "words", self.folder / "log"
        secret, port = secrets.token_hex(16), _free_port()
        self.url = f"postgresql://chunshui:{secret}@127.0.0.1:{port}/postgres"
        words.write_text(secret)
        if os.geteuid() == 0:
            for path in (self.folder, words):
                shutil.chown(path, "postgres", "postgres")
        initdb = [str(binaries / "initdb"), "-D", str(self.data), "-U", "chunshui", "-A", "scram-sha-256", "--pwfile", str(words)]
        initdb += ["-E", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"]
        self.control = [str(binaries / "pg_ctl"), "-D", str(self.data), "-w", "-l", str(log)]
        self.options = " ".join(f"-c {name}={value}" for name, value in {**SETTINGS, **settings, "port": str(port)}.items())
        subprocess.run(as_server(initdb), check=True, cwd=self.folder, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        subprocess.run(as_server([*self.control, "-o", self.options, "start"]), check=True, cwd=self.folder, stdout=subprocess.DEVNULL)

    def remove(self) -> None:
        stop = [*self.control, "-m", "immediate", "stop"]
        subprocess.run(as_server(stop), cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def cluster() -> Iterator[str]:
    """The DATABASE_URL of a fresh cluster."""
    server = Server()
    try:
        server.start()
        yield server.url
    finally:
        server.remove()


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with cluster() as url:
        command = [sys.executable, "-m", *sys.argv[1:]] if sys.argv[1:2] == ["pytest"] else sys.argv[1:]
        try:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main())
