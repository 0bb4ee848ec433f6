"""Load the demonstration district: `manage.py demo --scale tiny|demo|full --seed N`."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from chunshui.areas.models import Area
from demo.load import load
from demo.scales import SCALES


class Command(BaseCommand):
    help = "Load the generated demonstration district into an empty database (people are invented, never real)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=sorted(SCALES), default="demo")
        parser.add_argument("--seed", type=int, default=20251206)
        parser.add_argument("--now", type=datetime.fromisoformat, help="moment to generate for, ISO 8601 with zone (default: now)")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.SMS_ADAPTER != "chunshui.notices.adapters.NullSms":
            raise CommandError("The demonstration has invented telephone numbers: it loads only with the null text-message gateway.")
        if Area.objects.exists():
            raise CommandError("The database already has a district. The demonstration loads only into an empty one.")
        with transaction.atomic():
            load(SCALES[options["scale"]], options["seed"], options["now"] or timezone.now(), quiet=options["verbosity"] == 0)
        call_command("district", verbosity=0)
