"""What a key keeps, what still counts under it, and the shape of every no."""

from __future__ import annotations

import json

import pytest

from chunshui.kernel.models import ApiAnswer
from chunshui.teams.states import JoinWay
from tests.factories import needs, teams
from tests.factories.api import Caller

pytestmark = pytest.mark.django_db


def test_a_revealed_number_is_not_kept_in_the_open(coordinator, resident):
    caller = Caller(coordinator)
    sent = {"field": "phone", "reason": "约时间"}
    first = caller.post(f"/people/{resident.pk}/reveal", sent, **{"Idempotency-Key": "k"})
    assert first.status_code == 200
    assert first.json()["value"] not in json.dumps(ApiAnswer.objects.get().body)
    assert caller.post(f"/people/{resident.pk}/reveal", sent, **{"Idempotency-Key": "k"}).json() == first.json()


def test_tries_at_a_pass_code_are_counted_under_every_key(helper, community):
    from django.contrib.auth.hashers import make_password

    team = teams.team(community, join_way=JoinWay.PASS_CODE, pass_code_hash=make_password("8642"))
    caller = Caller(helper)
    answers = [caller.post(f"/teams/{team.pk}/apply", {"pass_code": "0000"}, **{"Idempotency-Key": f"k{n}"}).status_code for n in range(12)]
    assert 429 in answers, answers


def test_a_wrong_method_and_a_wrong_path_are_problems(resident):
    caller = Caller(resident)
    wrong = caller.client.delete("/api/v1/needs", headers=caller.headers)
    assert (wrong.status_code, wrong.headers["Content-Type"]) == (405, "application/problem+json")
    assert wrong.headers["Allow"]
    lost = caller.get("/nothing")
    assert (lost.status_code, lost.headers["Content-Type"]) == (404, "application/problem+json")


def test_an_account_s_language_is_spoken_when_the_header_is_silent(resident):
    caller = Caller(resident)
    resident.language = "en"
    resident.save(update_fields=["language"])
    assert caller.get("/needs/987654").headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "path", ["/volunteers?q=%00", "/teams?q=%00", "/desk/needs?q=%00", "/needs?cursor=%00", "/menu/propose?community_id=1&text=%00"]
)
def test_a_nul_in_a_query_is_named(coordinator, path):
    assert Caller(coordinator).get(path).status_code == 422


def test_a_list_of_answers_is_replayed_too(coordinator, resident, helper):
    need = needs.need(resident, state="waiting")
    caller, sent = Caller(coordinator), {"volunteer_ids": [helper.pk], "hand_reason": "熟人"}
    first = caller.post(f"/needs/{need.pk}/offers", sent, **{"Idempotency-Key": "k"})
    second = caller.post(f"/needs/{need.pk}/offers", sent, **{"Idempotency-Key": "k"})
    assert (first.status_code, second.json(), second.headers["Idempotency-Replayed"]) == (200, first.json(), "true")
    assert need.offers.count() == 1


def test_a_fault_of_ours_is_a_problem_that_gives_nothing_away(resident, monkeypatch):
    from chunshui.needs import queries

    monkeypatch.setattr(queries, "my_needs", lambda *args: 1 / 0)
    answer = Caller(resident).get("/needs")
    assert (answer.status_code, answer.json()["code"], answer.headers["Content-Type"]) == (500, "fault", "application/problem+json")
    assert "division" not in answer.content.decode()


def test_a_host_name_that_is_none_is_a_problem(client, db):
    answer = client.get("/api/v1/needs", headers={"Host": "Jc#h2'C'/'"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
