from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from chunshui import matching
from chunshui.needs import commands


class Command(BaseCommand):
    """Compile the dispatch engine once, and write its district of volunteers anew, from the tables."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--if-missing", action="store_true", help="only when there is none, or one of another database")

    def handle(self, *args: Any, **options: Any) -> None:
        matching.warm()
        if options["if_missing"] and not commands.district_is_missing():
            return
        many = commands.build_district(now=timezone.now())
        if options["verbosity"]:
            self.stdout.write(f"{many} volunteers")
