"""What an operator does with the ledger from the command line."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection


class Command(BaseCommand):
    help = "The ledger: `grant ROLE` gives a PostgreSQL role what the web server needs, and no way to rewrite history."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("grant").add_argument("role")

    def handle(self, *, verb: str, **options: Any) -> None:
        getattr(self, verb)(**options)

    def grant(self, *, role: str, **_options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL knows roles; on SQLite the triggers are the guard.")
        name = connection.ops.quote_name(role)
        fixed = {model._meta.db_table for model in apps.get_app_config("ledger").get_models()}
        with connection.cursor() as cursor:
            cursor.execute(f"GRANT USAGE ON SCHEMA {self._schema()} TO {name}")
            for table in connection.introspection.table_names(cursor):
                verbs = "SELECT, INSERT" if table in fixed else "SELECT, INSERT, UPDATE, DELETE"
                verbs = "SELECT" if table in {"ledger_cap", "ledger_total", "django_migrations"} else verbs
                cursor.execute(f"GRANT {verbs} ON {connection.ops.quote_name(table)} TO {name}")
            cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {self._schema()} TO {name}")

    def _schema(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT quote_ident(current_schema())")
            return str(cursor.fetchone()[0])
