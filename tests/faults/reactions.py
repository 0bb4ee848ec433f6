"""A reaction and a task that stop at marked places while a file called hold-<place> exists."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django_tasks import task

from chunshui.kernel.events import on
from chunshui.kernel.models import Attempt, Event

HAPPENED = "faults.happened"
WHEN = datetime(2026, 11, 24, tzinfo=UTC)


def stop_at(place: str) -> None:
    folder = Path(os.environ["FAULTS_DIR"])
    with (folder / f"passed-{place}").open("a") as log:
        log.write("x")
    while (folder / f"hold-{place}").exists():
        time.sleep(0.02)


def _count(key: str) -> None:
    Attempt.objects.get_or_create(key=key, window=WHEN)
    Attempt.objects.filter(key=key).update(count=F("count") + 1)


@on(HAPPENED)
def count_it(event: Event) -> None:
    _count(f"delivery:{event.pk}")
    stop_at("delivery")


@task()
def send(key: str) -> None:
    """The effect carries its own key in its own transaction: the rule that every task follows."""
    stop_at("before")
    with transaction.atomic():
        _, made = Attempt.objects.get_or_create(key=f"sent:{key}", window=WHEN)
        if made:
            _count(f"effect:{key}")
    stop_at("after")
