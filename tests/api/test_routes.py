"""Each route, row by row: allowed, without the scope, for a stranger, with something wrong in it, and sent twice."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.test import Client

from chunshui.api.root import api
from chunshui.people.states import Scope
from tests.api.rows import NOON, ROWS, Row
from tests.factories.api import Caller

pytestmark = pytest.mark.django_db
BOOK_KEEPING = {"kernel.Attempt", "kernel.ApiAnswer", "people.AccessToken"}


@pytest.fixture
def world(monkeypatch, community, resident, helper, second_helper, coordinator, district_official, stranger):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    cast = {"resident": resident, "helper": helper, "second": second_helper, "worker": coordinator, "official": district_official}
    return SimpleNamespace(community=community, stranger=stranger, **cast)


def operations() -> set[str]:
    paths = api.get_openapi_schema()["paths"]
    return {f"{method.upper()} {path.removeprefix('/api/v1')}" for path, each in paths.items() for method in each}


def state() -> dict[str, list]:
    """Every row of every table, but for counts and kept answers."""
    models = [each for each in apps.get_models() if each._meta.label not in BOOK_KEEPING]
    return {each._meta.label: list(each._base_manager.order_by("pk").values_list()) for each in models}


def send(row: Row, caller: Caller, ids, body, **headers):
    path = row.path.format(**ids)
    return caller.get(path, body) if row.method == "GET" else caller.post(path, body, **headers)


def given(row: Row, world, ids):
    """The query or the body of a row."""
    if row.method == "GET":
        return {name: world.community.pk if value == "community" else value for name, value in row.query.items()}
    return row.body(world, ids) if callable(row.body) else dict(row.body or {})


def spoilt(row: Row, body):
    """One name too many; where nothing is sent, in the query."""
    return {**body, "no_such_thing": "1"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.route)
def test_only_who_may_and_only_what_is_right_gets_through(row, world):
    ids = row.ready(world)
    body = given(row, world, ids)
    others = [scope for scope in Scope.values if scope != row.scope]
    caller, narrow, stranger = Caller(getattr(world, row.who)), Caller(getattr(world, row.who), *others), Caller(world.stranger)
    before = state()
    found = {"narrow": send(row, narrow, ids, body).json()["code"]}
    if row.stranger != 200:
        found["stranger"] = send(row, stranger, ids, body).status_code
    if row.method == "GET" or row.body is not None:
        wrong = send(row, caller, ids, spoilt(row, body))
        found["wrong"] = (wrong.status_code, [each["field"] for each in wrong.json()["errors"]])
    assert state() == before, "what was refused left a trace"
    answer = send(row, caller, ids, body)
    found["allowed"] = (answer.status_code, answer.json() if answer.status_code != 200 else None)
    wanted = {"narrow": "missing_scope", "allowed": (200, None)}
    if row.stranger != 200:
        wanted["stranger"] = row.stranger
    if "wrong" in found:
        wanted["wrong"] = (422, ["no_such_thing"])
    assert found == wanted
    assert row.method == "POST" or state() == before, "what is read left a trace"


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "POST"], ids=lambda row: row.route)
def test_what_is_sent_twice_under_one_key_happens_once(row, world):
    ids = row.ready(world)
    body = given(row, world, ids)
    caller, key = Caller(getattr(world, row.who)), {"Idempotency-Key": "once"}
    first = send(row, caller, ids, body, **key)
    between = state()
    again = send(row, caller, ids, body, **key)
    assert (first.status_code, again.json(), again.headers.get("Idempotency-Replayed")) == (200, first.json(), "true")
    assert state() == between


def test_every_route_has_its_row():
    assert {row.route for row in ROWS} == operations()
    assert len(ROWS) == len(operations())


def test_nothing_answers_without_a_token(db):
    client, words = Client(), {"day": "2026-12-03", "key": "needs.wave_size", "code": "x", "verb": "x", "what": "x"}
    answers = {}
    for method, path in (route.split(" ") for route in sorted(operations())):
        ids = {name.strip("{}"): 1 for name in path.split("/") if name.startswith("{")}
        answers[method, path] = client.generic(method, f"/api/v1{path.format(**{**ids, **words})}").status_code
    assert {route: status for route, status in answers.items() if status != 401} == {}
