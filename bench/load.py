"""Fifty people at once: latency by page, beside the plain answer of the same server in the same run."""

from __future__ import annotations

import http.client
import os
import platform
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from urllib.parse import quote

import config  # noqa: F401

LIMIT_MS = 150
NAMES = ("王秀", "李建", "张桂", "陈小", "刘国", "杨丽", "周敏", "桂英", "建国", "淑珍")
Pick = Callable[[random.Random], str]
PAGES: dict[str, dict[str, Pick]] = {
    "community": {
        "desk, community": lambda _r: "/desk/",
        "volunteers, community": lambda _r: "/volunteers/",
        "search, community": lambda r: f"/volunteers/?q={quote(r.choice(NAMES))}",
    },
    "street": {
        "desk, street": lambda r: f"/desk/?stage={r.choice('1234')}",
        "volunteers, street": lambda _r: "/volunteers/",
        "search, street": lambda r: f"/volunteers/?q={quote(r.choice(NAMES))}",
    },
    "district": {
        "desk, district": lambda r: f"/desk/?stage={r.choice('1234')}",
        "volunteers, district": lambda _r: "/volunteers/",
        "search, district": lambda r: f"/volunteers/?q={quote(r.choice(NAMES))}",
    },
    "volunteer": {"open list": lambda _r: "/volunteer/open/"},
}
HELLO = "hello (/healthz)"


class Run:
    def __init__(self, port: int, think: float, until: float) -> None:
        self.port, self.think, self.until = port, think, until
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.lock = threading.Lock()

    def user(self, number: int, kind: str, cookie: str) -> None:
        """One person: click, wait for the answer, read, click again. Every tenth click is the plain answer."""
        rng, link = random.Random(number), http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        time.sleep(rng.uniform(0, self.think))
        while time.monotonic() < self.until:
            name = HELLO if rng.random() < 0.1 else rng.choice(list(PAGES[kind]))
            path = "/healthz" if name == HELLO else PAGES[kind][name](rng)
            self._click(link, name, path, cookie)
            time.sleep(rng.expovariate(1 / self.think))

    def _click(self, link: http.client.HTTPConnection, name: str, path: str, cookie: str) -> None:
        start = time.perf_counter()
        try:
            link.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
            answer = link.getresponse()
            answer.read()
            wrong = "" if answer.status == 200 else f"{name}: {answer.status}"
        except OSError as error:
            link.close()
            wrong = f"{name}: {error!r}"
        spent = (time.perf_counter() - start) * 1000
        with self.lock:
            self.times[name].append(spent)
            if wrong:
                self.errors.append(wrong)


def run(users: int, seconds: int, think: float, port: int) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    import django

    django.setup()
    from bench.people import browsers

    people = browsers()
    server = _serve(port)
    try:
        _warm(port, people)
        spent = _cpu(server.pid)
        job = Run(port, think, time.monotonic() + seconds)
        threads = [threading.Thread(target=job.user, args=(n, people[n % len(people)].kind, people[n % len(people)].cookie)) for n in range(users)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        spent = _cpu(server.pid) - spent
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)
    return _tell(job, users, seconds, think, spent)


def _serve(port: int) -> subprocess.Popen[bytes]:
    """The server and worker as `make run` starts them."""
    server = subprocess.Popen([sys.executable, "manage.py", "serve", "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _try in range(120):
        time.sleep(0.5)
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            link.request("GET", "/healthz")
            if link.getresponse().status == 200:
                return server
        except OSError:
            continue
    server.kill()
    raise SystemExit("the server did not start")


def _warm(port: int, people: list) -> None:
    """Every page once for each kind of person, in each of the server's processes more or less."""
    rng = random.Random(1)
    for _turn in range(4):
        for kind in PAGES:
            cookie = next(each.cookie for each in people if each.kind == kind)
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            for pick in PAGES[kind].values():
                link.request("GET", pick(rng), headers={"Cookie": f"sessionid={cookie}"})
                link.getresponse().read()


def _cpu(pid: int) -> float:
    """CPU seconds of a process and all below it."""
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout.split()
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(_cpu(int(child)) for child in children)


def _tell(job: Run, users: int, seconds: int, think: float, cpu: float) -> int:
    from django.db import connection

    clicks = sum(len(times) for times in job.times.values())
    hello = _part(job.times[HELLO], 50) or 1
    print(f"{connection.vendor}, {users} users, {seconds} s, mean think time {think} s, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{clicks} clicks, {clicks / seconds:.1f} a second, {cpu * 1000 / clicks:.1f} ms CPU a click (server and worker), {len(job.errors)} errors")
    print(f"{'page':24}{'clicks':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'× hello':>9}")
    worst = 0.0
    for name, times in sorted(job.times.items()):
        middle, most = _part(times, 50), _part(times, 95)
        worst = max(worst, most)
        print(f"{name:24}{len(times):>8}{middle:>9.1f}{most:>9.1f}{_part(times, 99):>9.1f}{middle / hello:>9.1f}")
    for line in job.errors[:5]:
        print("error:", line)
    print(f"worst p95 {worst:.0f} ms, limit {LIMIT_MS} ms")
    return int(worst >= LIMIT_MS or bool(job.errors))


def _part(times: list[float], per_cent: int) -> float:
    if len(times) < 2:
        return times[0] if times else 0.0
    return statistics.quantiles(times, n=100, method="inclusive")[per_cent - 1]
