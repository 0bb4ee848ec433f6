from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from chunshui.kernel import backup
from chunshui.kernel.models import Worker


class Command(BaseCommand):
    """Put a backup in the place of the database, after checking its SHA-256. The site must be stopped."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a .sqlite3 or .dump file made by `backup`")

    def handle(self, *args: Any, **options: Any) -> None:
        if _is_running():
            raise CommandError("a worker of this site is alive: stop the site first")
        try:
            backup.restore(options["file"].resolve())
        except backup.BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write("restored; now run: python manage.py migrate")


def _is_running() -> bool:
    try:
        return Worker.objects.filter(seen_at__gt=timezone.now() - timedelta(seconds=15)).exists()
    except DatabaseError:
        return False  # an empty database has no workers
