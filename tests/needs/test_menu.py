"""The menu: what a community and the district may change, and what a sentence asks for."""

from __future__ import annotations

import pytest

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.needs import commands, queries
from chunshui.needs.models import MenuLine, Service
from tests.factories import needs as make
from tests.factories import people
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
NEW = {
    "name": "代取药",
    "name_en": "Fetch medicine",
    "spoken": "帮我取药",
    "spoken_en": "Fetch my medicine",
    "category": "0004",
    "icon": "hospital",
    "minutes": 40,
}


@pytest.fixture
def escort():
    return make.service()


def line(actor, community, **more):
    values = {"actor": actor, "community_id": community.pk, "service_code": "escort", "is_offered": True, "now": make.NOON, **more}
    return commands.set_menu_line(**values)


def refused(code, verb, *args, **more):
    before = snapshot()
    with pytest.raises(Refused) as caught:
        verb(*args, **more)
    assert caught.value.code == code
    assert snapshot() == before


def test_a_community_notes_and_times_a_service(escort, coordinator, community):
    line(coordinator, community, note="周三停", minutes=90)
    assert [(each.code, each.note, each.minutes) for each in queries.menu(community.pk)] == [("escort", "周三停", 90)]
    assert Event.objects.get().data == {"service": "escort", "is_offered": True, "note": "周三停", "minutes": 90}


def test_a_community_leaves_a_service_out_and_takes_it_back(escort, coordinator, community, elsewhere):
    line(coordinator, community, is_offered=False)
    assert (queries.menu(community.pk), len(queries.menu(elsewhere.pk))) == ([], 1)
    assert [(each.code, offered) for each, offered in queries.whole_menu(community.pk)] == [("escort", False)]
    line(coordinator, community)
    assert (len(queries.menu(community.pk)), MenuLine.objects.count()) == (1, 1)


def test_the_menu_of_a_community_is_for_its_staff(escort, community, coordinator, resident, helper, far_coordinator, street):
    grid_worker = people.staff(community, "grid_worker", "网格员")
    for actor in (resident, helper, far_coordinator, grid_worker):
        refused("forbidden", line, actor, community)
    refused("no_community", line, coordinator, street)


@pytest.mark.parametrize(("code", "more"), [("out_of_range", {"minutes": 5}), ("out_of_range", {"minutes": 721}), ("too_long", {"note": "好" * 121})])
def test_a_line_that_cannot_be_is_refused(escort, coordinator, community, code, more):
    refused(code, line, coordinator, community, **more)


def test_a_line_of_an_unknown_service_is_not_found(coordinator, community):
    with pytest.raises(NotFound):
        line(coordinator, community)


def test_the_district_changes_and_adds_services(escort, district_official, now):
    commands.change_service(actor=district_official, service_code="escort", minutes=150, volunteers=1, words=["看病"], now=now)
    assert Event.objects.get().data == {
        "fields": ["minutes", "words"],
        "was": {"minutes": 120, "words": ["看病", "医院", "复查", "陪诊"]},
        "becomes": {"minutes": 150, "words": ["看病"]},
        "service": "escort",
    }
    commands.add_service(actor=district_official, service_code="medicine", now=now, **NEW)
    assert [(each.code, each.minutes) for each in Service.objects.order_by("pk")] == [("escort", 150), ("medicine", 40)]


def test_services_are_changed_by_the_district_only(escort, street_official, coordinator, resident, now):
    for actor in (street_official, coordinator, resident):
        refused("forbidden", commands.change_service, actor=actor, service_code="escort", minutes=60, now=now)
        refused("forbidden", commands.add_service, actor=actor, service_code="medicine", now=now, **NEW)


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("out_of_range", {"minutes": 0}),
        ("out_of_range", {"volunteers": 21}),
        ("out_of_range", {"least_age": -1}),
        ("unknown_code", {"category": "9999"}),
        ("unknown_code", {"for_groups": ["rich"]}),
        ("missing", {"name": " "}),
        ("too_long", {"name": "名" * 31}),
        ("too_long", {"words": ["长" * 21]}),
    ],
)
def test_a_service_that_cannot_be_is_refused(escort, district_official, now, code, more):
    refused(code, commands.change_service, actor=district_official, service_code="escort", now=now, **more)


@pytest.mark.parametrize(
    ("code", "service_code", "more"),
    [("taken", "escort", {}), ("bad_code", "Fetch It", {}), ("bad_code", "", {}), ("missing", "medicine", {"spoken_en": ""})],
)
def test_a_new_service_that_cannot_be_is_refused(escort, district_official, now, code, service_code, more):
    refused(code, commands.add_service, actor=district_official, service_code=service_code, now=now, **{**NEW, **more})


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("明天想去医院复查，没人陪", ["escort"]),
        ("灯泡坏了，帮我修一下", ["repair"]),
        ("I need to see a doctor with me", ["escort"]),
        ("今天天气", []),
        ("", []),
    ],
)
def test_free_text_proposes_from_the_menu(escort, community, text, codes):
    make.service("repair", name="小修小补", spoken="帮我修东西", name_en="Small repairs", spoken_en="Fix things", words=["灯泡", "水龙头"])
    assert [each.code for each in queries.propose_services(text, community.pk)] == codes


def test_what_the_community_left_out_is_not_proposed(escort, coordinator, community):
    line(coordinator, community, is_offered=False)
    assert queries.propose_services("去医院看病", community.pk) == []


def test_initials_of_a_community():
    assert [queries.initials(name) for name in ("黎明", "人和", "龙湖 2 期", "鑫", "")] == ["LM", "RH", "LH2Q", "", ""]
