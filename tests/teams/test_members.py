from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.teams import commands, queries, reactions
from chunshui.teams.models import Membership
from chunshui.teams.states import MEMBER_STEPS, JoinWay, MemberState, TeamState
from tests.factories import teams

pytestmark = pytest.mark.django_db
VERBS = {
    "accept": lambda actor, team, person, now: commands.accept_member(actor=actor, team_id=team.pk, person_id=person.pk, now=now),
    "refuse": lambda actor, team, person, now: commands.refuse_member(actor=actor, team_id=team.pk, person_id=person.pk, now=now),
    "leave": lambda actor, team, person, now: commands.leave_team(actor=actor, team_id=team.pk, person_id=person.pk, now=now),
    "reapply": lambda actor, team, person, now: commands.apply_to_team(actor=person, team_id=team.pk, now=now),
}


@pytest.fixture
def team(community, helper):
    return teams.team(community, leader=helper)


def state_of(team, person):
    team.refresh_from_db()
    row = Membership.objects.filter(team=team, person=person).first()
    return (row.state if row else None, team.members_count)


@pytest.mark.parametrize(("way", "state", "count"), [(JoinWay.REVIEWED, MemberState.APPLYING, 1), (JoinWay.OPEN, MemberState.MEMBER, 2)])
def test_apply_to_team_applies_or_joins_as_the_team_receives_people(community, helper, second_helper, now, way, state, count):
    team = teams.team(community, leader=helper, join_way=way)
    commands.apply_to_team(actor=second_helper, team_id=team.pk, note="会理发", now=now)
    assert state_of(team, second_helper) == (state, count)
    assert Event.objects.get().data["person_id"] == second_helper.pk


def test_apply_to_team_with_the_pass_code_joins_at_once(community, helper, second_helper, now):
    team = teams.team(community, leader=helper, join_way=JoinWay.PASS_CODE, pass_code_hash=make_password("春风十里"))
    commands.apply_to_team(actor=second_helper, team_id=team.pk, pass_code="春风十里", now=now)
    assert state_of(team, second_helper) == (MemberState.MEMBER, 2)


@pytest.mark.parametrize("given", ["", "春风九里"])
def test_apply_to_team_with_a_wrong_pass_code_is_refused_and_joins_nothing(community, helper, second_helper, now, given):
    team = teams.team(community, leader=helper, join_way=JoinWay.PASS_CODE, pass_code_hash=make_password("春风十里"))
    with pytest.raises(Refused) as refusal:
        commands.apply_to_team(actor=second_helper, team_id=team.pk, pass_code=given, now=now)
    assert (refusal.value.code, *state_of(team, second_helper)) == ("wrong_pass_code", None, 1)


def test_guessing_a_pass_code_is_stopped_also_for_the_right_one(community, second_helper, now):
    team = teams.team(community, join_way=JoinWay.PASS_CODE, pass_code_hash=make_password("春风十里"))
    codes = []
    for attempt in range(11):
        with pytest.raises(Refused) as refusal:
            commands.apply_to_team(actor=second_helper, team_id=team.pk, pass_code="春风十里" if attempt == 10 else "猜猜看看", now=now)
        codes.append(refusal.value.code)
    assert codes == ["wrong_pass_code"] * 10 + ["too_many"]
    assert state_of(team, second_helper) == (None, 0)


@pytest.mark.parametrize(
    ("who", "more", "code"),
    [
        ("resident", {}, "not_a_volunteer"),
        ("second_helper", {"join_way": JoinWay.CLOSED}, "closed"),
        ("coordinator", {"state": TeamState.PENDING}, "wrong_state"),
        ("coordinator", {"state": TeamState.SUSPENDED}, "wrong_state"),
    ],
)
def test_apply_to_team_that_may_not_be_is_refused_and_joins_nothing(community, now, who, more, code, request):
    team, actor = teams.team(community, **more), request.getfixturevalue(who)
    with pytest.raises(Refused) as refusal:
        commands.apply_to_team(actor=actor, team_id=team.pk, now=now)
    assert (refusal.value.code, *state_of(team, actor)) == (code, None, 0)


@pytest.mark.parametrize("state", MemberState.values)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_in_every_state_moves_or_is_refused_and_moves_nothing(team, helper, second_helper, now, verb, state):
    teams.member(team, second_helper, state=state)
    before = state_of(team, second_helper)
    step = MEMBER_STEPS[verb]
    if state in step.sources:
        VERBS[verb](helper, team, second_helper, now)
        assert state_of(team, second_helper) == (step.target, 2 if step.target == MemberState.MEMBER else 1)
    else:
        with pytest.raises(Refused) as refusal:
            VERBS[verb](helper, team, second_helper, now)
        assert (refusal.value.code, state_of(team, second_helper)) == ("wrong_state", before)
    assert Event.objects.count() == int(state in step.sources)


@pytest.mark.parametrize("verb", ["accept", "refuse", "leave"])
@pytest.mark.parametrize("who", ["stranger", "far_coordinator", "resident", "third"])
def test_deciding_over_members_by_anyone_else_changes_nothing(team, second_helper, now, verb, who, request):
    actor = request.getfixturevalue(who)
    teams.member(team, second_helper, state=MemberState.APPLYING)
    before = state_of(team, second_helper)
    with pytest.raises(Refused):
        VERBS[verb](actor, team, second_helper, now)
    assert (state_of(team, second_helper), Event.objects.count()) == (before, 0)


@pytest.fixture
def third(community, team):
    """A member who leads nothing."""
    from tests.factories import people

    made = people.volunteer(community, "普通队员")
    teams.member(team, made)
    return made


@pytest.mark.parametrize("who", ["coordinator", "street_official", "district_official"])
def test_staff_of_the_area_may_accept_members(team, second_helper, now, who, request):
    teams.member(team, second_helper, state=MemberState.APPLYING)
    commands.accept_member(actor=request.getfixturevalue(who), team_id=team.pk, person_id=second_helper.pk, now=now)
    assert state_of(team, second_helper) == (MemberState.MEMBER, 2)


def test_a_leader_of_the_team_above_may_accept_members_below(team, helper, second_helper, community, now):
    below = teams.team(community, parent=team)
    teams.member(below, second_helper, state=MemberState.APPLYING)
    commands.accept_member(actor=helper, team_id=below.pk, person_id=second_helper.pk, now=now)
    assert state_of(below, second_helper) == (MemberState.MEMBER, 1)


def test_a_member_leaves_by_oneself(team, second_helper, now):
    teams.member(team, second_helper)
    commands.leave_team(actor=second_helper, team_id=team.pk, now=now)
    assert state_of(team, second_helper) == (MemberState.LEFT, 1)


def test_leaving_a_team_that_one_is_not_in_is_not_found(team, second_helper, now):
    with pytest.raises(NotFound):
        commands.leave_team(actor=second_helper, team_id=team.pk, now=now)


def test_the_last_leader_neither_leaves_nor_steps_down(team, helper, coordinator, now):
    for act in (
        lambda: commands.leave_team(actor=helper, team_id=team.pk, now=now),
        lambda: commands.name_leader(actor=coordinator, team_id=team.pk, person_id=helper.pk, is_leader=False, now=now),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "last_leader"
    assert (state_of(team, helper), queries.leaders(team.pk)) == ((MemberState.MEMBER, 1), [helper.pk])


def test_a_leader_names_another_and_may_then_leave(team, helper, second_helper, now):
    teams.member(team, second_helper)
    commands.name_leader(actor=helper, team_id=team.pk, person_id=second_helper.pk, now=now)
    commands.leave_team(actor=helper, team_id=team.pk, now=now)
    assert queries.leaders(team.pk) == [second_helper.pk]
    assert Membership.objects.get(person=helper).is_leader is False


@pytest.mark.parametrize("who", ["stranger", "far_coordinator", "third"])
def test_name_leader_by_anyone_else_changes_nothing(team, helper, third, now, who, request):
    with pytest.raises(Refused):
        commands.name_leader(actor=request.getfixturevalue(who), team_id=team.pk, person_id=third.pk, now=now)
    assert queries.leaders(team.pk) == [helper.pk]


def test_name_leader_of_an_applicant_is_refused(team, helper, second_helper, now):
    teams.member(team, second_helper, state=MemberState.APPLYING)
    with pytest.raises(Refused):
        commands.name_leader(actor=helper, team_id=team.pk, person_id=second_helper.pk, now=now)
    assert queries.leaders(team.pk) == [helper.pk]


def test_a_person_who_is_erased_or_leaves_is_off_every_team_and_leaves_no_words(team, community, helper, second_helper, now):
    teams.member(team, second_helper, note="住 3 单元", is_leader=True, is_on_call=True)
    other = teams.team(community)
    teams.member(other, second_helper, state=MemberState.REFUSED, note="请再看看")
    reactions.leave_all_teams(type("Fact", (), {"subject_id": second_helper.pk, "at": now})())
    rows = Membership.objects.filter(person=second_helper).order_by("id").values_list("state", "note", "is_leader", "is_on_call")
    assert list(rows) == [(MemberState.LEFT, "", False, False), (MemberState.REFUSED, "", False, False)]
    assert (state_of(team, helper), Event.objects.count()) == ((MemberState.MEMBER, 1), 1)


def test_forgetting_a_person_twice_changes_nothing_more(team, second_helper, now):
    teams.member(team, second_helper)
    for _time in range(2):
        reactions.leave_all_teams(type("Fact", (), {"subject_id": second_helper.pk, "at": now})())
    assert (state_of(team, second_helper), Event.objects.count()) == ((MemberState.LEFT, 1), 1)
