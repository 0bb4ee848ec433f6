"""Rules of the house that no other tool holds."""

from __future__ import annotations

import ast
import re

from tests.architecture.source import DOMAINS, PACKAGE, ROOT, event_names, every_function, functions, modules, parts, read, templates, tree, where

MOST_MODULE_LINES, MOST_FUNCTION_LINES, MOST_TEMPLATE_LINES, MOST_TEST_LINES = 500, 60, 120, 600
LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
HEX = re.compile(r"(?<![&\w/-])#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b")


def test_no_module_is_longer_than_the_house_allows():
    assert [where(path) for path in modules() if len(read(path).splitlines()) > MOST_MODULE_LINES] == []


def test_no_test_file_is_longer_than_the_house_allows():
    found = [path for path in sorted((ROOT / "tests").rglob("*.py")) if len(read(path).splitlines()) > MOST_TEST_LINES]
    assert [where(path) for path in found] == []


def test_no_function_is_longer_than_the_house_allows():
    found = []
    for path in modules():
        found += [f"{where(path)}:{node.name}" for node in every_function(path) if node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES]
    assert found == []


def test_no_template_is_longer_than_the_house_allows():
    assert [where(path) for path in templates() if len(read(path).splitlines()) > MOST_TEMPLATE_LINES] == []


def test_nothing_is_left_for_later():
    files = [*modules(tests=True), *templates(), *PACKAGE.glob("*/static/css/*.css")]
    own = PACKAGE.parent / "tests" / "architecture" / "test_house.py"
    assert [where(path) for path in files if path != own and LATER.search(read(path))] == []


def test_templates_hold_no_styles_scripts_or_handlers_of_their_own():
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)[^>]*>|\son[a-z]+=|javascript:", re.IGNORECASE)
    found = []
    for path in templates():
        for match in inline.finditer(read(path)):
            if "application/" not in match[0] or match[0].lower().startswith("<style"):
                found.append(f"{where(path)}: {match[0].strip()}")
    assert found == []


def test_colours_are_named_in_the_tokens_only():
    """Paper has its own inks: they stand in print.css."""
    found = []
    for path in [*PACKAGE.glob("*/static/css/*.css"), *templates()]:
        if path.name not in {"tokens.css", "print.css"} and path.suffix in {".css", ".html"}:
            text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", read(path), flags=re.DOTALL)
            found += [f"{where(path)}: {match[0]}" for match in HEX.finditer(text) if not _is_anchor(text, match.start())]
    assert found == []


def _is_anchor(text: str, at: int) -> bool:
    return text[max(0, at - 40) : at].rsplit('"', 1)[-1].endswith((".html", "/", "=")) or text[at - 1 : at] in {'"', "}"}


def commands() -> list[tuple[str, ast.FunctionDef]]:
    return [(domain, node) for domain in DOMAINS for path in parts(domain, "commands") for node in functions(path) if not node.name.startswith("_")]


def test_every_command_says_in_a_line_what_it_does():
    assert [f"{domain}.{node.name}" for domain, node in commands() if "transaction.atomic" in _decorators(node) and not ast.get_docstring(node)] == []


def test_every_management_command_has_help():
    found = []
    for path in [*PACKAGE.glob("*/management/commands/*.py"), *(ROOT / "demo").glob("management/commands/*.py")]:
        if path.name != "__init__.py" and "help =" not in read(path):
            found.append(where(path))
    assert found == []


def _decorators(node: ast.FunctionDef) -> set[str]:
    return {ast.unparse(each) for each in node.decorator_list}


def test_commands_are_one_transaction_with_keywords_only():
    found = []
    for domain, node in commands():
        if "transaction.atomic" in _decorators(node) and node.args.args:
            found.append(f"{domain}.{node.name} takes positional arguments")
    assert found == []


def rulings() -> list[tuple[str, str]]:
    return [
        (domain, node.name) for domain in DOMAINS for path in parts(domain, "policies") for node in functions(path) if node.name.startswith("can_")
    ]


def test_event_names_begin_with_their_domain():
    assert [value for domain, _, value in event_names() if not value.startswith(f"{domain}.")] == []


def test_migrations_import_nothing_of_the_application():
    found = []
    for path in PACKAGE.glob("*/migrations/[0-9]*.py"):
        names = [node.module or "" for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)]
        if any(name.startswith("chunshui") for name in names):
            found.append(where(path))
    assert found == []


def test_models_have_no_verbs():
    """No model method writes: `save`, `update`, `create` and `delete` are called by commands."""
    writes = re.compile(r"\.(save|bulk_create|create|update|delete)\(")
    found = []
    for domain in DOMAINS:
        for path in parts(domain, "models"):
            found += [f"{where(path)}:{node.name}" for node in every_function(path) if writes.search(ast.unparse(node))]
    assert found == []
