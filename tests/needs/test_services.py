"""The district's services and a community's own: added, changed, retired, restored, previewed; who may, and what is kept of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.needs import commands, events, policies, queries
from chunshui.needs.models import Service
from chunshui.needs.states import State
from demo.services import MENU
from tests.factories import needs as make
from tests.factories import people as cast
from tests.needs.snapshot import snapshot
from tests.needs.test_menu import NEW, refused

pytestmark = pytest.mark.django_db
OWN = {"name": "磨刀", "spoken": "帮我磨刀", "category": "0001", "icon": "scissors", "minutes": 20}


def order(resident, **more):
    """Asked for by the resident at home."""
    values = {"channel": "web", "area_id": resident.community_id, "address": "莺花巷 27 号", "now": make.NOON, **more}
    return commands.place_need(actor=resident, resident_id=resident.pk, **values)


@pytest.fixture
def escort():
    return make.service()


@pytest.fixture
def own(coordinator, community, now):
    return commands.add_service(actor=coordinator, community_id=community.pk, now=now, **OWN)


def codes(community):
    return [each.code for each in queries.menu(community.pk)]


# --- a community's own


def test_a_community_has_services_of_its_own_that_others_do_not_see(escort, own, community, elsewhere):
    assert (own.community, own.code, own.name_en, own.spoken_en) == (community, f"own-{community.pk}-1", "磨刀", "帮我磨刀")
    assert (codes(community), codes(elsewhere)) == (["escort", own.code], ["escort"])
    assert [code for code, _name in queries.service_choices()] == ["escort"]
    assert [each.code for each in queries.propose_services("磨刀", community.pk)] == [own.code]


def test_the_next_own_service_gets_the_next_code(own, coordinator, community, now):
    assert commands.add_service(actor=coordinator, community_id=community.pk, now=now, **OWN).code == f"own-{community.pk}-2"


def test_an_own_service_is_asked_for_in_its_community_only(own, resident, stranger, elsewhere, now):
    assert order(resident, service_code=own.code).service == own
    before = snapshot()
    with pytest.raises(Refused) as caught:
        order(stranger, service_code=own.code, area_id=elsewhere.pk)
    assert (caught.value.code, snapshot()) == ("not_offered", before)


def test_an_own_service_has_no_line_of_the_districts_menu(own, coordinator, community, now):
    refused("own_service", commands.set_menu_line, actor=coordinator, community_id=community.pk, service_code=own.code, is_offered=False, now=now)


@pytest.mark.parametrize("who", ["coordinator", "street_official", "district_official"])
def test_the_staff_above_a_community_keep_its_own_services(own, request, now, who):
    actor = request.getfixturevalue(who)
    assert commands.change_service(actor=actor, service_code=own.code, minutes=30, now=now).minutes == 30


def wrong_people(community, resident, helper, far_coordinator, stranger):
    return [resident, helper, far_coordinator, stranger, cast.staff(community, "grid_worker", "网格员")]


def test_others_neither_add_change_retire_nor_restore_an_own_service(own, community, resident, helper, far_coordinator, stranger, now):
    for actor in wrong_people(community, resident, helper, far_coordinator, stranger):
        assert not policies.can_change_service(actor, community)
        refused("forbidden", commands.add_service, actor=actor, community_id=community.pk, now=now, **OWN)
        refused("forbidden", commands.change_service, actor=actor, service_code=own.code, minutes=30, now=now)
        refused("forbidden", commands.retire_service, actor=actor, service_code=own.code, reason="不做了", now=now)
        refused("forbidden", commands.restore_service, actor=actor, service_code=own.code, now=now)


def test_the_districts_services_are_kept_by_the_district_alone(escort, coordinator, street_official, resident, now):
    for actor in (coordinator, street_official, resident):
        assert not policies.can_change_service(actor)
        refused("forbidden", commands.retire_service, actor=actor, service_code="escort", reason="不做了", now=now)
        refused("forbidden", commands.restore_service, actor=actor, service_code="escort", now=now)


def test_can_change_menu_is_for_the_staff_from_the_community_up(
    community, coordinator, street_official, district_official, far_coordinator, resident
):
    answers = [bool(policies.can_change_menu(actor, community)) for actor in (coordinator, street_official, district_official)]
    assert answers == [True] * 3
    assert [bool(policies.can_change_menu(actor, community)) for actor in (far_coordinator, resident)] == [False] * 2


# --- retire and restore


def test_a_retired_service_leaves_the_menu_and_its_orders_go_on(escort, district_official, resident, community, now):
    need = make.need(resident, state=State.WAITING, service=escort)
    commands.retire_service(actor=district_official, service_code="escort", reason="并到医院的项目里", now=now)
    need.refresh_from_db()
    assert (codes(community), need.state, [each.code for each in queries.services_of(None, is_offered=False)]) == ([], State.WAITING, ["escort"])
    before = snapshot()
    with pytest.raises(Refused):
        order(resident, service_code="escort")
    assert snapshot() == before
    commands.restore_service(actor=district_official, service_code="escort", now=now)
    assert codes(community) == ["escort"]


def test_retiring_or_restoring_twice_or_without_a_reason_is_refused(escort, district_official, now):
    refused("wrong_state", commands.restore_service, actor=district_official, service_code="escort", now=now)
    refused("no_reason", commands.retire_service, actor=district_official, service_code="escort", reason=" ", now=now)
    commands.retire_service(actor=district_official, service_code="escort", reason="不做了", now=now)
    refused("wrong_state", commands.retire_service, actor=district_official, service_code="escort", reason="不做了", now=now)


def test_a_service_that_is_not_there_is_not_found(district_official, now):
    for verb, more in ((commands.change_service, {}), (commands.retire_service, {"reason": "不"}), (commands.restore_service, {})):
        with pytest.raises(NotFound):
            verb(actor=district_official, service_code="nothing", now=now, **more)


@pytest.mark.parametrize("more", [{"icon": "unicorn"}, {"tone": "purple"}])
def test_only_pictures_and_colours_that_are_drawn_can_be_chosen(escort, district_official, now, more):
    refused("unknown_code", commands.change_service, actor=district_official, service_code="escort", now=now, **more)


def test_the_demonstrations_menu_could_be_entered_by_hand(district_official, now):
    names = ("name", "name_en", "spoken", "spoken_en", "category", "icon", "tone", "minutes", "required", "useful", "gender_wish", "volunteers")
    for code, *values in MENU:
        fields = dict(zip((*names, "for_groups", "risk_note", "risk_note_en", "words"), values, strict=True))
        commands.add_service(actor=district_official, service_code=code, now=now, **fields)
    assert Service.objects.count() == len(MENU)


# --- history


def test_the_history_says_who_changed_what_from_what_to_what_and_why(escort, district_official, coordinator, community, now):
    commands.change_service(actor=district_official, service_code="escort", minutes=150, required=2, for_groups=["old"], gender_wish=True, now=now)
    commands.set_menu_line(actor=coordinator, community_id=community.pk, service_code="escort", is_offered=True, note="周三停", minutes=90, now=now)
    commands.retire_service(actor=district_official, service_code="escort", reason="人手不够", now=now)
    commands.restore_service(actor=district_official, service_code="escort", now=now)
    lines = queries.service_history(escort, community, now)
    assert [line.words for line in lines] == [
        "恢复",
        "停用",
        "这个社区提供；在这里 90 分钟；周三停",
        "一般多少分钟：120 → 150；一定要会、要有：— → 护理陪诊；只面向哪些人：— → 一老；可以指定志愿者性别：不可以 → 可以",
    ]
    assert lines[1].small == "王区里 · 区级工作人员 · 人手不够"
    assert len(queries.service_history(escort, None, now)) == 3


def test_another_communitys_line_is_not_in_the_history(escort, far_coordinator, elsewhere, community, now):
    commands.set_menu_line(actor=far_coordinator, community_id=elsewhere.pk, service_code="escort", is_offered=False, now=now)
    assert queries.service_history(escort, community, now) == []


def test_saving_what_stood_already_writes_nothing(escort, district_official, now):
    commands.change_service(actor=district_official, service_code="escort", minutes=escort.minutes, now=now)
    assert Event.objects.count() == 0


# --- the pages

FORM = {**OWN, "volunteers": 1, "least_age": 18, "position": 50, "words": "磨刀、剪刀 菜刀", "required_skills": ["10"], "useful_credentials": ["1"]}


def test_a_worker_puts_an_own_service_on_the_menu(client, coordinator, community):
    cast.sign_in(client, coordinator)
    answer = client.post(reverse("add_service") + f"?community={community.pk}", FORM)
    made = Service.objects.get()
    assert (answer.status_code, made.community, made.words, made.required, made.useful) == (302, community, ["磨刀", "剪刀", "菜刀"], 1 << 9, 1 << 24)
    assert "磨刀" in client.get(reverse("service_menu")).content.decode()
    assert "磨刀" in client.get(reverse("menu_preview")).content.decode()


def test_a_preview_shows_what_residents_will_see_and_keeps_nothing(client, coordinator, community):
    cast.sign_in(client, coordinator)
    answer = client.post(reverse("add_service") + f"?community={community.pk}", {**FORM, "preview": "1", "risk_note": "刀口朝外"})
    page = answer.content.decode()
    assert (answer.status_code, "居民会看到" in page, "帮我磨刀" in page, "刀口朝外" in page, Service.objects.count()) == (200, True, True, True, 0)


@pytest.mark.parametrize("wrong", [{"minutes": "5"}, {"name": ""}, {"category": "9999"}, {"icon": "unicorn"}, {"volunteers": "99"}])
def test_a_refused_service_keeps_what_was_typed(client, coordinator, community, wrong):
    cast.sign_in(client, coordinator)
    answer = client.post(reverse("add_service") + f"?community={community.pk}", {**FORM, **wrong})
    page = answer.content.decode()
    assert (answer.status_code, 'id="errsum"' in page, "磨刀、剪刀 菜刀" in page, Service.objects.count()) == (422, True, True, 0)


def test_the_district_adds_a_service_with_a_code_and_both_languages(client, district_official):
    cast.sign_in(client, district_official)
    refused = client.post(reverse("add_service"), FORM)
    done = client.post(reverse("add_service"), {**FORM, "service_code": "sharpen", "name_en": "Knife sharpening", "spoken_en": "Sharpen my knives"})
    assert (refused.status_code, done.status_code, Service.objects.get().community) == (422, 302, None)


def test_the_page_of_a_service_changes_retires_and_restores_it(client, district_official, escort):
    cast.sign_in(client, district_official)
    url = reverse("change_service", args=["escort"])
    values = {**queries.service_values(escort), "minutes": 99}
    assert client.post(url, values).status_code == 302
    assert [client.post(reverse("retire_service", args=["escort"]), {"reason": reason}).status_code for reason in ("", "人手不够")] == [422, 302]
    page = client.get(url).content.decode()
    assert ("一般多少分钟：120 → 99" in page, "人手不够" in page, "已经停用" in page) == (True, True, True)
    assert client.post(reverse("restore_service", args=["escort"])).status_code == 302
    escort.refresh_from_db()
    assert (escort.minutes, escort.is_offered) == (99, True)


def test_what_a_form_shows_is_what_it_saves(client, district_official, escort):
    """Opening a service and saving it unchanged changes nothing, masks and words included."""
    commands.change_service(actor=district_official, service_code="escort", required=(1 << 1) | (1 << 26), useful=1, words=["看病"], now=make.NOON)
    cast.sign_in(client, district_official)
    before = Event.objects.count()
    escort.refresh_from_db()
    assert client.post(reverse("change_service", args=["escort"]), queries.service_values(escort)).status_code == 302
    assert Event.objects.count() == before


def test_a_community_worker_looks_at_the_districts_service_and_cannot_change_it(client, coordinator, escort):
    cast.sign_in(client, coordinator)
    url = reverse("change_service", args=["escort"])
    before = snapshot()
    page = client.get(url).content.decode()
    answer = client.post(url, {**queries.service_values(escort), "minutes": 99})
    assert ("您可以看，不能改" in page, answer.status_code, snapshot() == before) == (True, 422, True)
    assert client.post(reverse("restore_service", args=["escort"])).status_code == 409
    assert "全区的服务由区里来改" not in client.get(reverse("add_service")).content.decode()


def test_an_official_sees_the_districts_menu_until_a_community_is_chosen(client, street_official, escort, own, community):
    cast.sign_in(client, street_official)
    above = client.get(reverse("service_menu"))
    within = client.get(reverse("service_menu"), {"community": community.pk})
    shown = [[each.code for each in page.context["services"]] for page in (above, within)]
    assert shown == [["escort"], [own.code]]
    assert client.get(reverse("menu_preview")).status_code == 404


def test_the_preview_says_what_a_sentence_would_be_taken_for(client, coordinator, escort):
    cast.sign_in(client, coordinator)
    pages = [client.get(reverse("menu_preview"), {"q": text}).content.decode() for text in ("明天去医院", "今天天气")]
    assert ["看起来您要的是" in page for page in pages] == [True, False]


@pytest.mark.parametrize("name", ["add_service", "menu_preview"])
def test_residents_and_volunteers_keep_no_menu(client, resident, helper, name):
    for person in (resident, helper):
        cast.sign_in(client, person)
        assert client.get(reverse(name)).status_code == 403


def test_the_events_of_a_service_name_its_community(own, coordinator, community, now):
    commands.retire_service(actor=coordinator, service_code=own.code, reason="不做了", now=now)
    rows = Event.objects.filter(subject="service").order_by("id").values_list("name", "area_id")
    assert list(rows) == [(events.SERVICE_ADDED, community.pk), (events.SERVICE_RETIRED, community.pk)]


def test_a_new_service_of_the_district_still_needs_everything(district_official, now):
    refused("missing", commands.add_service, actor=district_official, service_code="medicine", now=now, **{**NEW, "name_en": ""})
