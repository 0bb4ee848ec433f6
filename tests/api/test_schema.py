"""The OpenAPI fuzzer finds nothing: every answer is in the schema, what is allowed is taken, what is forbidden is refused."""

from __future__ import annotations

import contextlib

import pytest
import schemathesis
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import Failure, FailureGroup

from chunshui.api.root import api
from config.wsgi import application
from tests.factories import needs as make
from tests.factories.api import token

pytestmark = [pytest.mark.django_db(transaction=True)]
EXAMPLES = 6 if connection.vendor == "sqlite" else 2  # what is drawn does not depend on the database; what is stored does, a little


@pytest.fixture
def world(community, resident, helper, coordinator, settings):
    """A small district in which ids 1 to 20 exist, and its three callers."""
    settings.API_CALLS_A_MINUTE = 10**9
    make.service()
    for state in ("submitted", "waiting", "offered", "accepted", "delivered"):
        need = make.need(
            resident,
            state=state,
            wish_from=timezone.now() + timezone.timedelta(days=1),
            wish_until=timezone.now() + timezone.timedelta(days=1, hours=2),
        )
        if state == "offered":
            make.offer(need, helper)
        if state == "accepted":
            make.assignment(need, helper)
    return {"worker": token(coordinator), "volunteer": token(helper), "resident": token(resident), "nobody": token(resident, "read")}


def run(schema, bearers: dict[str, str], half: int) -> list[str]:
    """Every other operation with allowed and with forbidden input, as each caller; returns what was found, each once."""
    found: dict[str, str] = {}
    for number, result in enumerate(schema.get_all_operations()):
        operation = result.ok()
        if number % 2 == half:
            for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
                _try(operation, mode, bearers, found)
    return [f"{label}: {words}" for label, words in found.items()]


def _try(operation, mode, bearers: dict[str, str], found: dict[str, str]) -> None:
    """Making a request up costs more than sending it, so that each is sent by everybody."""

    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(mode))
    def check(case):
        for who, bearer in bearers.items():
            try:
                case.call_and_validate(headers={"Authorization": f"Bearer {bearer}"})
            except (Failure, FailureGroup) as error:
                found.setdefault(f"{operation.label} {mode.name} {who}", str(error)[:900])

    with contextlib.suppress(Unsatisfiable):
        check()


@pytest.mark.parametrize("half", [0, 1])
def test_the_fuzzer_finds_nothing(world, half):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    assert run(schema, {who: world[who] for who in ("worker", "volunteer", "resident")}, half) == []


def test_the_schema_says_openapi_3_1():
    assert api.get_openapi_schema()["openapi"].startswith("3.1")


def test_the_fuzzer_would_notice_an_answer_that_is_not_in_the_schema(world, monkeypatch):
    """A control: with refusals spoilt, something is found."""
    from chunshui.api import root

    monkeypatch.setattr(root, "_status", lambda code: 418)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    found: dict[str, str] = {}
    _try(schema["/api/v1/desk/needs"]["GET"], schemathesis.GenerationMode.POSITIVE, {"nobody": world["nobody"]}, found)
    assert list(found) == ["GET /api/v1/desk/needs POSITIVE nobody"]
