from __future__ import annotations

import io
import zipfile

import pytest
from django.contrib.auth.hashers import make_password

from chunshui.teams.models import Membership, Team
from chunshui.teams.states import JoinWay, MemberState, TeamState
from tests.factories import teams
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db


def html(answer):
    return answer.content.decode()


def filing(community, **more):
    return {
        "kind": "1",
        "name": "黎明楼栋志愿服务队",
        "area_id": community.pk,
        "host_kind": "09",
        "host_name": "黎明社区居委会",
        "service_categories": ["0001"],
        "join_way": "1",
        "pledge": "on",
        **more,
    }


def test_anyone_finds_public_teams_by_word_kind_and_community(client, community, elsewhere):
    teams.team(community, "五里店理发志愿服务队")
    teams.team(elsewhere, "远方陪诊志愿服务队")
    teams.team(community, "还没审核志愿服务队", state=TeamState.PENDING)
    names = ("五里店理发", "远方陪诊", "还没审核")
    assert [name in html(client.get("/teams/")) for name in names] == [True, True, False]
    assert [name in html(client.get("/teams/?q=理发")) for name in names] == [True, False, False]
    assert [name in html(client.get(f"/teams/?area={elsewhere.pk}")) for name in names] == [False, True, False]
    client.cookies["area"] = str(community.pk)
    assert [name in html(client.get("/teams/?kind=1&category=nonsense")) for name in names] == [True, False, False]


def test_no_team_found_says_so(client, community):
    assert "没有找到队伍" in html(client.get("/teams/?q=没有"))


def test_staff_see_the_register_of_their_area(client, community, elsewhere, coordinator):
    teams.team(community, "五里店理发志愿服务队")
    teams.team(elsewhere, "远方陪诊志愿服务队")
    shown = html(sign_in(client, coordinator).get("/teams/"))
    assert ("五里店理发" in shown, "远方陪诊" in shown, "/teams/review/" in shown) == (True, False, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_teams_costs_anyone_one_query(client, community, rows, django_assert_num_queries):
    for _ in range(rows):
        teams.team(community)
    with django_assert_num_queries(1):
        client.get("/teams/")


def test_the_page_of_a_team_masks_names_and_phones_for_everyone(client, community, helper):
    team = teams.team(community, leader=helper, phone="023-6789-1234", introduction="每周三理发")
    shown = html(client.get(f"/teams/{team.pk}/"))
    assert [word in shown for word in ("每周三理发", "何**", "何素芬", "023-6789-1234", "社区服务")] == [True, True, False, False, True]


@pytest.mark.parametrize("who", ["stranger", "far_coordinator"])
def test_the_page_of_a_pending_team_is_not_found_for_others(client, community, who, request):
    team = teams.team(community, state=TeamState.PENDING)
    assert sign_in(client, request.getfixturevalue(who)).get(f"/teams/{team.pk}/").status_code == 404


def test_filing_a_team_asks_to_sign_in(client):
    assert client.get("/teams/file/").url == "/sign-in/?next=/teams/file/"


def test_a_volunteer_files_a_team(client, community, helper):
    assert 'name="pledge"' in html(sign_in(client, helper).get("/teams/file/"))
    answer = client.post("/teams/file/", filing(community))
    team = Team.objects.get()
    assert (answer.url, team.state, team.area, team.filed_by) == (f"/teams/{team.pk}/", TeamState.PENDING, community, helper)
    assert "黎明楼栋志愿服务队" in html(client.get("/teams/mine/"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pledge": ""}, "请先承诺填报内容真实。"),
        ({"kind": "2", "credit_code": "123"}, "统一社会信用代码是 18 位，现在是 3 位。"),
        ({"name": ""}, "这个字段是必填项。"),
    ],
)
def test_a_refused_filing_keeps_what_was_typed(client, community, helper, change, words):
    answer = sign_in(client, helper).post("/teams/file/", filing(community, address="莺花巷 27 号", **change))
    assert (answer.status_code, words in html(answer), "莺花巷 27 号" in html(answer), Team.objects.count()) == (422, True, True, 0)


def test_a_leader_changes_a_team(client, community, helper):
    team = teams.team(community, "旧名志愿服务队", leader=helper)
    assert "旧名志愿服务队" in html(sign_in(client, helper).get(f"/teams/{team.pk}/change/"))
    form = filing(community, name="新名志愿服务队", phone="023-6789-1234")
    assert client.post(f"/teams/{team.pk}/change/", form).url == f"/teams/{team.pk}/"
    team.refresh_from_db()
    assert (team.name, team.proposed, team.phone) == ("旧名志愿服务队", {"name": "新名志愿服务队"}, "023-6789-1234")
    assert "新名志愿服务队" in html(client.get(f"/teams/{team.pk}/change/"))
    assert client.post(f"/teams/{team.pk}/change/", {**form, "host_name": ""}).status_code == 422


def test_changing_a_team_is_not_found_for_others(client, community, helper, stranger):
    team = teams.team(community, leader=helper)
    assert sign_in(client, stranger).get(f"/teams/{team.pk}/change/").status_code == 404


def test_staff_review_from_the_queue(client, community, helper, coordinator):
    team = teams.team(community, "等审核志愿服务队", state=TeamState.PENDING, leader=helper)
    queue = html(sign_in(client, coordinator).get("/teams/review/"))
    assert ("等审核志愿服务队" in queue, "新申报" in queue) == (True, True)
    assert "审核意见" in html(client.get(f"/teams/{team.pk}/"))
    refused = client.post(f"/teams/{team.pk}/review/", {"approve": "0", "opinion": ""})
    assert (refused.status_code, "不通过时请写明原因。" in html(refused)) == (422, True)
    assert client.post(f"/teams/{team.pk}/review/", {"approve": "1", "opinion": "欢迎"}).url == "/teams/review/"
    team.refresh_from_db()
    assert (team.state, team.review_opinion) == (TeamState.APPROVED, "欢迎")
    assert "都审核完了" in html(client.get("/teams/review/"))


@pytest.mark.parametrize("path", ["/teams/review/", "/teams/export/"])
def test_staff_pages_are_closed_to_a_volunteer(client, helper, path):
    assert sign_in(client, helper).get(path).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_export_holds_the_filtered_teams_of_the_area_with_masked_leaders(client, community, elsewhere, helper, coordinator, rows):
    for _ in range(rows):
        teams.team(community, leader=helper, kind="1")
    teams.team(community, kind="3")
    teams.team(elsewhere)
    answer = sign_in(client, coordinator).get("/teams/export/?kind=1")
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as book:
        sheet = "".join(book.read(name).decode() for name in book.namelist())
    assert (sheet.count("何**"), "何素芬" in sheet, sheet.count("<row ")) == (rows, False, rows + 1)


def test_staff_mark_suspend_and_restore_a_team(client, community, coordinator):
    team = teams.team(community)
    client, states = sign_in(client, coordinator), []
    for verb, form in (("standing", {}), ("not-standing", {}), ("suspend", {"reason": "整顿"}), ("restore", {})):
        client.get(f"/teams/{team.pk}/")
        assert client.post(f"/teams/{team.pk}/{verb}/", form).status_code == 302
        team.refresh_from_db()
        states.append((team.state, team.is_standing))
    assert states == [("1", True), ("1", False), ("3", False), ("1", False)]


def test_a_suspension_without_a_reason_says_so(client, community, coordinator):
    team = teams.team(community)
    answer = sign_in(client, coordinator).post(f"/teams/{team.pk}/suspend/", {})
    team.refresh_from_db()
    assert (answer.status_code, "请写明停用的原因。" in html(answer), team.state) == (409, True, TeamState.APPROVED)


def test_a_volunteer_applies_waits_and_takes_it_back(client, community, helper):
    team = teams.team(community)
    assert "申请加入" in html(sign_in(client, helper).get(f"/teams/{team.pk}/"))
    assert client.post(f"/teams/{team.pk}/join/", {"note": "会理发"}).url == f"/teams/{team.pk}/"
    assert "您已申请，等队长同意。" in html(client.get(f"/teams/{team.pk}/"))
    assert client.post(f"/teams/{team.pk}/leave/").url == "/teams/mine/"
    assert Membership.objects.get().state == MemberState.LEFT


def test_a_wrong_pass_code_comes_back_on_the_page(client, community, helper):
    team = teams.team(community, join_way=JoinWay.PASS_CODE, pass_code_hash=make_password("春风十里"))
    answer = sign_in(client, helper).post(f"/teams/{team.pk}/join/", {"pass_code": "春风"})
    assert (answer.status_code, "口令不对，请向队长要。" in html(answer), Membership.objects.count()) == (422, True, 0)


def test_a_leader_decides_over_members_on_the_page(client, community, helper, second_helper):
    team = teams.team(community, leader=helper)
    teams.member(team, second_helper, state=MemberState.APPLYING, note="会理发")
    shown = html(sign_in(client, helper).get(f"/teams/{team.pk}/members/"))
    assert ("陈晓雨" in shown, "会理发" in shown) == (True, True)
    found = []
    for verb in ("accept", "lead", "unlead", "remove"):
        assert client.post(f"/teams/{team.pk}/members/{second_helper.pk}/{verb}/").url == f"/teams/{team.pk}/members/"
        found.append(Membership.objects.values_list("state", "is_leader").get(person=second_helper))
    assert found == [("1", False), ("1", True), ("1", False), ("4", False)]


def test_a_leader_refuses_an_applicant_on_the_page(client, community, helper, second_helper):
    team = teams.team(community, leader=helper)
    teams.member(team, second_helper, state=MemberState.APPLYING)
    sign_in(client, helper).post(f"/teams/{team.pk}/members/{second_helper.pk}/refuse/")
    assert Membership.objects.get(person=second_helper).state == MemberState.REFUSED


@pytest.mark.parametrize("who", ["stranger", "second_helper"])
def test_the_members_page_is_refused_to_others(client, community, helper, who, request):
    team = teams.team(community, leader=helper)
    assert sign_in(client, request.getfixturevalue(who)).get(f"/teams/{team.pk}/members/").status_code == 409


def test_my_teams_without_any_shows_the_way(client, helper):
    assert "您还没有加入队伍" in html(sign_in(client, helper).get("/teams/mine/"))
