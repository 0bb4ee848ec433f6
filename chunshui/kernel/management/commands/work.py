from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from chunshui.kernel.background import SILENT_SECONDS
from chunshui.kernel.worker import Worker


class Command(BaseCommand):
    """The background worker: event deliveries, tasks, periodic jobs and messages, until SIGTERM or Ctrl-C."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--interval", type=float, default=0.5, help="seconds of rest when there is nothing to do")
        parser.add_argument("--silent-after", type=float, default=SILENT_SECONDS, help="seconds without a heartbeat after which tasks are put back")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker(interval=options["interval"], silent_seconds=options["silent_after"])
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, worker.stop)
        worker.run()
