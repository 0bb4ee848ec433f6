from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from chunshui.kernel.events import emit
from chunshui.kernel.models import Attempt, Delivery, Worker
from tests.faults import reactions

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.django_db(transaction=True)


def database_url() -> str:
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgresql://{values['USER']}:{quote(values['PASSWORD'])}@{values['HOST']}:{values['PORT']}/{values['NAME']}"


class Workers:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen] = []

    def start(self) -> subprocess.Popen:
        more = {"DATABASE_URL": database_url(), "FAULTS_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
        command = [sys.executable, "manage.py", "work", "--interval", "0.1", "--silent-after", "1.5"]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **more}, stderr=subprocess.DEVNULL)
        self.processes.append(process)
        return process

    def hold(self, place: str) -> None:
        (self.folder / f"hold-{place}").touch()

    def release(self, place: str) -> None:
        (self.folder / f"hold-{place}").unlink()

    def passed(self, place: str) -> int:
        path = self.folder / f"passed-{place}"
        return len(path.read_text()) if path.exists() else 0


@pytest.fixture
def workers(tmp_path):
    made = Workers(tmp_path)
    yield made
    for process in made.processes:
        process.kill()
        process.wait()
    connection.close()


def until(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.05)


def effects(key: str) -> int:
    return sum(Attempt.objects.filter(key=key).values_list("count", flat=True))


def kill_nine(process: subprocess.Popen) -> None:
    process.kill()
    process.wait()


def test_worker_killed_in_the_middle_of_a_delivery_delivers_it_exactly_once(workers, now):
    event = emit(reactions.HAPPENED, subject="fault", subject_id=1, actor=None, at=now.replace(year=2020))
    workers.hold("delivery")
    first = workers.start()
    until(lambda: workers.passed("delivery") == 1)
    kill_nine(first)
    assert effects(f"delivery:{event.pk}") == 0
    workers.release("delivery")
    workers.start()
    until(lambda: Delivery.objects.get(event=event).done_at)
    assert effects(f"delivery:{event.pk}") == 1
    assert workers.passed("delivery") == 2


@pytest.mark.parametrize(("place", "done_before"), [("before", 0), ("after", 1)])
def test_task_of_a_killed_worker_is_put_back_and_takes_effect_once(workers, place, done_before):
    reactions.send.enqueue("letter")
    workers.hold(place)
    first = workers.start()
    until(lambda: workers.passed(place) == 1)
    kill_nine(first)
    assert effects("effect:letter") == done_before
    workers.release(place)
    workers.start()
    until(lambda: DBTaskResult.objects.get().status == "SUCCESSFUL")
    assert effects("effect:letter") == 1
    assert len(DBTaskResult.objects.get().worker_ids) == 2


def test_long_task_of_a_living_worker_is_left_alone(workers):
    reactions.send.enqueue("letter")
    workers.hold("before")
    workers.start()
    until(lambda: workers.passed("before") == 1)
    workers.start()
    until(lambda: Worker.objects.count() == 2)
    time.sleep(3)
    workers.release("before")
    until(lambda: DBTaskResult.objects.get().status == "SUCCESSFUL")
    assert workers.passed("before") == 1
    assert len(DBTaskResult.objects.get().worker_ids) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_worker_told_to_stop_finishes_its_task_and_signs_off(workers, number):
    reactions.send.enqueue("letter")
    workers.hold("before")
    process = workers.start()
    until(lambda: workers.passed("before") == 1)
    process.send_signal(number)
    time.sleep(0.3)
    workers.release("before")
    assert process.wait(timeout=15) == 0
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert not Worker.objects.exists()
