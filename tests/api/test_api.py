"""The API: the same rules as the pages, problems in one shape, every write once."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chunshui.kernel.models import ApiAnswer
from chunshui.needs.models import Assignment, Need, Offer
from chunshui.needs.states import OfferState, State
from tests.factories import needs as make
from tests.factories import people as cast
from tests.factories import teams as team_make
from tests.factories.api import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def soon():
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=26)
    return {"wish_from": start, "wish_until": start + timedelta(hours=2), "due_at": timezone.now() + timedelta(hours=3)}


def order(resident, **more):
    return {"resident_id": resident.pk, "service_code": "escort", "area_id": resident.area_id, "address": "莺花巷 27 号", "details": "膝盖痛", **more}


def test_without_a_token_there_is_a_problem_and_nothing_else(client, db):
    answer = client.get("/api/v1/needs")
    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (401, "application/problem+json", "unauthenticated")


def test_an_ended_token_opens_nothing(resident):
    caller = Caller(resident)
    from chunshui.people.models import AccessToken

    AccessToken.objects.update(ended_at=timezone.now())
    assert caller.get("/me").status_code == 401


def test_a_token_without_the_scope_is_refused_and_nothing_is_placed(resident):
    make.service()
    answer = Caller(resident, "read").post("/needs", order(resident))
    assert (answer.status_code, answer.json()["code"], Need.objects.count()) == (403, "missing_scope", 0)


def test_a_resident_places_follows_and_cancels_an_order(resident):
    make.service()
    caller = Caller(resident)
    placed = caller.post("/needs", order(resident)).json()
    listed = caller.get("/needs").json()["items"]
    cancelled = caller.post(f"/needs/{placed['id']}/cancel", {"reason": "不用了"}).json()
    history = [line["name"] for line in caller.get(f"/needs/{placed['id']}/history").json()]
    assert ([each["id"] for each in listed], cancelled["state"], history) == ([placed["id"]], "cancelled", ["needs.placed", "needs.cancelled"])


def test_a_stranger_finds_no_such_order(resident, stranger):
    need = make.need(resident)
    caller = Caller(stranger)
    answers = [caller.get(f"/needs/{need.pk}"), caller.get(f"/needs/{need.pk}/history"), caller.post(f"/needs/{need.pk}/cancel", {"reason": "捣乱"})]
    need.refresh_from_db()
    assert ([each.status_code for each in answers], need.state) == ([404, 404, 404], State.SUBMITTED)


def test_the_worker_reviews_and_dispatches_and_the_volunteer_serves(coordinator, resident, helper, soon):
    need = make.need(resident, **soon)
    worker, volunteer = Caller(coordinator), Caller(helper)
    assert worker.post(f"/needs/{need.pk}/accept", {"priority": 3}).json()["state"] == State.WAITING
    assert [each["person_id"] for each in worker.get(f"/needs/{need.pk}/candidates").json()] == [helper.pk]
    asked = worker.post(f"/needs/{need.pk}/offers", {"volunteer_ids": [helper.pk]}).json()
    question = volunteer.get("/offers").json()[0]
    assert (question["offer_id"], question["order"]["rough_place"], "27 号" in str(question)) == (asked[0]["id"], "莺花巷", False)
    volunteer.post(f"/offers/{question['offer_id']}/accept")
    assert (volunteer.get(f"/needs/{need.pk}").json()["address"], Assignment.objects.get().volunteer_id) == ("莺花巷 27 号 3 单元 5-2", helper.pk)


@pytest.mark.parametrize(
    ("path", "body"),
    [("/accept", {}), ("/send-back", {"reason": "补"}), ("/decline", {"reason": "不", "instead": "物业"}), ("/offers", {"volunteer_ids": [1]})],
)
def test_a_resident_cannot_do_the_desk_s_work(resident, path, body):
    need = make.need(resident)
    answer = Caller(resident).post(f"/needs/{need.pk}{path}", body)
    need.refresh_from_db()
    assert (answer.status_code, need.state, Offer.objects.count()) == (403, State.SUBMITTED, 0)


def test_a_wrong_step_is_a_conflict_with_its_code(coordinator, resident):
    need = make.need(resident, state=State.RATED)
    answer = Caller(coordinator).post(f"/needs/{need.pk}/accept", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_a_problem_speaks_the_language_of_the_caller(resident, stranger):
    need = make.need(resident)
    caller = Caller(stranger)
    details = [
        caller.client.get(f"/api/v1/needs/{need.pk}", headers={**caller.headers, "Accept-Language": lang}).json()["detail"]
        for lang in ("zh-CN", "en")
    ]
    assert details == ["没有找到。", "Not found."]


@pytest.mark.parametrize(
    "body",
    [
        {"service_code": "escort"},
        {"details": "\0"},
        {"details": "长" * 501},
        {"area_id": 2**63},
        {"area_id": "1"},
        {"people_needed": 0},
        {"wish_from": "2026-12-03"},
        {"wish_from": 5},
        {"latitude": 91},
        {"dangers": ["dragon"]},
    ],
)
def test_malformed_orders_are_refused_field_by_field_and_nothing_is_placed(resident, body):
    make.service()
    data = body if set(body) == {"service_code"} else order(resident, **body)
    answer = Caller(resident).post("/needs", data)
    assert (answer.status_code, answer["Content-Type"], bool(answer.json()["errors"]), Need.objects.count()) == (
        422,
        "application/problem+json",
        True,
        0,
    )


@pytest.mark.parametrize("text", [b"{", b'"\\ud800"', b"[]", b"\xff", b""])
def test_a_body_that_is_no_json_object_is_a_problem(resident, text):
    caller = Caller(resident)
    answer = caller.client.post("/api/v1/needs", text, content_type="application/json", headers=caller.headers)
    assert answer.status_code in {400, 422}


def test_the_same_key_and_body_answer_the_first_result(resident):
    make.service()
    caller = Caller(resident)
    first = caller.post("/needs", order(resident), **{"Idempotency-Key": "k1"})
    again = caller.post("/needs", order(resident), **{"Idempotency-Key": "k1"})
    assert (again.json(), again["Idempotency-Replayed"], Need.objects.count()) == (first.json(), "true", 1)


def test_the_same_key_with_another_body_is_refused(resident):
    make.service()
    caller = Caller(resident)
    caller.post("/needs", order(resident), **{"Idempotency-Key": "k1"})
    answer = caller.post("/needs", order(resident, details="别的"), **{"Idempotency-Key": "k1"})
    assert (answer.status_code, answer.json()["code"], Need.objects.count()) == (409, "key_reused", 1)


def test_a_refused_write_keeps_no_key_so_that_it_can_be_mended(resident):
    need = make.need(resident, state=State.SERVING)
    caller = Caller(resident)
    answer = caller.post(f"/needs/{need.pk}/cancel", {"reason": "不用了"}, **{"Idempotency-Key": "k2"})
    assert (answer.status_code, ApiAnswer.objects.count()) == (409, 0)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_with_one_key_place_one_order(resident):
    make.service()
    caller, barrier, answers = Caller(resident), Barrier(4), []

    def call():
        barrier.wait()
        try:
            answer = caller.__class__.post(caller, "/needs", order(resident), **{"Idempotency-Key": "race"})
            answers.append((answer.status_code, answer.json().get("id")))
        finally:
            connections.close_all()

    threads = [Thread(target=call) for _n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (Need.objects.count(), {status for status, _id in answers}, len({number for _s, number in answers})) == (1, {200}, 1)


def test_a_round_is_started_seen_and_discarded(coordinator, resident, helper, soon):
    make.need(resident, state=State.WAITING, **soon)
    worker = Caller(coordinator)
    started = worker.post("/rounds").json()
    assert (worker.get(f"/rounds/{started['id']}").json()["state"], worker.post(f"/rounds/{started['id']}/do/discard").json()["state"]) == (
        "solving",
        "discarded",
    )


def test_declining_costs_nothing_and_says_so(resident, helper, soon):
    need = make.need(resident, state=State.OFFERED, **soon)
    offer = make.offer(need, helper, answer_by=timezone.now() + timedelta(hours=1))
    Caller(helper).post(f"/offers/{offer.pk}/decline", {"note": "那天要带孙子"})
    offer.refresh_from_db()
    assert (offer.state, offer.answer_note) == (OfferState.DECLINED, "那天要带孙子")


def test_reveal_is_logged_and_needs_a_reason(coordinator, resident):
    worker = Caller(coordinator)
    assert worker.post(f"/people/{resident.pk}/reveal", {"field": "phone", "reason": ""}).status_code == 409
    value = worker.post(f"/people/{resident.pk}/reveal", {"field": "phone", "reason": "约时间"}).json()["value"]
    assert (len(value), [(each.actor_id, each.reason) for each in resident.reveals.all()]) == (11, [(coordinator.pk, "约时间")])


def test_lists_of_the_staff_are_masked(coordinator, helper):
    row = Caller(coordinator).get("/volunteers").json()["items"][0]
    assert (row["name"], "****" in row["phone"]) == ("何**", True)


@pytest.mark.parametrize("path", ["/needs", "/volunteers", "/desk/needs", "/teams", "/inbox", "/hours", "/follow-ups"])
def test_a_hostile_cursor_gives_the_first_page(coordinator, path):
    worker = Caller(coordinator)
    first = worker.get(path).json()
    assert worker.get(path, {"cursor": "WzAsIngiXQ"}).json() == first


@pytest.mark.parametrize("path", ["/needs", "/desk/needs", "/volunteers"])
def test_lists_cost_the_same_number_of_queries_for_one_and_for_three_rows(coordinator, community, path):
    worker, counts = Caller(coordinator), []
    for rows in (1, 2):
        for _n in range(rows):
            make.need(cast.volunteer(community), placed_by=coordinator)
        worker.get(path)
        with CaptureQueriesContext(connection) as captured:
            worker.get(path)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_order_is_completed_and_changed_field_by_field(resident, coordinator, soon):
    need = make.need(resident, state=State.RETURNED, **soon)
    caller = Caller(resident)
    assert caller.post(f"/needs/{need.pk}/complete", {"details": "去三院", "people_needed": 2}).json()["state"] == State.SUBMITTED
    Caller(coordinator).post(f"/needs/{need.pk}/accept", {})
    assert caller.post(f"/needs/{need.pk}/change", {"dangers": ["pet"]}).json()["state"] == State.SUBMITTED
    need.refresh_from_db()
    assert (need.details, need.people_needed, need.dangers, need.wish_from) == ("去三院", 2, ["pet"], soon["wish_from"])
    again = caller.post(f"/needs/{need.pk}/change", {"details": "去三院"})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_changed")


def test_a_leader_answers_for_the_team(resident, community, helper, second_helper, coordinator, soon):
    team = team_make.team(community, leader=helper)
    team_make.member(team, second_helper)
    need = make.need(resident, state=State.WAITING, **soon)
    Caller(coordinator).post(f"/needs/{need.pk}/team-offers", {"team_id": team.pk})
    page = f"/needs/{need.pk}/teams/{team.pk}"
    assert Caller(second_helper).post(f"{page}/accept", {"member_ids": [second_helper.pk]}).status_code == 404
    assert Caller(helper).post(f"{page}/accept", {"member_ids": [second_helper.pk]}).status_code == 200
    assert Assignment.objects.get().volunteer_id == second_helper.pk
    assert Caller(helper).post(f"{page}/decline", {}).json()["code"] == "filled"


def test_the_menu_is_kept_through_the_api(district_official, coordinator, community, resident):
    make.service()
    chief, worker = Caller(district_official), Caller(coordinator)
    own = {"community_id": community.pk, "name": "磨刀", "spoken": "帮我磨刀", "category": "0001", "icon": "scissors", "minutes": 20}
    made = worker.post("/menu/services", {**own, "required_skills": [10]})
    assert (made.status_code, made.json()["code"], made.json()["name_en"]) == (200, f"own-{community.pk}-1", "磨刀")
    changed = chief.post("/menu/services/escort/change", {"minutes": 90, "words": ["看病"]})
    assert (changed.status_code, changed.json()["minutes"]) == (200, 90)
    line = {"service_code": "escort", "is_offered": True, "note": "周三停", "minutes": 60}
    assert worker.post(f"/menu/communities/{community.pk}/lines", line).status_code == 200
    shown = {each["code"]: each["note"] for each in worker.get("/menu", {"community_id": community.pk}).json()}
    assert shown == {"escort": "周三停", f"own-{community.pk}-1": ""}
    statuses = [chief.post(f"/menu/services/escort/{verb}", body).status_code for verb, body in (("retire", {"reason": "人手不够"}), ("restore", {}))]
    assert statuses == [200, 200]
    for caller in (worker, Caller(resident)):
        tried = (("change", {"minutes": 30}), ("retire", {"reason": "不"}), ("restore", {}))
        assert [caller.post(f"/menu/services/escort/{verb}", body).status_code for verb, body in tried] == [403] * 3


def test_duplicates_are_found_merged_and_parted_through_the_api(street_official, coordinator, community, street):
    kept, gone = (cast.person(community, "周桂芳") for _each in range(2))
    caller = Caller(street_official)
    [[one, other]] = caller.get("/people/duplicates", {"area_id": street.pk}).json()
    assert ((one["id"], other["id"]), one["name"]) == ((kept.pk, gone.pk), "周**")
    body = {"gone_id": gone.pk, "reason": "电话核对过"}
    assert Caller(coordinator).post(f"/people/{kept.pk}/merge", body).status_code == 403
    merged = caller.post(f"/people/{kept.pk}/merge", body)
    assert (merged.status_code, caller.get("/people/duplicates", {"area_id": street.pk}).json()) == (200, [])
    undone = [caller.post(f"/people/merges/{merged.json()['merge_id']}/undo", {"reason": "是两个人"}).status_code for _turn in range(2)]
    assert undone == [200, 409]


def test_a_complaint_by_telephone_is_taken_down_through_the_api(coordinator, resident):
    need = make.need(resident, state="rated")
    answer = Caller(coordinator).post(f"/needs/{need.pk}/complain", {"words": "走得早", "channel": "phone"})
    assert (answer.status_code, need.follow_ups.get().entered_by, need.follow_ups.get().by) == (200, coordinator, resident)
