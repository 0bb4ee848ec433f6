"""manage.py signing_keys list | rotate | export FILE: the keys that sign proofs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from chunshui.hours import commands, queries


class Command(BaseCommand):
    help = "The keys that sign proofs: list them, sign with a new one from now on, or write the key file for checking off line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verb", choices=["list", "rotate", "export"])
        parser.add_argument("file", nargs="?", type=Path, help="where export writes")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] == "rotate":
            key = commands.rotate_signing_key(actor=None, now=timezone.now())
            self.stdout.write(f"signs from now on: {key.name}")
        elif options["verb"] == "export":
            if options["file"] is None:
                raise CommandError("export wants the name of a file")
            options["file"].write_text(json.dumps(queries.key_file(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        else:
            for row in queries.key_file()["keys"]:
                self.stdout.write(f"{row['publicKeyMultibase']}  {row['since']} – {row['until'] or ''}")
