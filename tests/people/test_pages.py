from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import people

pytestmark = pytest.mark.django_db
OWN = ["me", "change_me", "change_password", "my_data", "family", "sessions", "tokens", "erase", "register"]
STAFF = ["volunteers", "review_volunteers", "residents", "add_resident"]


@pytest.mark.parametrize("name", ["sign_in", "sign_in_password"])
def test_the_pages_of_signing_in_open_for_anyone(client, db, name):
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", OWN)
def test_own_pages_ask_to_sign_in_first(client, db, name):
    answer = client.get(reverse(name))
    assert (answer.status_code, answer.url) == (302, f"/sign-in/?next={reverse(name)}")


@pytest.mark.parametrize("ui", ["std", "elder", "xl"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", OWN)
def test_own_pages_open_in_every_mode_and_language(client, helper, resident, name, ui, language):
    people.sign_in(client, resident if name == "register" else helper)
    assert client.get(reverse(name), {"ui": ui, "lang": language}, follow=True).status_code == 200


@pytest.mark.parametrize("name", ["my_volunteer", "change_volunteer", "add_credential"])
def test_pages_of_a_volunteer_open(client, helper, name):
    assert people.sign_in(client, helper).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("step", [2, 3, 4])
def test_a_step_before_its_turn_leads_to_the_first_that_is_missing(client, resident, step):
    assert people.sign_in(client, resident).get(reverse("register_step", args=[step])).url == "/register/1/"


@pytest.mark.parametrize("name", STAFF)
def test_staff_pages_open_for_staff_only(client, coordinator, resident, name):
    assert client.get(reverse(name)).status_code == 302
    assert people.sign_in(client, resident).get(reverse(name)).status_code == 403
    assert people.sign_in(client, coordinator).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", ["volunteer", "resident"])
def test_a_record_opens_for_the_staff_of_its_area_only(client, coordinator, far_coordinator, street_official, helper, name):
    url = reverse(name, args=[helper.pk])
    found = [people.sign_in(client, each).get(url).status_code for each in (coordinator, street_official, far_coordinator)]
    assert found == [200, 200, 404]


def test_a_staff_role_without_the_second_factor_is_led_to_give_it(client, coordinator):
    client.force_login(coordinator)
    session = client.session
    session["acting"] = str(coordinator.acting.role_id)
    session.save()
    answer = client.get(reverse("volunteers"))
    assert (answer.status_code, answer.url) == (302, "/verify/?next=%2Fvolunteers%2F")


@pytest.mark.parametrize("name", ["volunteers", "residents"])
def test_lists_ask_the_same_number_of_questions_for_one_row_and_for_three(client, coordinator, helper, community, name, django_assert_num_queries):
    people.sign_in(client, coordinator)
    client.get(reverse(name))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(reverse(name))
    for _ in range(3):
        people.volunteer(community)
    with django_assert_num_queries(len(one)):
        assert client.get(reverse(name)).content.count(b'scope="row"') == (4 if name == "volunteers" else 5)
