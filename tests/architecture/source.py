"""The product's own files, parsed once for the rules of the house."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "chunshui"
DOMAINS = ("areas", "people", "teams", "notices", "ledger", "hours", "needs", "redemption")


@lru_cache
def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@lru_cache
def tree(path: Path) -> ast.Module:
    return ast.parse(read(path))


@lru_cache
def modules(*, tests: bool = False) -> tuple[Path, ...]:
    folders = [PACKAGE, ROOT / "config", ROOT / "demo", ROOT / "tools"] + ([ROOT / "tests"] if tests else [])
    return tuple(path for folder in folders if folder.is_dir() for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts)


@lru_cache
def templates() -> tuple[Path, ...]:
    return tuple(path for path in sorted(PACKAGE.glob("*/templates/**/*")) if path.is_file())


def parts(domain: str, name: str) -> list[Path]:
    """The module `name` of a domain, or the modules of its package."""
    single = PACKAGE / domain / f"{name}.py"
    return [single] if single.exists() else sorted((PACKAGE / domain / name).glob("*.py"))


def functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in tree(path).body if isinstance(node, ast.FunctionDef)]


def every_function(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)]


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


def event_names() -> list[tuple[str, str, str]]:
    """Domain, constant and name of every event."""
    found = []
    for domain in DOMAINS:
        for path in parts(domain, "events"):
            for node in tree(path).body:
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                    found.append((domain, node.targets[0].id, node.value.value))
    return found
