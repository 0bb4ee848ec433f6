"""Make the virtual environment if it is not there, and install one locked list: `python3 tools/venv.py .venv requirements/base.txt`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path


def can_make() -> bool:
    return bool(find_spec("venv") and find_spec("ensurepip"))


def make(folder: Path) -> None:
    if sys.version_info < (3, 11):
        raise SystemExit(f"Chunshui needs Python 3.11 or newer, and this is {sys.version.split()[0]}: make PYTHON3=python3.12 run")
    if not can_make() and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "python3-venv"], stdout=subprocess.DEVNULL, env=quiet)
    if subprocess.run([sys.executable, "-c", "import venv, ensurepip"], capture_output=True).returncode:
        raise SystemExit("The Debian package python3-venv is missing: sudo apt install python3-venv")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)


def main() -> None:
    folder, locked = Path(sys.argv[1]), sys.argv[2]
    python = folder / "bin" / "python"
    if not python.exists():
        print("Making the environment", flush=True)
        make(folder)
    print(f"Installing {locked}", flush=True)
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", locked]
    if subprocess.run(command).returncode:
        raise SystemExit(f"{locked} could not be installed: see the lines above")


if __name__ == "__main__":
    main()
