"""What the tools do on a machine that lacks something: install it where that is allowed, else name it in one line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tools import check, postgres, venv


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it, a root who may install, and a server that is there already."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("DEBIAN_FRONTEND", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setitem(check.PACKAGES, "postgresql", lambda: tmp_path)
    return tmp_path


def program(machine: Path, name: str, *lines: str) -> None:
    path = machine / name
    path.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    path.chmod(0o755)


def apt(machine: Path, *installs: str, code: int = 0) -> None:
    """An apt-get that writes down what it was asked, and installs what it is told to."""
    log = f'echo "$DEBIAN_FRONTEND $*" >> {machine}/asked'
    program(machine, "apt-get", log, 'if [ "$1" = install ]; then', *(installs or (":",)), f"exit {code}", "fi")


def asked(machine: Path) -> list[str]:
    log = machine / "asked"
    return log.read_text().splitlines() if log.exists() else []


FONTS = ("fc-list", 'echo "Noto Sans CJK SC"')
LACKING = "sudo apt install chromium fonts-noto-cjk"


def test_what_is_missing_is_installed_and_nothing_else(machine):
    apt(machine)
    check.prepare()
    wanted = "install -y -qq --no-install-recommends fontconfig chromium fonts-noto-cjk"
    assert asked(machine) == ["noninteractive update -qq", f"noninteractive {wanted}"]


def test_what_is_there_is_not_installed_again(machine):
    apt(machine)
    program(machine, *FONTS)
    check.prepare()
    assert asked(machine)[-1].endswith("fontconfig chromium")


def test_nothing_is_asked_of_apt_when_nothing_is_missing(machine):
    apt(machine)
    program(machine, *FONTS)
    program(machine, "google-chrome")
    check.prepare()
    assert asked(machine) == []


def test_an_apt_that_fails_leaves_one_line_that_names_what_to_install(machine):
    apt(machine, code=100)
    with pytest.raises(SystemExit, match=LACKING) as end:
        check.prepare()
    assert (len(asked(machine)), "\n" in str(end.value)) == (2, False)


def test_who_is_not_root_is_told_what_to_install_and_apt_is_left_alone(machine, monkeypatch):
    apt(machine)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit, match=LACKING):
        check.prepare()
    assert asked(machine) == []


def test_a_machine_without_apt_is_told_what_to_install(machine):
    with pytest.raises(SystemExit, match=LACKING):
        check.prepare()


def test_a_server_that_is_missing_is_named(machine, monkeypatch):
    monkeypatch.setattr(postgres, "programs", lambda: None)
    with pytest.raises(SystemExit, match="apt install postgresql"), postgres.cluster():
        pass


# --- the environment itself


@pytest.fixture
def python(machine, monkeypatch):
    """A Debian python without venv: it can make environments once `python3-venv` has been installed."""
    ready = f"[ -e {machine}/venv-installed ]"
    program(machine, "python3", f'if [ "$1" = -c ]; then {ready}; exit $?; fi', f'{ready} && /bin/mkdir -p "$3"')
    monkeypatch.setattr(sys, "executable", str(machine / "python3"))
    monkeypatch.setattr(venv, "find_spec", lambda name: None)
    return machine


def test_the_environment_is_made_after_python3_venv_was_installed(python):
    apt(python, f"/usr/bin/touch {python}/venv-installed")
    venv.make(python / "env")
    assert (asked(python), (python / "env").is_dir()) == (["noninteractive update -qq", "noninteractive install -y -qq python3-venv"], True)


def test_an_environment_that_cannot_be_made_is_explained(python, monkeypatch):
    apt(python)
    for may_install in (0, 1000):
        monkeypatch.setattr(os, "geteuid", lambda may_install=may_install: may_install)
        with pytest.raises(SystemExit, match="sudo apt install python3-venv"):
            venv.make(python / "env")
    assert (len(asked(python)), (python / "env").exists()) == (2, False)


def test_an_old_python_is_named_with_the_way_out(python, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer"):
        venv.make(python / "env")


def test_a_list_that_cannot_be_installed_ends_with_one_line(python, monkeypatch):
    (python / "env" / "bin").mkdir(parents=True)
    program(python / "env" / "bin", "python", f'echo "pip $*" >> {python}/asked', "exit 1")
    monkeypatch.setattr(sys, "argv", ["venv.py", str(python / "env"), "requirements/base.txt"])
    with pytest.raises(SystemExit, match=r"requirements/base.txt could not be installed"):
        venv.main()
    assert "--require-hashes -r requirements/base.txt" in asked(python)[0]
