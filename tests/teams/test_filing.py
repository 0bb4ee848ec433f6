from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.teams import commands, queries
from chunshui.teams.models import Membership, Team
from chunshui.teams.states import TEAM_STEPS, JoinWay, MemberState, TeamKind, TeamState
from tests.factories import teams
from tests.factories.teams import CREDIT_CODE

pytestmark = pytest.mark.django_db
VERBS = {
    "approve": lambda actor, team, now: commands.review_team(actor=actor, team_id=team.pk, approve=True, now=now),
    "refuse": lambda actor, team, now: commands.review_team(actor=actor, team_id=team.pk, approve=False, opinion="材料不全", now=now),
    "suspend": lambda actor, team, now: commands.suspend_team(actor=actor, team_id=team.pk, reason="长期不活动", now=now),
    "restore": lambda actor, team, now: commands.restore_team(actor=actor, team_id=team.pk, now=now),
}


def file(actor, area, now, **more):
    values = {"kind": TeamKind.GROUP, "name": "黎明楼栋志愿服务队", "host_name": "黎明社区居委会", "service_categories": ["0001"], "pledge": True}
    return commands.file_team(**{**values, "actor": actor, "area_id": area.pk, "now": now, **more})


def test_file_team_by_a_volunteer_waits_for_review_and_is_led_by_who_filed_it(helper, community, now):
    team = file(helper, community, now)
    assert (team.state, team.is_change_waiting, team.members_count, team.number) == (TeamState.PENDING, False, 1, f"D1{team.pk:07d}")
    assert (team.street_id, team.community_id) == (community.parent_id, community.pk)
    assert queries.leaders(team.pk) == [helper.pk]
    assert Event.objects.get().name == "teams.filed"


def test_file_team_by_staff_has_no_leader_yet(coordinator, community, now):
    team = file(coordinator, community, now)
    assert (team.members_count, queries.leaders(team.pk)) == (0, [])


def test_file_team_of_an_organisation_keeps_its_code_in_capitals(helper, community, now):
    team = file(helper, community, now, kind=TeamKind.ORGANISATION, credit_code=CREDIT_CODE.lower(), host_name="")
    assert team.credit_code == CREDIT_CODE


def test_a_pass_code_is_kept_only_as_a_hash(helper, community, now):
    team = file(helper, community, now, join_way=JoinWay.PASS_CODE, pass_code="春风十里")
    assert "春风十里" not in team.pass_code_hash
    assert len(team.pass_code_hash) > 20


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "9"}, "kind"),
        ({"name": " 队 "}, "name"),
        ({"service_categories": []}, "service_categories"),
        ({"service_categories": ["9999"]}, "service_categories"),
        ({"service_categories": ["0001", "0002", "0003", "0004", "0005"]}, "service_categories"),
        ({"host_name": " "}, "host_name"),
        ({"credit_code": CREDIT_CODE}, "credit_code"),
        ({"kind": "2"}, "credit_code"),
        ({"kind": "2", "credit_code": "51500112MJP700005B"}, "credit_code"),
        ({"kind": "2", "credit_code": "91500112MA5U00004T"}, "credit_code"),
        ({"join_way": "4"}, "pass_code"),
        ({"join_way": "4", "pass_code": "123"}, "pass_code"),
        ({"is_phone_public": True}, "phone"),
        ({"pledge": False}, "pledge"),
    ],
)
def test_file_team_with_something_wrong_is_refused_at_its_field_and_files_nothing(helper, community, now, change, field):
    with pytest.raises(Refused) as refusal:
        file(helper, community, now, **change)
    assert list(refusal.value.fields) == [field]
    assert (Team.objects.count(), Membership.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_a_credit_code_is_registered_once(helper, second_helper, community, now):
    file(helper, community, now, kind=TeamKind.LEGAL, credit_code=CREDIT_CODE)
    with pytest.raises(Refused) as refusal:
        file(second_helper, community, now, kind=TeamKind.ORGANISATION, credit_code=CREDIT_CODE)
    assert (refusal.value.code, Team.objects.count()) == ("code_taken", 1)


@pytest.mark.parametrize("who", ["resident", "stranger", "far_coordinator"])
def test_file_team_by_anyone_else_is_refused_and_files_nothing(community, now, who, request):
    with pytest.raises(Refused):
        file(request.getfixturevalue(who), community, now)
    assert Team.objects.count() == 0


def test_a_sub_team_is_filed_by_the_leader_of_the_team_above(helper, community, now):
    above = teams.team(community, leader=helper)
    assert file(helper, community, now, parent_id=above.pk).parent == above


@pytest.mark.parametrize("who", ["second_helper", "far_coordinator"])
def test_a_sub_team_by_anyone_else_is_refused_and_filed_nowhere(helper, community, elsewhere, now, who, request):
    above, actor = teams.team(community, leader=helper), request.getfixturevalue(who)
    with pytest.raises(Refused):
        file(actor, elsewhere if who == "far_coordinator" else community, now, parent_id=above.pk)
    assert Team.objects.count() == 1


def test_a_sub_team_of_a_sub_team_or_of_a_pending_team_is_refused(helper, community, now):
    above = teams.team(community, leader=helper)
    below = teams.team(community, leader=helper, parent=above)
    pending = teams.team(community, leader=helper, state=TeamState.PENDING)
    for parent in (below, pending):
        with pytest.raises(Refused):
            file(helper, community, now, parent_id=parent.pk)
    assert Team.objects.count() == 3


@pytest.mark.parametrize("state", TeamState.values)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_in_every_state_moves_or_is_refused_and_moves_nothing(helper, coordinator, community, now, verb, state):
    team = teams.team(community, state=state, leader=helper)
    step = TEAM_STEPS[verb]
    if state in step.sources:
        VERBS[verb](coordinator, team, now)
    else:
        with pytest.raises(Refused) as refusal:
            VERBS[verb](coordinator, team, now)
        assert refusal.value.code == "wrong_state"
    team.refresh_from_db()
    moved = state in step.sources
    assert (team.state, Event.objects.count()) == (step.target if moved else state, int(moved))


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("who", "answer"), [("stranger", NotFound), ("far_coordinator", NotFound), ("resident", NotFound), ("helper", Refused)])
def test_staff_verbs_by_anyone_else_change_nothing(helper, community, now, verb, who, answer, request):
    state = next(iter(TEAM_STEPS[verb].sources))
    team = teams.team(community, state=state, leader=helper)
    actor = request.getfixturevalue(who)
    with pytest.raises(Refused if state == TeamState.APPROVED else answer):
        VERBS[verb](actor, team, now)
    team.refresh_from_db()
    assert (team.state, Event.objects.count()) == (state, 0)


def test_review_team_tells_the_opinion_and_ends_the_wait(helper, coordinator, community, now):
    team = file(helper, community, now)
    commands.review_team(actor=coordinator, team_id=team.pk, approve=True, opinion="欢迎", now=now + timedelta(hours=1))
    team.refresh_from_db()
    assert (team.state, team.is_change_waiting, team.review_opinion, team.reviewed_by) == (TeamState.APPROVED, False, "欢迎", coordinator)
    assert Event.objects.get(name="teams.reviewed").data["filed_by"] == helper.pk


@pytest.mark.parametrize(("approve", "opinion"), [(True, "好" * 26), (False, " ")])
def test_review_team_with_a_long_or_missing_opinion_is_refused_and_changes_nothing(coordinator, helper, community, now, approve, opinion):
    team = teams.team(community, state=TeamState.PENDING, leader=helper)
    with pytest.raises(Refused) as refusal:
        commands.review_team(actor=coordinator, team_id=team.pk, approve=approve, opinion=opinion, now=now)
    team.refresh_from_db()
    assert (list(refusal.value.fields), team.state) == (["opinion"], TeamState.PENDING)


def test_a_worker_who_filed_or_belongs_to_a_team_does_not_review_it(coordinator, community, now):
    team = file(coordinator, community, now)
    with pytest.raises(Refused) as refusal:
        commands.review_team(actor=coordinator, team_id=team.pk, approve=True, now=now)
    team.refresh_from_db()
    assert (refusal.value.code, team.state) == ("own_case", TeamState.PENDING)


def test_change_of_contacts_counts_at_once(helper, community, now):
    team = teams.team(community, leader=helper)
    commands.change_team(actor=helper, team_id=team.pk, phone="023-6789-1234", is_phone_public=True, now=now)
    team.refresh_from_db()
    assert (team.phone, team.is_change_waiting, team.proposed) == ("023-6789-1234", False, {})


def test_change_of_the_name_waits_for_review_while_the_team_goes_on(helper, coordinator, community, now):
    team = teams.team(community, "旧名志愿服务队", leader=helper)
    commands.change_team(actor=helper, team_id=team.pk, name="新名志愿服务队", now=now)
    team.refresh_from_db()
    assert (team.name, team.state, team.proposed) == ("旧名志愿服务队", TeamState.APPROVED, {"name": "新名志愿服务队"})
    commands.review_team(actor=coordinator, team_id=team.pk, approve=True, now=now)
    team.refresh_from_db()
    assert (team.name, team.proposed, team.is_change_waiting) == ("新名志愿服务队", {}, False)
    assert [each.pk for each in queries.find_teams(text="新名")] == [team.pk]
    assert [each.pk for each in queries.find_teams(text="旧名")] == []


def test_a_refused_change_leaves_the_old_name(helper, coordinator, community, now):
    team = teams.team(community, "旧名志愿服务队", leader=helper)
    commands.change_team(actor=helper, team_id=team.pk, name="新名志愿服务队", now=now)
    commands.review_team(actor=coordinator, team_id=team.pk, approve=False, opinion="与他队重名", now=now)
    team.refresh_from_db()
    assert (team.name, team.proposed, team.is_change_waiting, team.state) == ("旧名志愿服务队", {}, False, TeamState.APPROVED)


def test_a_change_that_is_taken_back_waits_for_nothing(helper, community, now):
    team = teams.team(community, "旧名志愿服务队", leader=helper)
    for name in ("新名志愿服务队", "旧名志愿服务队"):
        commands.change_team(actor=helper, team_id=team.pk, name=name, now=now)
    team.refresh_from_db()
    assert (team.proposed, team.is_change_waiting) == ({}, False)


def test_a_refused_team_is_filed_again_by_a_change(helper, community, now):
    team = teams.team(community, state=TeamState.REFUSED, leader=helper)
    commands.change_team(actor=helper, team_id=team.pk, name="改好了志愿服务队", now=now)
    team.refresh_from_db()
    assert (team.name, team.state, team.proposed) == ("改好了志愿服务队", TeamState.PENDING, {})


@pytest.mark.parametrize("who", ["stranger", "far_coordinator", "second_helper"])
def test_change_team_by_anyone_else_changes_nothing(helper, community, now, who, request):
    team = teams.team(community, leader=helper)
    with pytest.raises(Refused):
        commands.change_team(actor=request.getfixturevalue(who), team_id=team.pk, phone="12345", now=now)
    team.refresh_from_db()
    assert (team.phone, Event.objects.count()) == ("", 0)


def test_change_of_a_suspended_team_or_of_its_state_is_refused(helper, coordinator, community, now):
    suspended, team = teams.team(community, state=TeamState.SUSPENDED), teams.team(community, leader=helper)
    with pytest.raises(Refused):
        commands.change_team(actor=coordinator, team_id=suspended.pk, phone="12345", now=now)
    with pytest.raises(Refused):
        commands.change_team(actor=helper, team_id=team.pk, is_standing=True, now=now)
    team.refresh_from_db()
    assert (team.is_standing, Event.objects.count()) == (False, 0)


def test_set_standing_marks_an_approved_team(coordinator, community, now):
    team = teams.team(community)
    commands.set_standing(actor=coordinator, team_id=team.pk, is_standing=True, now=now)
    team.refresh_from_db()
    assert team.is_standing is True


@pytest.mark.parametrize("who", ["stranger", "far_coordinator", "helper"])
def test_set_standing_by_anyone_else_changes_nothing(helper, community, now, who, request):
    team = teams.team(community, leader=helper)
    with pytest.raises(Refused):
        commands.set_standing(actor=request.getfixturevalue(who), team_id=team.pk, is_standing=True, now=now)
    team.refresh_from_db()
    assert team.is_standing is False


def test_set_standing_of_a_pending_team_is_refused(coordinator, community, now):
    team = teams.team(community, state=TeamState.PENDING)
    with pytest.raises(Refused):
        commands.set_standing(actor=coordinator, team_id=team.pk, is_standing=True, now=now)
    team.refresh_from_db()
    assert team.is_standing is False


def test_a_suspended_team_sends_nobody(helper, coordinator, community, now):
    team = teams.team(community, leader=helper)
    assert (queries.members(team.pk), queries.led_by(helper.pk)) == ([helper.pk], [team.pk])
    commands.suspend_team(actor=coordinator, team_id=team.pk, reason="整顿", now=now)
    assert (queries.members(team.pk), queries.led_by(helper.pk)) == ([], [])
    assert Membership.objects.get().state == MemberState.MEMBER
