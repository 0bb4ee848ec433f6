"""A small supervisor: starts the web server and the worker, starts them again when they fall, stops them together."""

from __future__ import annotations

import ctypes
import logging
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping, Sequence

MOST_STARTS = 5
SETTLED_SECONDS = 60
GRACE_SECONDS = 25
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
log = logging.getLogger(__name__)


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


class Supervisor:
    """`commands` names the processes. A process that falls often within a minute ends the whole."""

    def __init__(self, commands: Mapping[str, Sequence[str]]) -> None:
        self.commands = commands
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.starts: dict[str, list[float]] = {name: [] for name in commands}
        self.stopping = threading.Event()
        self.code = 0

    def stop(self, *_: object) -> None:
        self.stopping.set()

    def start(self) -> None:
        for name in self.commands:
            self._start(name)

    def _start(self, name: str) -> None:
        """In a session of its own, so that Ctrl-C reaches only the supervisor, which stops all in order."""
        self.starts[name].append(time.monotonic())
        self.running[name] = subprocess.Popen(self.commands[name], start_new_session=True, preexec_fn=_die_with_parent)  # noqa: S603

    def wait_until(self, url: str, host: str = "localhost", seconds: float = 60) -> bool:
        """Whether `url`, asked for by the name `host`, answered in time."""
        request = urllib.request.Request(url, headers={"Host": host})  # noqa: S310  an address of this machine
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stopping.wait(0.1):
            try:
                with urllib.request.urlopen(request, timeout=5):  # noqa: S310
                    return True
            except OSError:
                continue
        return False

    def watch(self) -> int:
        """Until stopped, or until something falls too often; returns the exit code."""
        while not self.stopping.wait(0.5):
            for name, process in list(self.running.items()):
                if process.poll() is not None:
                    self._fallen(name, process.returncode)
        self._stop_all()
        return self.code

    def _fallen(self, name: str, code: int) -> None:
        log.error("%s ended with code %s", name, code)
        recent = [at for at in self.starts[name] if at > time.monotonic() - SETTLED_SECONDS]
        if len(recent) >= MOST_STARTS:
            log.error("%s fell %s times in a minute: giving up", name, MOST_STARTS)
            self.code = 1
            self.stop()
            return
        self._start(name)

    def _stop_all(self) -> None:
        for process in self.running.values():
            process.terminate()
        end = time.monotonic() + GRACE_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
