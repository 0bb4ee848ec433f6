"""What is wrong is said field by field, in the caller's language; and every call counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chunshui.api.root import api
from chunshui.needs.models import Need
from chunshui.people.states import Scope
from tests.factories import needs
from tests.factories.api import Caller, token

pytestmark = pytest.mark.django_db

#: what is sent → the field and the words in both languages
FAULTS = [
    ({}, "service_code", "请填写。", "Please fill this in."),
    ({"details": 5}, "details", "要写成文字。", "Write text."),
    ({"details": "长" * 501}, "details", "最多 500 个字。", "At most 500 characters."),
    ({"details": "\0"}, "details", "里面有不能用的字符。", "This has characters that cannot be used."),
    ({"area_id": "1"}, "area_id", "要写成整数。", "Write a whole number."),
    ({"area_id": 0}, "area_id", "不能小于 1。", "This cannot be less than 1."),
    ({"people_needed": 21}, "people_needed", "不能大于 20。", "This cannot be more than 20."),
    ({"latitude": "x"}, "latitude", "要写成数字。", "Write a number."),
    ({"urgent": "yes"}, "urgent", "只能是 true 或 false。", "This must be true or false."),
    ({"gender": 3}, "gender", "只能是：0、1、2。", "This must be one of: 0, 1, 2."),
    ({"wish": "noon"}, "wish", "只能是：any、window。", "This must be one of: any, window."),
    ({"dangers": ["dragon"]}, "dangers.0", "只能是：pet、", "This must be one of: pet, "),
    ({"dangers": "pet"}, "dangers", "要写成列表。", "Write a list."),
    ({"wish_from": "2026-13-03T09:00:00Z"}, "wish_from", "时间要写成 2026", "Write a moment like 2026"),
    ({"photos": ["这不是"]}, "photos.0", "照片要写成 base64。", "Write a photo in base64."),
    ({"detials": "腿疼"}, "detials", "没有这一项。", "There is no such item."),
]


def answer(caller: Caller, body, language: str):
    return caller.post("/needs", body, **{"Accept-Language": language})


@pytest.mark.parametrize(("sent", "field", "chinese", "english"), FAULTS, ids=lambda each: str(each)[:24])
def test_a_fault_is_named_in_the_caller_s_language_and_nothing_is_placed(resident, sent, field, chinese, english):
    whole = {"service_code": needs.service().code, "area_id": resident.area_id, "resident_id": resident.pk, "address": "莺花巷 27 号"}
    caller, body = Caller(resident), {**whole, **sent} if sent else {name: whole[name] for name in whole if name != "service_code"}
    told = [answer(caller, body, language).json() for language in ("zh-CN", "en")]
    assert [[each["field"] for each in one["errors"]] for one in told] == [[field]] * 2
    assert told[0]["errors"][0]["message"].startswith(chinese)
    assert told[1]["errors"][0]["message"].startswith(english)
    assert Need.objects.count() == 0


@pytest.mark.parametrize(
    ("path", "field", "words"),
    [
        ("/needs?limit=0", "limit", "不能小于 1。"),
        ("/needs?limit=x", "limit", "要写成整数。"),
        ("/needs/0", "need_id", "不能小于 1。"),
        ("/menu", "community_id", "请填写。"),
        ("/statistics?since=2026-13", "since", "写法不对。"),
        ("/desk/needs?since=2026-02-30", "since", "日期要写成 2026-12-03 这样。"),
        ("/needs?limti=3", "limti", "没有这个参数。"),
    ],
)
def test_a_fault_in_the_query_is_named_too(coordinator, path, field, words):
    answer = Caller(coordinator).get(path)
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"field": field, "message": words}])


def test_a_body_that_is_no_object_is_named_as_a_whole(resident):
    caller = Caller(resident)
    answer = caller.client.post("/api/v1/needs", "5", content_type="application/json", headers=caller.headers)
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"field": "body", "message": "要写成一个对象。"}])


@pytest.mark.parametrize("wasted", ["/desk/needs", "/needs/0", "/needs?limti=3", "/needs/987654"])
def test_a_call_that_comes_to_nothing_counts_too(resident, settings, wasted):
    """Without the scope, malformed, misspelt, missing: each counts before it is looked at."""
    settings.API_CALLS_A_MINUTE = 3
    caller = Caller(resident, "read")
    statuses = [caller.get(wasted).status_code for _n in range(4)]
    assert statuses[:3] == [statuses[0]] * 3
    assert statuses[3] == 429
    answer = caller.get("/me")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (429, "too_many", "60")


def test_each_token_has_its_own_count(resident, settings):
    settings.API_CALLS_A_MINUTE = 1
    first, second = Caller(resident), Caller(resident)
    assert [each.get("/me").status_code for each in (first, first, second)] == [200, 429, 200]


def test_every_problem_is_in_the_schema():
    paths = api.get_openapi_schema()["paths"]
    problems = {"400", "401", "403", "404", "405", "409", "413", "422", "429", "500"}
    lacking = {
        (path, method) for path, each in paths.items() for method, one in each.items() if not problems <= {str(code) for code in one["responses"]}
    }
    assert lacking == set()
    problem = paths["/api/v1/needs"]["post"]["responses"][405]["content"]
    assert list(problem) == ["application/problem+json"]


def test_a_body_beyond_bounds_is_a_problem(resident, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = Caller(resident).post("/needs", {"details": "长" * 2000})
    assert (answer.status_code, answer.json()["code"], Need.objects.count()) == (413, "too_large", 0)


def test_a_scope_opens_only_what_it_names(resident):
    """The scopes of a token are the words of the page that makes it."""
    caller = Caller(resident, Scope.READ)
    assert caller.get("/me").json()["scopes"] == ["read"]
    assert caller.client.get("/api/v1/me", headers={"Authorization": f"Bearer {token(resident, Scope.NEEDS)}"}).json()["code"] == "missing_scope"


@pytest.mark.parametrize(("way", "name"), [("code", "code"), ("qr", "qr")])
def test_the_code_of_the_resident_checks_the_volunteer_in(resident, helper, way, name):
    """What `/code` shows, as digits or as QR, is what `/check-in` takes."""
    need = needs.need(resident, state="accepted", wish_from=timezone.now(), wish_until=timezone.now() + timedelta(hours=2))
    place = needs.assignment(need, helper)
    shown = Caller(resident).get(f"/needs/{need.pk}/code").json()[name]
    assert Caller(helper).post(f"/assignments/{place.pk}/check-in", {"way": way, "code": shown}).json() == {"id": place.pk, "state": "present"}


def test_each_type_of_the_schema_has_a_name_of_its_own():
    """Two classes of one name would stand for each other in the schema."""
    from collections import Counter

    from ninja import Schema

    def below(kind):
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    ours = {each for each in below(Schema) if each.__module__.startswith("chunshui.")}
    assert {name: many for name, many in Counter(each.__name__ for each in ours).items() if many > 1} == {}
