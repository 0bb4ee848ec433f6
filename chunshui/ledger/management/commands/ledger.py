"""What an operator does with the ledger from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from chunshui.kernel import seals
from chunshui.ledger import commands, queries


class Command(BaseCommand):
    help = (
        "The ledger. `prove` proves every balance, transfer, key, total and seal; `export FILE` writes a journal for beancount; "
        "`grant ROLE` gives a PostgreSQL role what the web server needs, and no way to rewrite history."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("prove")
        verbs.add_parser("export").add_argument("file", type=Path)
        verbs.add_parser("grant").add_argument("role")

    def handle(self, *, verb: str, **options: Any) -> None:
        getattr(self, verb)(**options)

    def prove(self, **_options: Any) -> None:
        now = timezone.now()
        seals.seal_events(now)
        commands.seal_transfers(now=now)
        audit = commands.prove(now=now, tick=self._say)
        if not audit.is_clean:
            for name, found in audit.findings.items():
                for words in found:
                    self.stderr.write(f"{name}: {words}")
            raise CommandError(f"{audit.drift} findings of drift in {audit.seconds:.1f} s")
        self.stdout.write(f"proved, 0 drift, {audit.seconds:.1f} s")

    def _say(self, name: str, looked_at: int, drift: int, seconds: float) -> None:
        self.stdout.write(f"{name:15} {looked_at:>10,}  {drift:>3} drift  {seconds:6.2f} s")
        self.stdout.flush()

    def export(self, *, file: Path, **_options: Any) -> None:
        with transaction.atomic(), file.open("w", encoding="utf-8") as out:
            for number, text in enumerate(queries.journal(), start=1):
                out.write(text)
                if number % 100_000 == 0:
                    self.stdout.write(f"{number:,} entries")
        self.stdout.write(f"{file}  {file.stat().st_size / 1e6:.1f} MB")

    def grant(self, *, role: str, **_options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL knows roles; on SQLite the triggers are the guard.")
        name = connection.ops.quote_name(role)
        fixed = {"kernel_event", *(model._meta.db_table for model in apps.get_app_config("ledger").get_models())}
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT USAGE ON SCHEMA {self._schema()} TO {name}")
            for table in connection.introspection.table_names(cursor):
                verbs = "SELECT, INSERT" if table in fixed else "SELECT, INSERT, UPDATE, DELETE"
                verbs = "SELECT" if table in {"ledger_cap", "ledger_total", "ledger_audit", "kernel_seal", "django_migrations"} else verbs
                cursor.execute(f"GRANT {verbs} ON {connection.ops.quote_name(table)} TO {name}")
            cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {self._schema()} TO {name}")

    def _schema(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(current_schema())")
            return str(cursor.fetchone()[0])
