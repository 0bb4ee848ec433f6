"""The pages of an order that stands: completed and changed with the same questions, a series skipped and stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from chunshui.areas.models import RuleValue
from chunshui.kernel import clock
from chunshui.kernel.models import Event
from chunshui.needs import commands, events, queries
from chunshui.needs.models import Need
from chunshui.needs.states import State
from chunshui.people import commands as people_commands
from chunshui.people import queries as people_queries
from tests.factories import areas as places
from tests.factories import needs as make
from tests.factories import people as cast

pytestmark = pytest.mark.django_db
ADDRESS = "莺花巷 27 号 3 单元 5-2"


@pytest.fixture
def mine(client, resident):
    client.force_login(resident, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def tomorrow():
    start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=26)
    start = start.replace(hour=1)
    return {"wish_from": start, "wish_until": start + timedelta(hours=2)}


@pytest.fixture
def returned(resident, tomorrow):
    make.service("shop", name="代买代取", spoken="帮我买东西")
    more = {
        "details": "去复查",
        "dangers": ["pet"],
        "gender": 0,
        "language": 2,
        "people_needed": 2,
        "reason": "请写明哪家医院",
        "focus_groups": ["old"],
    }
    return make.need(resident, state=State.RETURNED, **tomorrow, **more)


def later():
    return (clock.today(timezone.now()) + timedelta(days=4)).isoformat()


def changed(need):
    return [event.data["fields"] for event in Event.objects.filter(name=events.CHANGED, subject_id=need.pk).order_by("id")]


def answers(client, need):
    return {answer.term: answer.words for answer, _url, _errors in client.get(f"/needs/{need.pk}/complete/").context["answers"]}


def test_complete_shows_every_answer_of_the_order(mine, returned):
    found = answers(mine, returned)
    assert (found["具体说说"], found["要什么帮助"], found["急不急"]) == ("去复查", "陪同就医", "不急")
    assert ADDRESS in found["在哪里"]
    assert "要来 2 个人" in found["有什么要求"]
    assert found["来的人要知道的"] == "有老人、家里有宠物"
    assert "给谁点的" not in found
    assert "请写明哪家医院" in mine.get(f"/needs/{returned.pk}/complete/").content.decode()


def test_complete_changes_only_what_was_changed_and_says_only_that(mine, returned):
    before = Need.objects.get()
    page = f"/needs/{returned.pk}/complete/"
    assert mine.post(f"{page}what/", {"service": "escort", "details": "去市六院复查"}).url == page
    assert mine.post(page).url == f"/needs/{returned.pk}/"
    after = Need.objects.get()
    assert (after.state, after.details, changed(returned)) == (State.SUBMITTED, "去市六院复查", [["details"]])
    kept = ("wish_from", "wish_until", "people_needed", "language", "dangers", "focus_groups", "latitude", "longitude", "title", "service_id")
    assert {name: getattr(after, name) for name in kept} == {name: getattr(before, name) for name in kept}
    assert queries.address_for(after.resident, after) == ADDRESS


def test_complete_edits_every_field(mine, returned, community):
    places.door(community, "五里店正街 8 号", latitude=29.61, longitude=106.61)
    page = f"/needs/{returned.pk}/complete/"
    mine.post(f"{page}what/", {"service": "shop", "details": "买菜"})
    when = {"day": "other", "date": later(), "half": "pm", "repeat": "weekly", "urgent": "no", "place": "else", "address": "五里店正街 8 号"}
    more = {"gender": "0", "language": "", "people_needed": "1", "focus_groups": ["disabled"], "dangers": ["stairs"], "danger_note": "六楼"}
    assert mine.post(f"{page}when/", {**when, **more}).url == page
    mine.post(page)
    need = Need.objects.get()
    assert (need.service.code, need.title, need.details, need.repeat, need.language, need.people_needed) == (
        "shop",
        "代买代取",
        "买菜",
        "weekly",
        0,
        1,
    )
    assert (need.focus_groups, need.dangers, need.danger_note, need.latitude) == (["disabled"], ["stairs"], "六楼", 29.61)
    assert queries.address_for(need.resident, need) == "五里店正街 8 号"
    expected = {"service", "details", "wish_from", "wish_until", "repeat", "address", "place", "language", "people_needed", "focus_groups", "dangers"}
    assert set(changed(returned)[0]) == expected | {"danger_note"}


def test_complete_keeps_what_was_typed_in_a_refused_page(mine, returned):
    page = f"/needs/{returned.pk}/complete/when/"
    answer = mine.post(page, {"day": "other", "date": "2020-01-01", "half": "am", "place": "else", "address": "莺花巷 1 号", "danger_note": "狗会叫"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"date": ["这一天已经过了，请选今天或以后"]}
    text = mine.get(page).content.decode()
    assert 'value="莺花巷 1 号"' in text
    assert 'value="狗会叫"' in text
    assert Need.objects.get().state == State.RETURNED


def test_complete_without_a_change_is_refused(mine, returned):
    answer = mine.post(f"/needs/{returned.pk}/complete/")
    assert answer.status_code == 422
    assert "和原来一样" in answer.content.decode()
    assert (Need.objects.get().state, Event.objects.filter(subject="need").count()) == (State.RETURNED, 0)


def test_complete_refused_by_the_rules_keeps_everything_and_names_the_page(mine, returned):
    page = f"/needs/{returned.pk}/complete/"
    mine.post(f"{page}when/", {"day": "keep", "place": "else", "address": ADDRESS, "gender": "2", "people_needed": "2"})
    answer = mine.post(page)
    assert answer.status_code == 422
    assert f'href="{page}when/?from=check"' in answer.content.decode()
    assert "希望来的人是" not in answer.content.decode()
    assert Need.objects.get().state == State.RETURNED
    assert "女" in answers(mine, returned)["有什么要求"]


def test_a_time_that_has_passed_is_asked_again(mine, resident):
    past = timezone.now() - timedelta(days=1)
    need = make.need(resident, state=State.RETURNED, wish_from=past, wish_until=past + timedelta(hours=2))
    page = f"/needs/{need.pk}/complete/"
    assert "请选哪一天" in mine.get(page).content.decode()
    assert mine.post(page).status_code == 422
    mine.post(f"{page}when/", {"day": "1", "half": "am", "place": "else", "address": ADDRESS, "people_needed": "1"})
    assert mine.post(page).url == f"/needs/{need.pk}/"
    assert changed(need) == [["wish_from", "wish_until"]]


def test_elder_version_asks_one_question_at_a_time_and_comes_back(mine, returned):
    mine.cookies["ui"] = "elder"
    page = f"/needs/{returned.pk}/complete/"
    assert mine.post(f"{page}words/", {"details": "去市六院"}).url == page
    assert mine.post(f"{page}day/", {"day": "other", "date": later()}).url == f"{page}time/"
    assert mine.post(f"{page}time/", {"half": "am"}).url == page
    assert mine.post(f"{page}day/", {"day": "keep"}).url == page
    assert mine.get(f"{page}whom/").status_code == 404
    for each in ("what", "day", "time", "where", "words", "often", "urgent", "wishes", "household"):
        assert mine.get(f"{page}{each}/").status_code == 200
    mine.post(page)
    assert changed(returned) == [["details"]]


def test_a_new_order_and_one_that_is_completed_have_drafts_of_their_own(mine, returned, community):
    mine.cookies["place"] = str(community.pk)
    mine.post("/ask/what/", {"service": "shop", "details": "新的一单"})
    mine.post(f"/needs/{returned.pk}/complete/what/", {"service": "escort", "details": "旧的一单"})
    assert "新的一单" in mine.get("/ask/what/").content.decode()
    assert "旧的一单" in mine.get(f"/needs/{returned.pk}/complete/what/").content.decode()


def test_what_was_typed_before_the_order_moved_on_is_dropped(mine, returned, coordinator):
    mine.post(f"/needs/{returned.pk}/complete/what/", {"service": "escort", "details": "还没交"})
    commands.complete_need(actor=coordinator, need_id=returned.pk, details="电话里补的", now=timezone.now())
    assert answers(mine, returned)["具体说说"] == "电话里补的"


def test_strangers_find_no_question_of_an_order(client, returned, stranger):
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    for page in ("", "what/", "when/"):
        assert client.get(f"/needs/{returned.pk}/complete/{page}").status_code == 404
        assert client.post(f"/needs/{returned.pk}/complete/{page}", {"details": "我"}).status_code == 404
    assert Need.objects.get().state == State.RETURNED


def test_a_worker_who_completes_by_telephone_does_not_read_the_home_address(client, returned, coordinator):
    cast.sign_in(client, coordinator)
    asked = queries.asking_again(coordinator, returned, timezone.now())
    assert (asked.home, asked.standing.says("address")) == ("", ADDRESS)
    assert client.get(f"/needs/{returned.pk}/complete/").status_code == 200


def test_a_worker_completes_for_a_resident_without_a_phone(client, returned, coordinator):
    cast.sign_in(client, coordinator)
    page = f"/needs/{returned.pk}/complete/"
    assert f'href="{page}"' in client.get(f"/desk/{returned.pk}/").content.decode()
    client.post(f"{page}what/", {"service": "escort", "details": "电话里说去市六院"})
    client.post(page)
    assert (Need.objects.get().state, changed(returned)) == (State.SUBMITTED, [["details"]])


def test_change_sends_an_open_order_back_to_review(mine, resident, helper, tomorrow):
    need = make.need(resident, state=State.ACCEPTED, **tomorrow)
    make.assignment(need, helper)
    page = f"/needs/{need.pk}/complete/"
    assert "会马上告诉他们" in mine.get(page).content.decode()
    mine.post(f"{page}what/", {"service": "escort", "details": "改成三院"})
    mine.post(page)
    need.refresh_from_db()
    assert (need.state, need.details, need.places_filled) == (State.SUBMITTED, "改成三院", 0)


# --- 急


WHEN = {"day": "0", "half": "any", "whom": "me", "place": "else", "address": ADDRESS}


def test_urgent_without_saying_why_keeps_the_rest(client, community):
    make.service()
    client.cookies["place"] = str(community.pk)
    answer = client.post("/ask/when/", {**WHEN, "urgent": "yes"})
    assert {"urgent_reason", "urgent_words"} <= set(answer.context["form"].errors)
    text = answer.content.decode()
    assert all(f'href="tel:{number}"' in text for number in (110, 119, 120))


def test_urgent_orders_are_placed_and_shown_to_the_worker(mine, client, resident, community, coordinator):
    make.service()
    client.cookies["place"] = str(community.pk)
    client.post("/ask/what/", {"service": "escort"})
    client.post("/ask/when/", {**WHEN, "day": "any", "half": "", "urgent": "yes", "urgent_reason": "home", "urgent_words": "水管爆了"})
    page = client.get("/ask/check/")
    assert "家里漏水、断电、进不了门：水管爆了" in page.content.decode()
    client.post("/ask/check/", {"token": page.context["token"]})
    need = Need.objects.get()
    assert (need.urgent_reason, need.priority) == ("home", 4)
    cast.sign_in(client, coordinator)
    assert "居民说急：家里漏水、断电、进不了门。“水管爆了”" in client.get(f"/desk/{need.pk}/?view=match").content.decode()


@pytest.mark.parametrize("ui", ["std", "elder"])
def test_where_nothing_is_urgent_nothing_is_asked(client, community, district, ui):
    make.service()
    client.cookies["place"], client.cookies["ui"] = str(community.pk), ui
    RuleValue.objects.create(area=district, key="needs.urgent_open", value=0, effective_on="2026-01-01", reason="试", set_by_id=1, set_at=make.NOON)
    client.post("/ask/what/", {"service": "escort"})
    for page, answers in (("when", WHEN), ("day", WHEN), ("time", WHEN), ("whom", WHEN), ("where", WHEN)):
        client.post(f"/ask/{page}/", {**answers, "day": "any"})
    assert client.get("/ask/urgent/").status_code == 404
    page = client.get("/ask/check/")
    assert "急不急" not in page.content.decode()
    assert page.status_code == 200


def test_the_hours_of_the_district_stand_beside_the_choice(client, community, district):
    make.service()
    client.cookies["place"] = str(community.pk)
    RuleValue.objects.create(area=district, key="needs.urgent_hours", value=6, effective_on="2026-01-01", reason="试", set_by_id=1, set_at=make.NOON)
    assert "6 小时里就要人" in client.get("/ask/when/").content.decode()


# --- the series on the page


@pytest.fixture
def weekly(resident, tomorrow):
    return make.need(resident, state=State.WAITING, repeat="weekly", accepted_at=make.NOON, **tomorrow)


def test_series_is_on_the_page_of_each_of_its_orders(mine, weekly):
    commands.place_next_of_series(now=weekly.wish_from)
    second = Need.objects.get(series=weekly)
    for need in (weekly, second):
        text = mine.get(f"/needs/{need.pk}/").content.decode()
        assert weekly.number in text
        assert second.number in text
        assert "以后不用每周来了" in text
    assert mine.post(f"/needs/{second.pk}/stop-series/").url == f"/needs/{second.pk}/"
    assert "已经停了" in mine.get(f"/needs/{weekly.pk}/").content.decode()
    assert mine.post(f"/needs/{second.pk}/stop-series/").status_code == 422


@pytest.mark.parametrize(("scope", "states", "repeat"), [("one", ["waiting", "cancelled"], "weekly"), ("all", ["cancelled", "cancelled"], "once")])
def test_cancel_one_week_or_all(mine, weekly, scope, states, repeat):
    commands.place_next_of_series(now=weekly.wish_from)
    second = Need.objects.get(series=weekly)
    mine.post(f"/needs/{second.pk}/cancel/", {"scope": scope, "why": "away"})
    weekly.refresh_from_db()
    assert ([row.state for row in Need.objects.order_by("pk")], weekly.repeat) == (states, repeat)


def test_cancel_of_a_weekly_order_asks_which_weeks(mine, weekly):
    answer = mine.post(f"/needs/{weekly.pk}/cancel/", {"why": "away"})
    assert answer.context["form"].errors == {"scope": ["请选只这一次，还是以后都不来"]}


def test_stranger_stopping_a_series_finds_nothing(client, weekly, stranger):
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/needs/{weekly.pk}/stop-series/").status_code == 404
    assert Need.objects.get().repeat == "weekly"


# --- a first address


@pytest.fixture
def homeless(mine, community):
    """Signed in, with no address in the profile yet."""
    make.service()
    mine.cookies["place"] = str(community.pk)
    return mine


def order(client, **more):
    client.post("/ask/what/", {"service": "escort"})
    client.post("/ask/when/", {**WHEN, "day": "1", "half": "am"})
    return client.post("/ask/check/", {"token": client.get("/ask/check/").context["token"], **more})


def given(person):
    return [each.text.kind for each in person.consents.filter(withdrawn_at=None)]


def test_a_first_address_is_kept_by_a_consent_of_its_own_and_used_next_time(homeless, resident):
    order(homeless, keep_address="on")
    resident.refresh_from_db()
    assert (given(resident), people_queries.opened(resident, "address")) == (["address"], ADDRESS)
    form = homeless.get("/ask/when/").context["form"]
    assert (form.asking.home, form["place"].value()) == (ADDRESS, "home")
    homeless.post("/ask/what/", {"service": "escort"})
    homeless.post("/ask/when/", {"day": "1", "half": "am", "whom": "me", "place": "home"})
    assert homeless.get("/ask/check/").context["keep"] is None


def test_a_first_address_is_not_kept_unasked(homeless, resident):
    order(homeless)
    resident.refresh_from_db()
    assert (Need.objects.count(), given(resident), bytes(resident.address_sealed)) == (1, [], b"")


def test_the_tick_stays_while_the_phone_is_proved(client, community):
    make.service()
    client.cookies["place"] = str(community.pk)
    order(client, act="send", name="周桂芳", phone="13900001111", keep_address="on")
    assert client.get("/ask/check/").context["keep"]["keep_address"].value() is True


def test_the_address_of_somebody_else_is_not_offered_to_be_kept(homeless):
    homeless.post("/ask/what/", {"service": "escort"})
    kin = {"whom": "kin", "kin_name": "吴大爷", "kin_relation": "neighbour", "kin_agrees": "on"}
    homeless.post("/ask/when/", {**WHEN, "day": "1", "half": "am", **kin})
    assert homeless.get("/ask/check/").context["keep"] is None


def test_an_address_in_the_profile_is_not_overwritten_by_an_order(resident, now):
    known = {"area_id": resident.community_id, "latitude": None, "longitude": None, "now": now}
    people_commands.set_address(actor=resident, person_id=resident.pk, address="五里店正街 8 号", **known)
    resident.refresh_from_db()
    asked = {"service_code": make.service().code, "area_id": resident.community_id, "address": ADDRESS, "channel": "web"}
    commands.place_need(actor=resident, resident_id=resident.pk, keep_address=True, now=now, **asked)
    resident.refresh_from_db()
    assert (given(resident), people_queries.opened(resident, "address")) == ([], "五里店正街 8 号")


def test_taking_the_consent_back_deletes_the_address(homeless, resident, community):
    order(homeless, keep_address="on")
    assert "记住点单的地址" in homeless.get("/me/data/").content.decode()
    homeless.post("/me/consents/address/withdraw/")
    resident.refresh_from_db()
    assert (given(resident), bytes(resident.address_sealed), resident.community, resident.latitude) == ([], b"", community, community.latitude)
    assert homeless.get("/ask/when/").context["form"].asking.home == ""
