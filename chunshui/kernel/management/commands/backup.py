from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from chunshui.kernel import backup


class Command(BaseCommand):
    """Copy database and uploads while the site runs, open the copy and check it, write its SHA-256 beside it."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=Path(settings.DATA_DIR) / "backups", help="folder (default: backups in DATA_DIR)")
        parser.add_argument("--keep", type=int, default=0, help="delete all but so many of the newest (default: keep all)")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = time.monotonic()
        try:
            files = backup.make(options["to"], timezone.now())
        except backup.BackupFailed as error:
            raise CommandError(str(error)) from error
        for path in files:
            self.stdout.write(f"{path}  {path.stat().st_size / 1e6:.1f} MB, checked")
        if options["keep"]:
            backup.trim(options["to"], options["keep"])
        self.stdout.write(f"{time.monotonic() - begun:.1f} s")
