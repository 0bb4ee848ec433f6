from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from chunshui.kernel.supervisor import Supervisor

WEB = ["--interface", "wsgi", "--no-ws", "--workers", "3", "--blocking-threads", "2", "--backpressure", "64", "--log-level", "warning"]


class Command(BaseCommand):
    """Prepare the database and the static files, then run the web server and the worker until Ctrl-C."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "0.0.0.0"))  # noqa: S104  people open it from their phones
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--no-prepare", action="store_true", help="neither migrate nor collect static files nor load the demonstration")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if _is_taken(port):
            raise CommandError(f"port {port} is in use: stop what uses it, or choose another with PORT=8001")
        if not options["no_prepare"]:
            self._prepare()
        supervisor = Supervisor({"web": _web(host, port), "worker": [sys.executable, "manage.py", "work"]})
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, supervisor.stop)
        supervisor.start()
        host_name = settings.ALLOWED_HOSTS[0].replace("*", "localhost").lstrip(".")
        if supervisor.wait_until(f"http://127.0.0.1:{port}/healthz", host_name):
            self._welcome(port)
        code = supervisor.watch()
        self.stdout.write("stopped")
        sys.exit(code)

    def _prepare(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        _collect_static()
        if settings.DEMO and "demo" in get_commands() and not get_user_model().objects.exists():
            self.stdout.write("The demonstration district is loaded the first time; this takes about a minute.")
            call_command("demo", scale="demo")
        if "district" in get_commands():
            call_command("district", if_missing=True, verbosity=0)

    def _welcome(self, port: int) -> None:
        self.stdout.write(f"\n  {settings.SITE_NAME} · {settings.SITE_NAME_EN}\n  http://localhost:{port}/\n")
        accounts = import_string(settings.DEMO_ACCOUNTS)() if settings.DEMO else []
        for account in accounts:
            self.stdout.write(f"  {account.phone}  {account.words} · {account.name} · {account.where}")
        if accounts:
            self.stdout.write(f"\n  One click signs in as any of them at /sign-in/ (or the password {import_string(settings.DEMO_PASSWORD)}).")
        self.stdout.write("\n  Ctrl-C stops the server and the worker; the data stay in " + str(settings.DATA_DIR) + "\n")


def _web(host: str, port: int) -> list[str]:
    return [sys.executable, "-m", "granian", "--host", host, "--port", str(port), *WEB, "config.wsgi:application"]


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _collect_static() -> None:
    """Collect and compress anew only when a file changed, so that a second start is quick."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    state = _static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    shutil.rmtree(settings.STATIC_ROOT, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(state)


def _static_state() -> str:
    found = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            found.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return found.hexdigest()
