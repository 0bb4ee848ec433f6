from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from chunshui.kernel import background


class Command(BaseCommand):
    """Try dead deliveries and failed tasks once more, after their cause was mended."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{background.revive(timezone.now())} put back")
