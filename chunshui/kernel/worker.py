"""The worker: one process that beats, reaps, takes due slots, delivers events, drains and runs tasks, until it is told to stop."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from uuid import uuid4

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as TaskRunner
from django_tasks_db.models import DBTaskResult

from chunshui.kernel import background, events

log = logging.getLogger(__name__)


class Worker:
    """`interval` seconds of rest when there is nothing to do; a worker silent for `silent_seconds` loses its tasks to the others."""

    def __init__(self, *, interval: float = 0.5, silent_seconds: float = background.SILENT_SECONDS, grace_seconds: float = 20) -> None:
        self.worker_id = uuid4().hex
        self.host = f"{socket.gethostname()}:{os.getpid()}"
        self.interval = interval
        self.silent_seconds = silent_seconds
        self.grace_seconds = grace_seconds
        self.stopping = threading.Event()

    def stop(self, *_: object) -> None:
        """Finish what is in hand, then leave."""
        self.stopping.set()

    def run(self) -> None:
        """Deliveries and drains in this thread, tasks in another (a long one holds nothing else back), the heartbeat in a third."""
        self._beat()
        heart = self._thread(lambda: self._repeat(self._beat_once, self.silent_seconds / 6))
        tasks = self._thread(lambda: self._repeat(self._run_one_task, self.interval))
        self._repeat(self._round, self.interval)
        tasks.join(timeout=self.grace_seconds)
        heart.join(timeout=5)
        background.sign_off(self.worker_id)

    def _thread(self, target: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=target, daemon=True)
        thread.start()
        return thread

    def _repeat(self, work: Callable[[], int], rest: float) -> None:
        """Call `work` until told to stop, resting when there was nothing to do; a database that is away is waited for."""
        while not self.stopping.is_set():
            close_old_connections()
            try:
                done = work()
            except DatabaseError:
                log.exception("the database did not answer; trying again")
                connection.close()
                done = 0
            if not done:
                self.stopping.wait(rest)
        connection.close()

    def _round(self) -> int:
        now = timezone.now()
        done = background.reap(now, self.silent_seconds) + background.enqueue_due(now)
        return done + events.deliver(now) + background.run_drains(now)

    def _run_one_task(self) -> int:
        if not DBTaskResult.objects.ready().exists():
            return 0
        TaskRunner(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=1,
            worker_id=self.worker_id,
            excluded_queue_names=[],
        ).run()
        return 1

    def _beat(self) -> None:
        background.beat(self.worker_id, self.host, timezone.now())

    def _beat_once(self) -> int:
        self._beat()
        return 0
