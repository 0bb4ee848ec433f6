"""Nothing stands in the house that nobody uses: templates, policies, events."""

from __future__ import annotations

import ast
import re
from collections import Counter

from tests.architecture.source import DOMAINS, PACKAGE, ROOT, event_names, functions, modules, parts, read, templates, tree, where

# Debts: these lists may only shrink. A name that is no longer idle is taken out.
UNTESTED = {
    "people.can_view", "people.can_list_people", "people.can_set_focus_groups", "people.can_export_volunteers", "teams.can_file_sub_team",
    "needs.can_offer_need", "needs.can_view_offer", "needs.can_accept_offer", "needs.can_claim_need", "needs.can_view_assignment",
    "needs.can_release_assignment", "needs.can_start_round", "needs.can_run_round", "needs.can_view_need", "needs.can_see_address",
    "needs.can_review_need",
}  # fmt: skip
UNUSED = {"chunshui/portal/templates/cotton/tabs.html", "chunshui/portal/templates/cotton/tile.html"}


def rulings() -> list[tuple[str, str]]:
    """Domain and name of every policy."""
    found = [(domain, path) for domain in DOMAINS for path in parts(domain, "policies")]
    return [(domain, node.name) for domain, path in found for node in functions(path) if node.name.startswith("can_")]


def used_templates() -> set[str]:
    """Names of templates in code and in other templates; `page.html#part` names its page, `<c-a.b-c>` is cotton/a/b_c.html."""
    names: set[str] = set()
    for path in [*modules(), *templates()]:
        names |= {match.split("#")[0] for match in re.findall(r"""["']([\w./-]+\.(?:html|txt|xml|svg)(?:#[\w-]+)?)["']""", read(path))}
    for path in templates():
        found = re.findall(r"<c-([\w.-]+)", read(path))
        names |= {f"cotton/{name.replace('.', '/').replace('-', '_')}.html" for name in found}
    return names


def test_every_template_is_used():
    used, beginnings = used_templates(), composed()
    folders = set(re.findall(r'"([\w./-]+/)"\|add:', "\n".join(read(path) for path in templates())))
    found = []
    for path in templates():
        name = path.as_posix().split("/templates/")[1]
        if name not in used and not name.startswith(beginnings) and f"{name.rsplit('/', 1)[0]}/" not in folders:
            found.append(where(path))
    assert set(found) - UNUSED == set()


def composed() -> tuple[str, ...]:
    """The fixed beginnings of the names that f-strings of the code put together."""
    strings = [node for path in modules() for node in ast.walk(tree(path)) if isinstance(node, ast.JoinedStr) and len(node.values) > 1]
    starts = {str(node.values[0].value) for node in strings if isinstance(node.values[0], ast.Constant)}
    return tuple(start for start in starts if "/" in start)


def test_every_policy_is_asked_somewhere():
    imports = re.compile(r"(?m)^from .* import .*$|^    \w+,$")
    asked = Counter(word for path in [*modules(), *templates()] for word in re.findall(r"(?<!def )\bcan_\w+\b(?![\"'])", imports.sub("", read(path))))
    assert [f"{domain}.{name}" for domain, name in rulings() if not asked[name]] == []


def test_every_policy_has_a_test():
    tests = "\n".join(read(path) for path in (ROOT / "tests").rglob("test_*.py"))
    found = []
    for domain, name in rulings():
        if not re.search(rf"\b{name}\b|\b{name.removeprefix('can_')}\(", tests):
            found.append(f"{domain}.{name}")
    assert set(found) - UNTESTED == set()


def test_every_event_is_emitted_by_its_domain():
    found = []
    for domain, constant, value in event_names():
        text = "\n".join(read(path) for path in (PACKAGE / domain).rglob("*.py") if path.name != "events.py" and "events" not in path.parent.name)
        if not re.search(rf"\bevents\.{constant}\b", text):
            found.append(value)
    assert found == []
