"""Write what can be read from the code: docs/domains/<domain>.md, and the table of variables in docs/operating.md.

python tools/docs.py            write
python tools/docs.py --check    fail if something written is out of date
"""

from __future__ import annotations

import ast
import importlib
import inspect
import os
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DOMAINS = ("areas", "people", "teams", "notices", "ledger", "hours", "needs", "redemption")
BEGIN, END = "<!-- variables: written by tools/docs.py -->", "<!-- end of variables -->"


def prepare() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    os.environ.setdefault("SECRET_KEY", "documentation")
    import django
    from django.utils import translation

    import config  # noqa: F401

    django.setup()
    translation.activate("zh-hans")


def modules(name: str) -> list[ModuleType]:
    """A module, or the modules of a package; none if there is no such thing."""
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == name:
            return []
        raise
    if not hasattr(module, "__path__"):
        return [module]
    return [module, *(importlib.import_module(f"{name}.{each.name}") for each in pkgutil.iter_modules(module.__path__))]


def functions(name: str) -> Iterator[FunctionType]:
    for module in modules(name):
        for key, value in vars(module).items():
            plain = inspect.unwrap(value) if callable(value) else value
            if isinstance(plain, FunctionType) and plain.__module__ == module.__name__ and not key.startswith("_"):
                yield plain


def first_line(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").split("\n\n")[0].replace("\n", " ")


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    cells = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return [*(f"| {' | '.join(row)} |" for row in cells), ""]


def english(text: str) -> str:
    from tools import messages

    entry = messages.merged().get(("", text))
    return entry.texts[0] if entry else ""


def states(domain: str) -> list[str]:
    from django.db import models

    from chunshui.kernel.steps import Step

    lines: list[str] = []
    for module in modules(f"chunshui.{domain}.states"):
        for name, value in vars(module).items():
            own = getattr(value, "__module__", "") == module.__name__
            if inspect.isclass(value) and own and name == value.__name__ and issubclass(value, models.TextChoices):
                rows = [(f"`{each.value}`", str(each.label), english(str(each.label))) for each in value]
                lines += [f"### {name}", *_said(first_line_of(value)), "", *table(("value", "中文", "English"), rows)]
            elif isinstance(value, dict) and value and all(isinstance(step, Step) for step in value.values()):
                rows = [
                    (f"`{verb}`", str(step.label), ", ".join(f"`{source!s}`" for source in sorted(step.sources)), f"`{step.target!s}`")
                    for verb, step in value.items()
                ]
                lines += [f"### Steps: {name}", "", *table(("verb", "中文", "from", "to"), rows)]
    return lines


def first_line_of(choices: type) -> str:
    own = choices.__dict__.get("__doc__") or ""
    return own.strip().split("\n")[0] if own and not own.startswith(("str(", "An enum")) else ""


def _said(text: str) -> list[str]:
    return ["", text] if text else []


def events(domain: str) -> list[tuple[str, ...]]:
    """Names, with the comment or text that stands beside them in the source."""
    rows: list[tuple[str, ...]] = []
    for module in modules(f"chunshui.{domain}.events"):
        source = inspect.getsource(module)
        lines = source.splitlines()
        body = ast.parse(source).body
        for node, after in zip(body, [*body[1:], None], strict=True):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                _, _, comment = lines[node.lineno - 1].partition("  # ")
                if not comment and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                    comment = str(after.value.value)
                rows.append((f"`{node.value.value}`", comment))
    return rows


def reactions(domain: str) -> list[tuple[str, ...]]:
    from chunshui.kernel import events as kernel

    rows = []
    for key, reaction in sorted(kernel._by_name.items()):
        if key.startswith(f"chunshui.{domain}."):
            names = sorted(name for name, keys in kernel._by_event.items() if key in keys)
            rows.append((f"`{reaction.__name__}`", ", ".join(f"`{name}`" for name in names), first_line(reaction)))
    return rows


def page(domain: str) -> str:
    package = importlib.import_module(f"chunshui.{domain}")
    verbs = [(f"`{each.__name__}`", first_line(each)) for each in functions(f"chunshui.{domain}.commands")]
    permissions = [(f"`{each.__name__}`", first_line(each)) for each in functions(f"chunshui.{domain}.policies") if each.__name__.startswith("can_")]
    found_states, found_events, found_reactions = states(domain), events(domain), reactions(domain)
    lines = [f"# {domain}", "", "*Written by `make docs` from the code; do not edit.*", "", (inspect.getdoc(package) or "").strip(), ""]
    lines += ["## States and steps", "", *found_states] if found_states else []
    lines += ["## Verbs", "", *table(("command", "what it does"), sorted(verbs))] if verbs else []
    lines += ["## Permissions", "", *table(("policy", "rule"), sorted(permissions))] if permissions else []
    lines += ["## Events", "", *table(("event", "carries"), found_events)] if found_events else []
    lines += ["## Reactions", "", *table(("reaction", "to", "what it does"), found_reactions)] if found_reactions else []
    return "\n".join(lines).rstrip() + "\n"


def variables() -> str:
    from config import env

    rows = []
    seen: set[str] = set()
    for name, where in (("base", ""), ("dev", "`make run` only"), ("production", "production")):
        importlib.reload(importlib.import_module(f"config.settings.{name}"))
        for variable in env.VARIABLES.values():
            if variable.name not in seen:
                seen.add(variable.name)
                default = variable.default.replace(str(ROOT), ".")
                rows.append((f"`{variable.name}`", f"`{default}`" if default else "", f"{variable.description}{f' ({where})' if where else ''}"))
    rows += [("`PORT`", "`8000`", "Port of the web server"), ("`HOST`", "`0.0.0.0`", "Address the web server listens on")]
    return "\n".join(table(("variable", "default", "meaning"), rows))


def written() -> dict[Path, str]:
    pages = {ROOT / "docs" / "domains" / f"{domain}.md": page(domain) for domain in DOMAINS}
    operating = ROOT / "docs" / "operating.md"
    before, _, rest = operating.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    return {**pages, operating: f"{before}{BEGIN}\n\n{variables()}\n{END}{after}"}


def main() -> int:
    prepare()
    stale = {path: text for path, text in written().items() if not path.exists() or path.read_text(encoding="utf-8") != text}
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: make docs")
        return 1 if stale else 0
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
