from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from chunshui.kernel.errors import NotFound, Refused
from chunshui.people.states import Acting
from chunshui.teams import policies, queries
from chunshui.teams.states import MemberState, TeamKind, TeamState
from tests.factories import teams

pytestmark = pytest.mark.django_db


@pytest.fixture
def anyone():
    person = AnonymousUser()
    person.acting = Acting(kind="anyone")
    return person


def found(**more):
    return [team.pk for team in queries.find_teams(**more)]


def test_only_approved_teams_are_public(community):
    shown = teams.team(community)
    for state in (TeamState.PENDING, TeamState.REFUSED, TeamState.SUSPENDED):
        teams.team(community, state=state)
    assert found() == [shown.pk]


def test_teams_are_filtered_by_area_kind_category_and_standing(community, street, district, elsewhere):
    here = teams.team(community, kind=TeamKind.LEGAL, service_categories=["0004"], is_standing=True)
    above = teams.team(street)
    far = teams.team(elsewhere)
    assert (found(area=community), found(area=street), found(area=district)) == ([here.pk], [above.pk, here.pk], [far.pk, above.pk, here.pk])
    assert (found(kind=TeamKind.LEGAL), found(category="0004"), found(is_standing=True)) == ([here.pk],) * 3
    assert found(category="0017") == [far.pk, above.pk]


def test_two_characters_find_a_team(community):
    made = teams.team(community, "五里店理发志愿服务队")
    teams.team(community, "黎明陪诊志愿服务队")
    assert (found(text="理发"), found(text="五"), found(text="发五")) == ([made.pk], [made.pk], [])


def test_teams_page_by_cursor(community):
    made = [teams.team(community).pk for _ in range(3)]
    first = queries.find_teams(size=2)
    assert ([team.pk for team in first], found(cursor=first.next)) == ([made[2], made[1]], [made[0]])


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_teams_is_one_query(community, rows, django_assert_num_queries):
    for _ in range(rows):
        teams.team(community)
    with django_assert_num_queries(1):
        assert [str(team.community) for team in queries.find_teams()] == ["黎明社区"] * rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_team_costs_the_same_whatever_its_size(community, helper, second_helper, rows, django_assert_num_queries):
    from tests.factories import people

    team = teams.team(community, leader=helper)
    for _ in range(rows):
        teams.team(community, parent=team)
        teams.member(team, people.volunteer(community), is_leader=True)
    with django_assert_num_queries(8):
        shown = queries.team_page(second_helper, team.pk)
    assert (len(shown.leaders), len(shown.sub_teams)) == (rows + 1, rows)


def test_the_page_of_a_team_masks_its_leader_and_its_phone(community, helper, anyone):
    team = teams.team(community, leader=helper, phone="023-6789-1234")
    shown = queries.team_page(anyone, team.pk)
    assert (shown.leaders, shown.phone, shown.can_apply, shown.can_see_members) == (["何**"], "", False, False)
    team.is_phone_public = True
    team.save()
    assert queries.team_page(anyone, team.pk).phone == "023-6789-1234"


@pytest.mark.parametrize("state", [TeamState.PENDING, TeamState.REFUSED, TeamState.SUSPENDED])
@pytest.mark.parametrize(
    ("who", "sees"),
    [("helper", True), ("coordinator", True), ("district_official", True), ("resident", False), ("stranger", False), ("far_coordinator", False)],
)
def test_a_team_that_is_not_public_is_seen_by_its_people_and_staff_only(community, helper, state, who, sees, request):
    team = teams.team(community, state=state, leader=helper)
    actor = request.getfixturevalue(who)
    if sees:
        assert queries.visible_team(actor, team.pk) == team
    else:
        with pytest.raises(NotFound):
            queries.visible_team(actor, team.pk)


def test_the_review_queue_holds_what_waits_in_the_area_of_the_actor(community, elsewhere, helper, coordinator, street_official, far_coordinator):
    waiting = teams.team(community, state=TeamState.PENDING, leader=helper)
    changed = teams.team(community, proposed={"name": "新名"}, is_change_waiting=True)
    far = teams.team(elsewhere, state=TeamState.PENDING)
    teams.team(community)
    lists = [[team.pk for team in queries.review_queue(actor)] for actor in (coordinator, street_official, far_coordinator)]
    assert lists == [[changed.pk, waiting.pk]] * 2 + [[far.pk]]


@pytest.mark.parametrize("who", ["helper", "stranger", "anyone"])
def test_the_review_queue_is_not_found_for_others(who, request, community):
    with pytest.raises(NotFound):
        queries.review_queue(request.getfixturevalue(who))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_review_queue_is_two_queries(community, helper, coordinator, rows, django_assert_num_queries):
    for _ in range(rows):
        teams.team(community, state=TeamState.PENDING, leader=helper)
    with django_assert_num_queries(2):
        assert [team.leading[0].person.name for team in queries.review_queue(coordinator)] == ["何素芬"] * rows


def test_members_of_a_team_show_applicants_first(community, helper, second_helper):
    team = teams.team(community, leader=helper)
    teams.member(team, second_helper, state=MemberState.APPLYING)
    _team, page = queries.member_list(helper, team.pk)
    assert [row.person.name for row in page] == ["陈晓雨", "何素芬"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_member_list_of_a_worker_costs_the_same_whatever_its_length(community, coordinator, rows, django_assert_num_queries):
    from tests.factories import people

    team = teams.team(community)
    for _ in range(rows):
        teams.member(team, people.volunteer(community))
    with django_assert_num_queries(2):
        _team, page = queries.member_list(coordinator, team.pk)
        assert len([row.person.volunteer.number for row in page]) == rows


@pytest.mark.parametrize("who", ["stranger", "far_coordinator", "second_helper"])
def test_the_member_list_is_refused_to_others(community, helper, second_helper, who, request):
    team = teams.team(community, leader=helper)
    teams.member(team, second_helper)
    with pytest.raises(Refused):
        queries.member_list(request.getfixturevalue(who), team.pk)


def test_teams_of_a_person_are_memberships_and_applications(community, helper):
    led = teams.team(community, leader=helper)
    asked = teams.team(community)
    teams.member(asked, helper, state=MemberState.APPLYING)
    teams.member(teams.team(community), helper, state=MemberState.LEFT)
    assert [row.team_id for row in queries.teams_of(helper.pk)] == [led.pk, asked.pk]


@pytest.mark.parametrize(
    ("who", "leads", "staff"),
    [
        ("helper", True, False),
        ("coordinator", True, True),
        ("street_official", True, True),
        ("stranger", False, False),
        ("far_coordinator", False, False),
        ("second_helper", False, False),
        ("anyone", False, False),
    ],
)
def test_who_may_do_what_with_a_team(community, helper, who, leads, staff, request):
    team, actor = teams.team(community, leader=helper), request.getfixturevalue(who)
    by_leaders = [
        policies.can_change_team,
        policies.can_view_members,
        policies.can_accept_member,
        policies.can_refuse_member,
        policies.can_name_leader,
    ]
    by_staff = [policies.can_review_team, policies.can_suspend_team, policies.can_restore_team, policies.can_set_standing]
    assert [bool(policy(actor, team)) for policy in by_leaders] == [leads] * 5
    assert [bool(policy(actor, team)) for policy in by_staff] == [staff] * 4


def test_a_staff_role_without_the_second_factor_reaches_no_team(community, coordinator):
    from dataclasses import replace

    coordinator.acting = replace(coordinator.acting, confirmed=False)
    team = teams.team(community, state=TeamState.PENDING)
    assert not policies.can_view_team(coordinator, team)
    assert not policies.can_review_team(coordinator, team)
