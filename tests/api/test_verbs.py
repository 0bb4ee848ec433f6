"""Every verb of a person has a route, or stands here with the reason why it has none."""

from __future__ import annotations

import ast
import inspect
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "chunshui"
DOMAINS = ("areas", "people", "teams", "notices", "ledger", "hours", "needs")
A_TOKEN_MAKES_NO_POWER = "a leaked token must not make power that outlives it: only somebody signed in does this, on a page"
OF_A_BROWSER = "signing in, and what proves a person, belong to the browser in which it happens"

EXCEPTIONS = {
    ("people", "grant_role"): A_TOKEN_MAKES_NO_POWER,
    ("people", "end_role"): A_TOKEN_MAKES_NO_POWER,
    ("people", "make_token"): A_TOKEN_MAKES_NO_POWER,
    ("people", "erase"): "cannot be undone: asked of the person, on a page that says what it means",
    ("people", "set_password"): OF_A_BROWSER,
    ("people", "start_session"): OF_A_BROWSER,
    ("people", "begin_second_factor"): OF_A_BROWSER,
    ("people", "check_second_factor"): OF_A_BROWSER,
    ("people", "demo_second_factor"): OF_A_BROWSER,
    ("people", "change_login_phone"): OF_A_BROWSER,
    ("people", "give_login_phone"): OF_A_BROWSER,
    ("people", "show_phone"): "called by needs.see_phone, whose policy decides; that verb has a route",
    ("people", "export_volunteers"): "notes that a workbook left the house; programs read the list page by page",
}


def verbs(domain: str) -> set[str]:
    """Commands that a person gives: they take `actor` (always somebody) and `now`. The clock's work and other domains' calls do not."""
    module = import_module(f"chunshui.{domain}.commands")
    named = [(name, each) for name, each in vars(module).items() if inspect.isfunction(inspect.unwrap(each)) and not name.startswith("_")]
    own = [(name, inspect.signature(each)) for name, each in named if inspect.unwrap(each).__module__.startswith(f"chunshui.{domain}.commands")]
    return {name for name, form in own if "now" in form.parameters and "actor" in form.parameters and form.parameters["actor"].annotation == "Person"}


def routed(domain: str) -> set[str]:
    """Commands that the routes of a domain name: `commands.place_need`."""
    files = [*ROOT.glob(f"{domain}/api.py"), *ROOT.glob(f"{domain}/api/*.py")]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text())))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "commands"}


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_verb_has_a_route_or_a_reason(domain):
    excused = {name for where, name in EXCEPTIONS if where == domain}
    assert sorted(verbs(domain) - routed(domain) - excused) == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_exception_outlives_its_reason(domain):
    excused = {name for where, name in EXCEPTIONS if where == domain}
    assert sorted((excused - verbs(domain)) | (excused & routed(domain))) == []


def test_the_list_of_verbs_is_not_empty():
    """A control: the commands are found, also those made of folders."""
    assert {"place_need", "offer_need", "order_visits", "set_menu_line"} <= verbs("needs")
    assert {"set_rule", "clear_day"} == verbs("areas") - {"set_day"}
