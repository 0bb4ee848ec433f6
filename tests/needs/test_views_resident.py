"""The order form and the resident's pages, through the client."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chunshui.kernel.models import Event
from chunshui.needs import queries
from chunshui.needs.models import Need
from chunshui.needs.states import Channel, State
from chunshui.people import queries as people_queries
from chunshui.people.models import ConsentText, Person, Relation, SignInCode
from tests.factories import areas as places
from tests.factories import needs as make

pytestmark = pytest.mark.django_db
HOUSE = {"place": "else", "address": "莺花巷 27 号 3 单元 5-2"}
WHEN = {"day": "1", "half": "am", "whom": "me", **HOUSE}


@pytest.fixture
def here(client, community):
    """A phone that remembers the community; nobody has signed in."""
    make.service("escort")
    make.service("shop", name="代买代取", name_en="Errands", spoken="帮我买东西", words=["买菜", "买药"])
    client.cookies["place"] = str(community.pk)
    return client


def walk(client, **answers):
    """Steps one and two of the standard version."""
    assert client.post("/ask/what/", {"service": "escort", "details": "去市六院复查"}).url == "/ask/when/"
    return client.post("/ask/when/", {**WHEN, **answers})


def token(client):
    return client.get("/ask/check/").context["token"]


def signed_in(client, person):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_ask_without_a_known_community_asks_for_it_first(client, community):
    assert client.get("/ask/?service=escort").url == "/place/?next=/ask/?service=escort"


def test_ask_from_a_tile_begins_with_the_service_chosen(here):
    assert here.get("/ask/?service=escort").url == "/ask/when/"
    assert here.get("/ask/what/").context["form"]["service"].initial == "escort"


def test_ask_by_a_tile_that_the_place_does_not_offer_begins_at_the_first_question(here):
    assert here.get("/ask/?service=nothing").url == "/ask/what/"


def test_ask_refused_step_keeps_what_was_typed_and_says_what_to_mend(here):
    answer = here.post("/ask/when/", {**WHEN, "day": "", "address": "莺花巷 1 号"})
    assert answer.status_code == 422
    assert "请改正：" in answer.content.decode()
    assert "请选哪一天" in answer.content.decode()
    assert 'value="莺花巷 1 号"' in here.get("/ask/when/").content.decode()
    assert Need.objects.count() == 0


def test_ask_for_a_day_that_has_passed_is_refused(here):
    answer = here.post("/ask/when/", {**WHEN, "day": "other", "date": "2020-01-01"})
    assert answer.context["form"].errors == {"date": ["这一天已经过了，请选今天或以后"]}


def test_ask_weekly_at_any_time_is_refused(here):
    answer = here.post("/ask/when/", {**WHEN, "day": "any", "half": "", "repeat": "weekly"})
    assert answer.context["form"].errors == {"repeat": ["每周一次要先选定哪一天"]}


def test_find_service_puts_what_the_words_speak_of_first(here):
    answer = here.post("/ask/what/", {"details": "想买菜", "find": "1"})
    assert [each.code for each in answer.context["found"]] == ["shop"]
    assert answer.context["form"].asking.services[0].code == "shop"


def test_find_service_swap_equals_reload(here):
    part = here.post("/ask/what/", {"details": "想买菜", "find": "1"}, headers={"HX-Request": "true", "HX-Target": "services"}).content.decode()
    whole = here.post("/ask/what/", {"details": "想买菜", "find": "1"}).content.decode()
    assert part.strip().startswith('<div id="services"')
    assert part.strip() in whole


def test_check_step_asks_nobody_to_sign_in_before_it(here):
    assert walk(here).url == "/ask/check/"
    page = here.get("/ask/check/").content.decode()
    assert "去市六院复查" in page
    assert "发验证码" in page


def test_check_step_sends_back_to_the_first_question_that_is_open(here):
    here.post("/ask/what/", {"service": "escort"})
    assert here.get("/ask/check/").url == "/ask/when/?fix=1"
    assert "请选哪一天" in here.get("/ask/when/?fix=1").content.decode()


def test_change_link_of_the_check_step_comes_back_to_it(here):
    walk(here)
    assert here.post("/ask/what/", {"service": "shop", "details": "", "from": "check"}).url == "/ask/check/"
    assert "代买代取" in here.get("/ask/check/").content.decode()


def test_place_need_signed_out_proves_the_phone_and_places_at_once(here):
    walk(here)
    who = {"name": "周桂芳", "phone": "13900001111", "token": token(here)}
    assert here.post("/ask/check/", {**who, "act": "send"}).url == "/ask/check/#prove"
    code = people_queries.code_of(SignInCode.objects.get())
    assert here.post("/ask/check/", {**who, "act": "prove", "code": code}).url == "/ask/done/"
    need = Need.objects.get()
    assert (need.resident.name, need.channel, need.details) == ("周桂芳", Channel.WEB, "去市六院复查")
    assert need.number in here.get("/ask/done/").content.decode()


def test_place_need_with_a_wrong_code_keeps_everything(here):
    walk(here)
    who = {"name": "周桂芳", "phone": "13900001111", "token": token(here)}
    here.post("/ask/check/", {**who, "act": "send"})
    code = people_queries.code_of(SignInCode.objects.get())
    wrong = "000000" if code != "000000" else "111111"
    answer = here.post("/ask/check/", {**who, "act": "prove", "code": wrong})
    assert answer.status_code == 422
    assert 'value="13900001111"' in answer.content.decode()
    assert (Need.objects.count(), Person.objects.filter(name="周桂芳").count()) == (0, 0)
    assert "去市六院复查" in here.get("/ask/check/").content.decode()


def test_place_need_signed_in_takes_every_answer(here, resident):
    signed_in(here, resident)
    walk(here, repeat="weekly", people_needed="2", language="2", focus_groups=["old"], dangers=["stairs", "pet"], danger_note="狗会叫")
    here.post("/ask/check/", {"token": token(here)})
    need = Need.objects.get()
    assert (need.repeat, need.people_needed, need.language) == ("weekly", 2, 2)
    assert (need.focus_groups, need.dangers, need.danger_note) == (["old"], ["pet", "stairs"], "狗会叫")
    assert queries.address_for(resident, need) == HOUSE["address"]
    assert need.wish_until - need.wish_from == timedelta(hours=4)


def test_place_need_twice_by_a_double_tap_makes_one_order(here, resident):
    signed_in(here, resident)
    walk(here)
    sent = {"token": token(here)}
    assert [here.post("/ask/check/", sent).url for _tap in range(2)] == ["/ask/done/", "/ask/done/"]
    assert Need.objects.count() == 1


def test_place_need_refused_by_the_rules_keeps_the_draft(here, resident):
    for _each in range(10):
        make.need(resident)
    signed_in(here, resident)
    walk(here)
    answer = here.post("/ask/check/", {"token": token(here)})
    assert answer.status_code == 422
    assert "没办结" in answer.content.decode()
    assert Need.objects.count() == 10
    assert "去市六院复查" in here.get("/ask/check/").content.decode()


def test_place_need_for_a_neighbour_needs_the_neighbour_to_agree(here, resident):
    signed_in(here, resident)
    answer = walk(here, whom="kin", kin_name="吴大爷", kin_relation="neighbour")
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["kin_agrees"]


def test_place_need_for_a_neighbour_records_them_and_the_relation(here, resident):
    for kind in ("privacy", "proxy"):
        ConsentText.objects.get_or_create(kind=kind, version=1, defaults={"body": "甲", "body_en": "A", "effective_on": "2026-01-01"})
    signed_in(here, resident)
    walk(here, whom="kin", kin_name="吴大爷", kin_phone="", kin_relation="neighbour", kin_agrees="on")
    assert here.post("/ask/check/", {"token": token(here)}).url == "/ask/done/"
    need = Need.objects.get()
    assert (need.resident.name, need.placed_by, need.channel) == ("吴大爷", resident, Channel.PROXY)
    assert Relation.objects.get().kind == "neighbour"


def test_elder_version_asks_one_question_a_page(here, resident):
    signed_in(here, resident)
    here.cookies["ui"] = "elder"
    path = [here.post(f"/ask/{page}/", answer).url for page, answer in (
        ("what", {"service": "escort"}), ("day", {"day": "1"}), ("time", {"half": "pm"}), ("whom", {"whom": "me"}), ("where", HOUSE))]  # fmt: skip
    assert path == ["/ask/day/", "/ask/time/", "/ask/whom/", "/ask/where/", "/ask/check/"]
    assert here.post("/ask/check/", {"token": token(here)}).url == "/ask/done/"


def test_kiosk_leaves_nothing_of_the_last_person(here, resident):
    here.get("/kiosk/")
    signed_in(here, resident)
    session = here.session
    session["kiosk"] = True
    session.save()
    for page, answer in (
        ("what", {"service": "escort"}),
        ("day", {"day": "1"}),
        ("time", {"half": "pm"}),
        ("whom", {"whom": "me"}),
        ("where", HOUSE),
    ):
        here.post(f"/ask/{page}/", answer)
    here.post("/ask/check/", {"token": token(here)})
    assert Need.objects.get().channel == Channel.KIOSK
    assert "_auth_user_id" not in here.session
    here.get("/kiosk/")
    assert here.get("/ask/done/").status_code == 302


def test_draft_photo_that_is_no_photo_is_refused_and_the_words_stay(here):
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = here.post("/ask/what/", {"details": "修灯", "photo": SimpleUploadedFile("a.jpg", b"no"), "add_photo": "1"})
    assert answer.status_code == 422
    assert "修灯" in answer.content.decode()


# ---------- an order that stands


@pytest.fixture
def need(resident):
    return make.need(resident)


PAGES = ["need", "cancel_need", "change_note", "complete_need", "rate_need", "complain", "need_qr"]


@pytest.mark.parametrize("name", PAGES)
def test_stranger_reading_an_order_finds_nothing(client, need, stranger, name):
    assert signed_in(client, stranger).get(reverse(name, args=[need.pk])).status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cancel_need", {"why": "changed"}),
        ("change_note", {"note_to_volunteer": "快"}),
        ("complete_need", {"details": "补"}),
        ("confirm_delivery", {}),
        ("rate_need", {"stars": "5"}),
        ("complain", {"words": "慢"}),
    ],
)
def test_stranger_posting_to_an_order_finds_nothing_and_changes_nothing(client, need, stranger, name, data):
    assert signed_in(client, stranger).post(reverse(name, args=[need.pk]), data).status_code == 404
    assert (Need.objects.get().state, Event.objects.filter(subject="need").count()) == (State.SUBMITTED, 0)


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_my_order_open(client, need, resident, name):
    assert signed_in(client, resident).get(reverse(name, args=[need.pk])).status_code == 200


def test_cancel_need_says_why(client, need, resident):
    answer = signed_in(client, resident).post(f"/needs/{need.pk}/cancel/", {"why": "changed", "words": "改下周"})
    assert answer.url == f"/needs/{need.pk}/"
    need.refresh_from_db()
    assert (need.state, need.reason) == (State.CANCELLED, "时间有变：改下周")


def test_cancel_need_without_a_reason_keeps_the_words(client, need, resident):
    answer = signed_in(client, resident).post(f"/needs/{need.pk}/cancel/", {"words": "改下周"})
    assert answer.status_code == 422
    assert 'value="改下周"' in answer.content.decode()
    assert Need.objects.get().state == State.SUBMITTED


def test_rate_need_by_the_resident(client, resident):
    need = make.need(resident, state=State.DELIVERED, due_at=timezone.now() + timedelta(days=5))
    signed_in(client, resident).post(f"/needs/{need.pk}/rate/", {"stars": "5", "good": ["on_time"], "words": "好"})
    need.refresh_from_db()
    assert (need.state, need.rating.stars, need.rating.tags, need.rating.words) == (State.RATED, 5, ["on_time"], "好")


def test_rate_need_with_blame_and_five_stars_is_refused_and_changes_nothing(client, resident):
    need = make.need(resident, state=State.DELIVERED, due_at=timezone.now() + timedelta(days=5))
    answer = signed_in(client, resident).post(f"/needs/{need.pk}/rate/", {"stars": "5", "bad": ["late"], "words": "好"})
    assert answer.status_code == 422
    assert ">\n好</textarea>" in answer.content.decode()
    assert Need.objects.get().state == State.DELIVERED


def test_service_code_shows_when_somebody_comes(client, resident, helper):
    need = make.need(resident, state=State.ACCEPTED, places_filled=1)
    assert "4827" not in signed_in(client, resident).get(f"/needs/{need.pk}/").content.decode()
    need.assignments.create(volunteer=helper, made_at=make.NOON)
    page = client.get(f"/needs/{need.pk}/").content.decode()
    assert "4827" in page
    assert "何素芬" in page


def test_call_volunteer_shows_the_number_and_keeps_the_look(client, resident, helper):
    need = make.need(resident, state=State.ACCEPTED, places_filled=1)
    place = need.assignments.create(volunteer=helper, made_at=make.NOON)
    page = signed_in(client, resident).post(f"/needs/{need.pk}/call/{place.pk}/").content.decode()
    assert people_queries.opened(helper, "phone") in page
    assert helper.reveals.get().actor == resident


def test_volunteer_who_is_asked_is_led_to_the_question(client, need, helper):
    offer = make.offer(need, helper)
    assert signed_in(client, helper).get(f"/needs/{need.pk}/").url == f"/volunteer/offers/{offer.pk}/"


def test_my_needs_lists_mine_and_finds_by_words(client, need, resident, stranger):
    make.need(stranger)
    rows = signed_in(client, resident).get("/needs/").context["page"].rows
    assert [row.need for row in rows] == [need]
    assert client.get("/needs/?q=没有的").context["page"].rows == []


def test_my_needs_costs_the_same_for_one_and_three(client, resident, helper, django_assert_num_queries):
    signed_in(client, resident)
    counts = []
    for many in (1, 2):
        for _each in range(many):
            row = make.need(resident, state=State.ACCEPTED, places_filled=1)
            row.assignments.create(volunteer=helper, made_at=make.NOON)
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as caught:
            client.get("/needs/")
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_signed_out_reader_of_an_order_signs_in_first(client, need):
    assert client.get(f"/needs/{need.pk}/").url == f"/sign-in/?next=/needs/{need.pk}/"


def test_known_door_gives_the_place_on_the_map(here, resident, community):
    places.door(community, "莺花巷 27 号", latitude=29.5, longitude=106.5)
    signed_in(here, resident)
    walk(here)
    here.post("/ask/check/", {"token": token(here)})
    assert (Need.objects.get().latitude, Need.objects.get().longitude) == (29.5, 106.5)
