"""Background work: periodic jobs, drains, tasks and event deliveries, done by any number of workers.

Delivery is at least once, effects are exactly once: a periodic job is enqueued in the transaction that takes its slot, a task of a
worker that fell silent is put back, and whatever a task writes carries its own unique key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from chunshui.kernel import clock
from chunshui.kernel.models import ApiAnswer, Attempt, Delivery, Slot, Worker

Job = Callable[[datetime], object]
Drain = Callable[[datetime], int]
SILENT_SECONDS = 30
MOST_ATTEMPTS = 5
DAY_MINUTES = 24 * 60
BATCH = 5000
KEPT_DAYS = {"slots": 8, "attempts": 8, "answers": 8, "done": 30, "workers": 1}
log = logging.getLogger(__name__)
_jobs: dict[str, tuple[int, Job]] = {}
_drains: list[Drain] = []
_slots_seen: dict[str, datetime] = {}


class WorkerLost(Exception):  # noqa: N818  the name is what operators read in the row
    """The worker of a task fell silent as often as the limit allows."""


def every(name: str, minutes: int) -> Callable[[Job], Job]:
    """Run `function(now)` once in every slot of so many minutes, counted from the district's midnight, on one worker only."""

    def register(function: Job) -> Job:
        _jobs[name] = (minutes, function)
        return function

    return register


def drain(function: Drain) -> Drain:
    """Call `function(now)` in every round of a worker; it returns how much it did, and works in small batches."""
    if function not in _drains:
        _drains.append(function)
    return function


def run_drains(now: datetime) -> int:
    done = 0
    for function in list(_drains):
        try:
            done += function(now)
        except Exception:
            log.exception("drain failed: %s.%s", function.__module__, function.__name__)
    return done


def slot_of(now: datetime, minutes: int) -> datetime:
    """The beginning of the slot that `now` lies in."""
    local = clock.local(now)
    passed = local.date().toordinal() * DAY_MINUTES + local.hour * 60 + local.minute
    days, rest = divmod(passed // minutes * minutes, DAY_MINUTES)
    return clock.at(local.date().fromordinal(days), rest // 60, rest % 60)


def enqueue_due(now: datetime) -> int:
    """Take every slot that is open and enqueue its job in the same transaction; returns how many this process took."""
    return sum(_take_slot(name, slot_of(now, minutes), now) for name, (minutes, _) in list(_jobs.items()))


def _take_slot(name: str, slot: datetime, now: datetime) -> bool:
    if _slots_seen.get(name) == slot:
        return False
    with transaction.atomic():
        _, made = Slot.objects.get_or_create(name=name, slot=slot, defaults={"at": now})
        if made:
            run_job.enqueue(name=name)
    _slots_seen[name] = slot
    return made


@task()
def run_job(name: str) -> None:
    if name in _jobs:
        _jobs[name][1](timezone.now())


def beat(worker_id: str, host: str, now: datetime) -> None:
    """Say that this worker lives."""
    Worker.objects.update_or_create(
        worker_id=worker_id,
        defaults={"seen_at": now},
        create_defaults={"host": host, "started_at": now, "seen_at": now},
    )


def sign_off(worker_id: str) -> None:
    Worker.objects.filter(worker_id=worker_id).delete()


def reap(now: datetime, silent_seconds: float = SILENT_SECONDS) -> int:
    """Put back the tasks of workers that fell silent, or fail them after the last attempt; returns how many were found."""
    silent = now - timedelta(seconds=silent_seconds)
    alive = set(Worker.objects.filter(seen_at__gt=silent).values_list("worker_id", flat=True))
    lost = [row for row in DBTaskResult.objects.running().filter(started_at__lt=silent) if row.worker_ids[-1] not in alive]
    for row in lost:
        _put_back(row, now)
    return len(lost)


def _put_back(row: Any, now: datetime) -> None:
    held = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)
    if len(row.worker_ids) < MOST_ATTEMPTS:
        held.update(status=TaskResultStatus.READY, started_at=None)
        log.warning("task put back: %s %s", row.task_path, row.pk)
        return
    reason = f"{WorkerLost.__module__}.{WorkerLost.__qualname__}"
    held.update(status=TaskResultStatus.FAILED, finished_at=now, exception_class_path=reason, traceback=f"lost by {row.worker_ids}")
    log.error("task given up: %s %s", row.task_path, row.pk)


def revive(now: datetime) -> int:
    """Try dead deliveries and failed tasks once more; returns how many."""
    deliveries = Delivery.objects.exclude(dead_at=None).update(dead_at=None, attempts=0, due_at=now)
    failed = DBTaskResult.objects.failed()
    return deliveries + int(failed.update(status=TaskResultStatus.READY, started_at=None, finished_at=None, worker_ids=[]))


@every("kernel.trim", DAY_MINUTES)
def trim(now: datetime) -> int:
    """Delete what nobody asks for any more; returns how many rows went."""
    before = {what: now - timedelta(days=days) for what, days in KEPT_DAYS.items()}
    old = [
        Slot.objects.filter(slot__lt=before["slots"]),
        Attempt.objects.filter(window__lt=before["attempts"]).exclude(key="readyz"),
        ApiAnswer.objects.filter(at__lt=before["answers"]),
        Delivery.objects.filter(done_at__lt=before["done"]),
        DBTaskResult.objects.finished().filter(finished_at__lt=before["done"]).order_by(),
        Worker.objects.filter(seen_at__lt=before["workers"]),
    ]
    return sum(_delete_in_batches(rows) for rows in old)


def _delete_in_batches(rows: Any) -> int:
    total = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        total += rows.model.objects.filter(pk__in=ids).delete()[0]
    return total
