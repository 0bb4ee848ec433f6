"""Who may not: a stranger, the staff of another area, and the wrong role inside the right one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chunshui.people import policies, queries
from chunshui.people.models import Credential, Relation, Volunteer
from chunshui.people.states import Acting
from tests.factories import people

pytestmark = pytest.mark.django_db

#: policy → who may, of: self, helper (family), grid, worker (community), street, far (worker elsewhere), unconfirmed, stranger
WHO = {
    "can_view": "self helper grid worker street",
    "can_reveal": "self grid worker street",
    "can_change_person": "self helper grid worker street",
    "can_set_focus_groups": "grid worker street",
    "can_add_relation": "self grid worker street",
    "can_register_volunteer": "self helper grid worker street",
    "can_add_credential": "self grid worker street",
    "can_give_consent": "self helper grid worker street",
    "can_withdraw_consent": "self helper grid worker street",
    "can_erase": "self worker street",
}


@pytest.fixture
def cast(resident, stranger, coordinator, far_coordinator, street_official, community, now):
    family = people.person(community)
    Relation.objects.create(person=resident, helper=family, kind="family", agreed_at=now)
    unconfirmed = people.staff(community)
    unconfirmed.acting = queries.acting_as(unconfirmed, str(unconfirmed.acting.role_id), verified=False)
    return {
        "self": resident,
        "helper": family,
        "grid": people.staff(community, "grid_worker"),
        "worker": coordinator,
        "street": street_official,
        "far": far_coordinator,
        "unconfirmed": unconfirmed,
        "stranger": stranger,
    }


def allowed(cast, rule, thing):
    return " ".join(name for name, actor in cast.items() if rule(actor, thing))


@pytest.mark.parametrize("name", WHO)
def test_a_policy_about_a_person_lets_these_through_and_nobody_else(cast, resident, name):
    assert allowed(cast, getattr(policies, name), resident) == WHO[name]


@pytest.mark.parametrize(("name", "who"), [("can_change_volunteer", "self helper grid worker street"), ("can_review_volunteer", "worker street")])
def test_a_policy_about_a_volunteer(cast, resident, now, name, who):
    volunteer = Volunteer.objects.create(person=resident, number="V1", registered_at=now)
    assert allowed(cast, getattr(policies, name), volunteer) == who


def test_credentials_are_reviewed_by_the_staff_above_the_grid(cast, resident, now):
    credential = Credential.objects.create(person=resident, kind=1, valid_from=now.date(), at=now)
    assert allowed(cast, policies.can_review_credential, credential) == "worker street"


def test_a_relation_is_ended_by_either_side_or_the_staff(cast, resident):
    assert allowed(cast, policies.can_end_relation, Relation.objects.get()) == "self helper grid worker street"


@pytest.mark.parametrize(("name", "who"), [("can_list_people", "grid worker street"), ("can_export_volunteers", "worker street")])
def test_a_policy_about_an_area(cast, community, name, who):
    assert allowed(cast, getattr(policies, name), community) == who


def test_a_record_is_added_by_anyone_but_the_staff_of_another_area(cast, community):
    assert allowed(cast, policies.can_add_person, community) == "self helper grid worker street stranger"


def test_the_worker_names_grid_workers_and_the_street_names_both(cast, community):
    for kind, who in (("grid_worker", "worker street"), ("community_worker", "street"), ("street_official", ""), ("operator", "")):
        assert " ".join(name for name, actor in cast.items() if policies.can_grant_role(actor, kind, community)) == who


def test_a_refusal_gives_its_reason(cast, resident):
    assert str(policies.can_reveal(cast["stranger"], resident).reason) == "只有本辖区的工作人员可以这样做。"


@pytest.mark.parametrize("who", ["resident", "helper", "coordinator"])
def test_knowing_the_acting_role_costs_one_question_at_most(request, who, rf):
    person = request.getfixturevalue(who)
    asked = rf.get("/")
    asked.session = {"acting": str(person.acting.role_id or "")}
    with CaptureQueriesContext(connection) as questions:
        acting = queries.acting_person(person, asked).acting
    assert (len(questions), acting.kind) == (1, {"resident": "resident", "helper": "volunteer", "coordinator": "community_worker"}[who])


def test_a_role_that_ended_is_not_acted_in(coordinator, now, rf):
    coordinator.roles.update(ended_at=now)
    asked = rf.get("/")
    asked.session = {"acting": str(coordinator.acting.role_id)}
    assert queries.acting_person(coordinator, asked).acting == Acting()
