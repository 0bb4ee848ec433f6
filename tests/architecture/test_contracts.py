"""The import contracts hold, and each one fails when it is broken on purpose."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

LINT = Path(sys.executable).parent / "lint-imports"
BREAKS = [
    ("Domains import downward only", "chunshui/people/queries_extra", "from chunshui.needs import queries"),
    ("Every domain is built from the same files, read downhill", "chunshui/teams/utils", ""),
    ("Front door: of another domain only commands, queries, events, states", "chunshui/hours/forms", "from chunshui.people import models"),
    ("Pages touch no tables", "chunshui/notices/forms", "from chunshui.notices import models"),
    ("The engine knows neither Django nor the domains", "chunshui/matching/extra", "from chunshui.kernel import errors"),
    ("Only orders ask the engine", "chunshui/hours/forms", "from chunshui import matching"),
]


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ROOT / "chunshui", tmp_path / "chunshui", ignore=shutil.ignore_patterns("static", "templates", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path, contract: str | None = None) -> subprocess.CompletedProcess:
    return subprocess.run([str(LINT), "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, env={"PYTHONPATH": str(folder)})


def test_contracts_hold():
    found = lint(ROOT)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize(("contract", "module", "text"), BREAKS, ids=[contract for contract, _, _ in BREAKS])
def test_contract_fails_when_it_is_broken_on_purpose(copy, contract, module, text):
    path = copy / f"{module}.py"
    path.write_text((path.read_text() if path.exists() else "") + f"\n{text}\n")
    found = lint(copy)
    assert found.returncode == 1
    assert f"{contract} BROKEN" in found.stdout
