"""Home: two doors, my order, the menu of the place; figures only when there are enough."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chunshui.kernel import clock
from chunshui.needs.models import Assignment, Tally
from chunshui.needs.states import State
from tests.factories import needs as make

pytestmark = pytest.mark.django_db


def signed_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def tally(community, *, answered, minutes):
    return Tally.objects.create(
        month=clock.month_start(timezone.now()),
        community=community,
        street_id=community.parent_id,
        service=make.service(),
        answered=answered,
        answer_minutes=minutes,
    )


def test_home_without_a_place_asks_for_it(client, community):
    page = client.get("/").content.decode()
    assert "您在哪个社区？" in page
    assert "看我点的单" in page


def test_home_shows_the_menu_of_the_remembered_place(client, community):
    make.service("escort")
    client.cookies["place"] = str(community.pk)
    page = client.get("/").content.decode()
    assert "/ask/?service=escort" in page
    assert "黎明社区" in page


@pytest.mark.parametrize(("answered", "shown"), [(19, False), (20, True)])
def test_home_says_how_fast_only_when_enough_is_known(client, community, answered, shown):
    tally(community, answered=answered, minutes=answered * 26)
    client.cookies["place"] = str(community.pk)
    assert ('<span class="num">26</span>' in client.get("/").content.decode()) == shown


def test_home_shows_my_open_order_and_who_comes(client, resident, helper):
    start = timezone.now() + timedelta(days=1)
    need = make.need(resident, state=State.ACCEPTED, places_filled=1, wish_from=start, wish_until=start + timedelta(hours=2))
    need.assignments.create(volunteer=helper, made_at=make.NOON)
    page = signed_in(client, resident).get("/").content.decode()
    assert f"/needs/{need.pk}/" in page
    assert "何素芬" in page


def test_home_in_the_elder_version_says_what_is_next_in_one_sentence(client, resident, helper):
    start = clock.at(clock.today(timezone.now()) + timedelta(days=1), 9)
    need = make.need(resident, state=State.ACCEPTED, places_filled=1, wish_from=start, wish_until=start + timedelta(hours=2))
    need.assignments.create(volunteer=helper, made_at=make.NOON)
    page = signed_in(client, resident).get("/?ui=elder").content.decode()
    assert "明天上午 9 点，何素芬来陪您看病" in page
    assert "4827" in page


def test_home_of_a_volunteer_shows_task_and_invitations(client, resident, helper):
    start = timezone.now()
    held = make.need(resident, state=State.ACCEPTED, places_filled=1, wish_from=start, wish_until=start + timedelta(hours=1))
    place = Assignment.objects.create(need=held, volunteer=helper, planned_from=start, planned_until=held.wish_until, made_at=start)
    make.offer(make.need(resident, state=State.OFFERED), helper)
    page = signed_in(client, helper).get("/").content.decode()
    assert f"/volunteer/tasks/{place.pk}/" in page
    assert "有 1 单请您去" in page


def test_home_of_others_does_not_show_my_order(client, resident, stranger):
    need = make.need(resident)
    assert f"/needs/{need.pk}/" not in signed_in(client, stranger).get("/").content.decode()


def test_choose_place_is_kept_and_goes_on(client, community):
    answer = client.post("/place/", {"community": str(community.pk), "next": "/ask/"})
    assert (answer.url, answer.cookies["place"].value) == ("/ask/", str(community.pk))


@pytest.mark.parametrize("onward", ["https://elsewhere.example/", "//elsewhere.example/"])
def test_choose_place_never_leads_away(client, community, onward):
    assert client.post("/place/", {"community": str(community.pk), "next": onward}).url == "/"


def test_choose_place_that_is_none_asks_again(client, street):
    answer = client.post("/place/", {"community": str(street.pk)})
    assert answer.status_code == 200
    assert "place" not in answer.cookies


def test_choose_place_lists_streets_then_communities(client, community, street):
    assert "五里店街道" in client.get("/place/").content.decode()
    assert "黎明社区" in client.get(f"/place/?street={street.pk}").content.decode()
