"""Everything `make test` runs, in order, with the time each step took. It stops at the end with a summary and a code.

`python tools/check.py lint types` runs only these.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
CORES = str(min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2))
SQLITE = {"DATABASE_URL": ""}


def run(*command: str, env: dict[str, str] | None = None) -> bool:
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **(env or {})}).returncode == 0


def compiler() -> subprocess.Popen[bytes]:
    """Compile the engine's loops beside the first checks; else each of the tests' processes does it for itself."""
    return subprocess.Popen([PYTHON, "-c", "from chunshui import matching; matching.warm()"], cwd=ROOT)


def lint() -> bool:
    checks = [
        run(str(BIN / "ruff"), "check", "-q", "."),
        run(str(BIN / "ruff"), "format", "--check", "-q", "."),
        run(str(BIN / "djlint"), "chunshui", "--lint", "--quiet"),
    ]
    return all(checks)


def types() -> bool:
    return run(str(BIN / "mypy"), "chunshui", "config", "demo")


def arch() -> bool:
    return run(str(BIN / "lint-imports"), "--no-logo")


def migrations() -> bool:
    return run(PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", env={**SQLITE, "DJANGO_SETTINGS_MODULE": "config.settings.test"})


def messages() -> bool:
    return run(PYTHON, "tools/messages.py", "--check")


def docs() -> bool:
    return run(PYTHON, "tools/docs.py", "--check")


def sqlite() -> bool:
    return run(PYTHON, "-m", "pytest", "-q", "-n", CORES, env=SQLITE)


def postgresql() -> bool:
    with postgres.cluster() as url:
        return run(PYTHON, "-m", "pytest", "-q", "-n", CORES, "-m", "not browser", env={"DATABASE_URL": url})


STEPS: dict[str, Callable[[], bool]] = {
    "lint": lint,
    "types": types,
    "arch": arch,
    "migrations": migrations,
    "messages": messages,
    "docs": docs,
    "sqlite": sqlite,
    "postgresql": postgresql,
}
PACKAGES: dict[str, Callable[[], object]] = {
    "postgresql": postgres.programs,
    "chromium": lambda: next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None),
    "fonts-noto-cjk": lambda: shutil.which("fc-list") and "Noto Sans CJK" in subprocess.run(["fc-list"], capture_output=True, text=True).stdout,
}


def prepare() -> None:
    """Install the Debian packages that the tests need where that is allowed, else name them in one line."""
    lacking = [name for name, found in PACKAGES.items() if not found()]
    if not lacking:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run("apt-get", "update", "-qq", env=quiet)
        if run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "fontconfig", *lacking, env=quiet):
            return
    raise SystemExit(f"The tests need Debian packages that are missing: sudo apt install {' '.join(lacking)}")


def main(names: Sequence[str]) -> int:
    wanted = [name for name in STEPS if not names or name in names]
    tests = {"sqlite", "postgresql"} & set(wanted)
    if tests:
        prepare()
    compiling = compiler() if tests else None
    results = []
    for name in wanted:
        print(f"\n── {name}", flush=True)
        if compiling is not None and name in tests:
            compiling.wait()
        begun = time.monotonic()
        results.append((name, STEPS[name](), time.monotonic() - begun))
    print()
    for name, passed, seconds in results:
        print(f"{'passed' if passed else 'FAILED':7} {name:12} {seconds:6.1f} s")
    return 0 if all(passed for _, passed, _ in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
