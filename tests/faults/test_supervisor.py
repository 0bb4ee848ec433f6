from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from chunshui.kernel import supervisor
from chunshui.kernel.supervisor import Supervisor

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
FALL = [sys.executable, "-c", "raise SystemExit(3)"]


@pytest.fixture
def run():
    """Starts a supervisor and watches it in a thread; whatever still runs at the end is killed."""
    made = []

    def start(commands):
        chief = Supervisor(commands)
        codes = []
        chief.start()
        thread = threading.Thread(target=lambda: codes.append(chief.watch()))
        thread.start()
        made.append((chief, thread))
        return chief, thread, codes

    yield start
    for chief, thread in made:
        chief.stop()
        thread.join(10)


def until(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.05)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_stop_ends_every_process_and_gives_zero(run):
    chief, thread, codes = run({"web": SLEEP, "worker": SLEEP})
    pids = [process.pid for process in chief.running.values()]
    assert all(map(is_alive, pids))
    chief.stop()
    thread.join(10)
    assert codes == [0]
    assert not any(map(is_alive, pids))


def test_process_that_falls_is_started_again_and_the_other_is_left_alone(run):
    chief, _, _ = run({"web": SLEEP, "worker": SLEEP})
    web, worker = chief.running["web"].pid, chief.running["worker"].pid
    os.kill(worker, signal.SIGKILL)
    until(lambda: chief.running["worker"].pid != worker)
    assert chief.running["web"].pid == web


def test_process_that_falls_again_and_again_ends_the_whole_with_one(run):
    chief, thread, codes = run({"web": SLEEP, "worker": FALL})
    web = chief.running["web"].pid
    thread.join(20)
    assert codes == [1]
    assert len(chief.starts["worker"]) == supervisor.MOST_STARTS
    assert not is_alive(web)


def test_process_that_does_not_listen_is_killed(run, monkeypatch):
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", 0.3)
    deaf = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"]
    chief, thread, codes = run({"web": deaf})
    time.sleep(0.5)
    chief.stop()
    thread.join(10)
    assert codes == [0]
    assert chief.running["web"].returncode == -signal.SIGKILL
