"""派单权重: seen and changed by street and district staff, with a reason, from a day on; never so that somebody is left out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from chunshui.areas.models import RuleValue
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.matching import Weights
from chunshui.needs import commands, queries
from chunshui.needs.queries.dispatch import weights
from chunshui.needs.states import State
from chunshui.needs.states.weights import WEIGHTS
from tests.factories import needs as make
from tests.factories import people

pytestmark = pytest.mark.django_db
KEY = "needs.weight.distance"


def change(actor, area, now, key=KEY, value=500, days=0, reason="山路多"):
    commands.set_weight(
        actor=actor, area_id=area.pk, key=key, value=value, effective_on=clock.today(now) + timedelta(days=days), reason=reason, now=now
    )
    cache.clear()


def refused(actor, area, now, **more):
    """The code of the refusal; nothing was written and nothing told."""
    with pytest.raises(Refused) as found:
        change(actor, area, now, **more)
    assert (RuleValue.objects.count(), Event.objects.filter(name="needs.weight_set").count()) == (0, 0)
    return found.value.code


def test_defaults_are_those_of_the_engine(community, now):
    assert weights.in_force(community, now) == Weights()


def test_set_weight_counts_below_the_street_from_its_day_on_and_is_told(street_official, street, community, elsewhere, now):
    change(street_official, street, now, days=2)
    assert weights.in_force(community, now).distance == 1000
    later = now + timedelta(days=2)
    assert (weights.in_force(community, later).distance, weights.in_force(elsewhere, later).distance) == (500, 1000)
    told = Event.objects.get(name="needs.weight_set")
    day = (clock.today(now) + timedelta(days=2)).isoformat()
    assert told.data == {"key": KEY, "value": 500, "was": 1000, "effective_on": day, "reason": "山路多"}
    assert (told.actor_id, told.area_id) == (street_official.pk, street.pk)


def test_set_weight_changes_who_comes_first(street_official, street, community, coordinator, resident, now):
    need = make.need(resident, state=State.WAITING)
    near = people.volunteer(community, "近的")
    far = people.volunteer(community, "熟的", latitude=need.latitude + 0.02, longitude=need.longitude)
    done = make.need(resident, state=State.RATED)
    make.assignment(done, far, state="done", planned_from=now - timedelta(days=40), planned_until=now - timedelta(days=40, hours=-1))
    assert [one.person_id for one in queries.candidates(coordinator, need, now)] == [far.pk, near.pk]
    change(street_official, street, now, key="needs.weight.familiarity", value=0)
    assert [one.person_id for one in queries.candidates(coordinator, need, now)] == [near.pk, far.pk]


def test_set_weight_is_refused_to_other_areas_and_roles(
    coordinator, far_coordinator, resident, helper, street_official, district_official, street, district, elsewhere, now
):
    for actor in (coordinator, far_coordinator, resident, helper):
        refused(actor, street, now)
    refused(street_official, district, now)
    refused(street_official, elsewhere, now)
    change(district_official, elsewhere, now)
    assert weights.in_force(elsewhere, now).distance == 500


def test_set_weight_never_makes_leaving_somebody_out_the_cheaper_choice(district_official, district, now):
    assert refused(district_official, district, now, key="needs.weight.unserved_1", value=4600) == "dearer_than_empty"
    assert refused(district_official, district, now, value=1401) == "dearer_than_empty"
    assert refused(district_official, district, now, key="needs.weight.unserved_2", value=4999) == "ladder_falls"
    assert refused(district_official, district, now, key="needs.weight.second_visit", value=601) == "ladder_falls"
    change(district_official, district, now, key="needs.weight.unserved_1", value=4601)
    assert weights.in_force(district, now).unserved == (4601, 6500, 8500, 11500)


def test_set_weight_refuses_the_past_too_much_and_other_rules(district_official, district, now):
    assert refused(district_official, district, now, days=-1) == "in_the_past"
    assert refused(district_official, district, now, value=-1) in {"out_of_range", "ladder_falls"}
    with pytest.raises(NotFound):
        change(district_official, district, now, key="needs.day_limit", value=3)
    assert RuleValue.objects.count() == 0


def test_weights_are_not_set_on_the_page_of_all_rules(client, district_official):
    people.sign_in(client, district_official)
    assert client.get(reverse("set_rule", args=[KEY])).status_code == 404
    assert KEY not in client.get(reverse("settings_rules")).content.decode()


def test_page_shows_every_weight_with_its_unit_and_changes_one(client, street_official, now):
    people.sign_in(client, street_official)
    page = client.get(reverse("dispatch_weights")).content.decode()
    assert all(str(rule.label) in page for rule in WEIGHTS)
    assert "千分点（1000＝远 3 公里）" in page
    assert "“没人去”至少 5000，最贵的一次派单 4600" in page
    url = reverse("set_weight", args=[KEY])
    answer = client.post(url, {"value": 700, "effective_on": "2030-01-01", "reason": "山路多"})
    assert (answer.status_code, answer.url) == (302, reverse("dispatch_weights"))
    assert "2030-01-01 → 700" in client.get(reverse("dispatch_weights")).content.decode()
    assert "山路多" in client.get(url).content.decode()


def test_page_keeps_what_was_typed_and_says_why_not(client, street_official):
    people.sign_in(client, street_official)
    answer = client.post(reverse("set_weight", args=[KEY]), {"value": 5000, "effective_on": "2030-01-01", "reason": "山路多"})
    page = answer.content.decode()
    assert (answer.status_code, RuleValue.objects.count()) == (422, 0)
    assert "要高于最贵的一次派单（8600）" in page
    assert 'value="5000"' in page
    assert client.post(reverse("set_weight", args=[KEY]), {"value": 700, "effective_on": "2030-01-01"}).status_code == 422


def test_page_in_english(client, street_official):
    people.sign_in(client, street_official)
    page = client.get(reverse("dispatch_weights") + "?lang=en", follow=True).content.decode()
    assert "Dispatch weights" in page
    assert "thousandths (1000 = 3 km farther)" in page


@pytest.mark.parametrize("who", ["coordinator", "helper", "resident"])
def test_page_is_not_for_others(client, request, who):
    people.sign_in(client, request.getfixturevalue(who))
    for url in (reverse("dispatch_weights"), reverse("set_weight", args=[KEY])):
        assert client.get(url).status_code in (302, 403, 404, 409)
    answer = client.post(reverse("set_weight", args=[KEY]), {"value": 700, "effective_on": "2030-01-01", "reason": "x"})
    assert (answer.status_code in (302, 403, 404, 409), RuleValue.objects.count()) == (True, 0)


def test_desk_says_how_many_to_ask_and_the_chance(client, coordinator, resident, community):
    need = make.need(resident, state=State.WAITING, wish="any", wish_from=None, wish_until=None)
    for at in range(12):
        people.volunteer(community, f"志愿者{at}")
    people.sign_in(client, coordinator)
    page = client.get(reverse("desk_need", args=[need.pk])).content.decode()
    assert "需要问 7 位，预计 92 % 有人来" in page
    assert 'name="first" value="7"' in page
    assert (
        "ask 7 people; somebody comes with a chance of about 92 %"
        in client.get(reverse("desk_need", args=[need.pk]) + "?lang=en", follow=True).content.decode()
    )
