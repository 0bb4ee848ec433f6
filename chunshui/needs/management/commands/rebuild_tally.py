"""manage.py rebuild_tally [--check]: compare the statistics with the orders, and count them anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chunshui.needs import commands, queries


class Command(BaseCommand):
    help = "Compare the order statistics with the orders and rebuild them; --check only compares and fails on a difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["check"]:
            wrong = queries.tally_differences(queries.counted_anew())
            if wrong:
                raise CommandError(f"{len(wrong)} lines differ, the first: {wrong[0]}")
            self.stdout.write("statistics agree with the orders")
            return
        self.stdout.write(f"rebuilt; {commands.rebuild_tally()} lines had differed")
