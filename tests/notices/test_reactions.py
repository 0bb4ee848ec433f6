from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel.events import settle
from chunshui.notices.models import Message
from chunshui.teams import commands
from chunshui.teams.states import JoinWay, MemberState, TeamState
from tests.factories import teams

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(community, helper):
    return teams.team(community, "理发志愿服务队", leader=helper)


def told(now):
    settle(now)
    return list(Message.objects.order_by("id").values_list("person__name", "title"))


def test_an_application_is_told_to_the_leaders(team, second_helper, now):
    commands.apply_to_team(actor=second_helper, team_id=team.pk, now=now)
    assert told(now) == [("何素芬", "有人申请加入“理发志愿服务队”")]
    assert Message.objects.get().url == f"/teams/{team.pk}/members/"


@pytest.mark.parametrize(
    ("command", "title"),
    [
        (commands.accept_member, "“理发志愿服务队”同意您加入了"),
        (commands.refuse_member, "“理发志愿服务队”这次没有同意您加入"),
        (commands.leave_team, "您已不在“理发志愿服务队”"),
    ],
)
def test_a_decision_is_told_to_the_person(team, helper, second_helper, now, command, title):
    teams.member(team, second_helper, state=MemberState.APPLYING)
    command(actor=helper, team_id=team.pk, person_id=second_helper.pk, now=now)
    assert told(now) == [("陈晓雨", title)]


def test_one_who_reads_english_is_told_in_english(team, helper, second_helper, now):
    second_helper.language = "en"
    second_helper.save(update_fields=["language"])
    teams.member(team, second_helper, state=MemberState.APPLYING)
    commands.accept_member(actor=helper, team_id=team.pk, person_id=second_helper.pk, now=now)
    assert told(now) == [("陈晓雨", "“理发志愿服务队” has accepted you")]


def test_what_one_does_oneself_is_not_told(community, team, helper, second_helper, now):
    joined = teams.team(community, join_way=JoinWay.OPEN)
    commands.apply_to_team(actor=second_helper, team_id=joined.pk, now=now)
    commands.leave_team(actor=second_helper, team_id=joined.pk, now=now)
    assert told(now) == []


def test_a_new_leader_is_told_and_one_who_steps_down_is_not(team, helper, second_helper, now):
    teams.member(team, second_helper)
    commands.name_leader(actor=helper, team_id=team.pk, person_id=second_helper.pk, now=now)
    commands.name_leader(actor=helper, team_id=team.pk, person_id=second_helper.pk, is_leader=False, now=now)
    assert told(now) == [("陈晓雨", "您是“理发志愿服务队”的队长了")]


@pytest.mark.parametrize(("approve", "title"), [(True, "“理发志愿服务队”通过审核了"), (False, "“理发志愿服务队”没有通过审核")])
def test_a_review_is_told_once_to_who_filed_and_leads(team, coordinator, now, approve, title):
    team.state = TeamState.PENDING
    team.save()
    commands.review_team(actor=coordinator, team_id=team.pk, approve=approve, opinion="材料看过", now=now)
    assert told(now) == [("何素芬", title)]
    assert Message.objects.get().body == "材料看过"


def test_suspending_and_restoring_are_told_to_the_leaders(team, coordinator, now):
    commands.suspend_team(actor=coordinator, team_id=team.pk, reason="整顿", now=now)
    commands.restore_team(actor=coordinator, team_id=team.pk, now=now + timedelta(minutes=1))
    assert told(now + timedelta(minutes=1)) == [("何素芬", "“理发志愿服务队”已停用"), ("何素芬", "“理发志愿服务队”已恢复")]
