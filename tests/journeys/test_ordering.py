"""点单: a resident orders, a worker orders for somebody who has neither account nor phone, and orders are cancelled."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from chunshui.hours.models import Record
from chunshui.needs import commands
from chunshui.needs.models import Assignment, Need, Offer, Rating
from chunshui.needs.states import Channel, State
from chunshui.notices.models import SentText
from chunshui.people.models import Person
from tests.factories import needs as make
from tests.journeys.conftest import EVERYONES, RESIDENTS, STAFFS, fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DOOR, PHONE, HOME = "莺花巷 27 号 3 单元 5-2", "13883212041", "五里店正街 8 号 1-1"


def walks_through_the_form(who):
    """What, when and where, in the way of the mode."""
    who.opens("/ask/what/").picks("service", "escort").goes_on()
    who.picks("day", "1")
    if who.ui != "std":
        who.goes_on()
    who.picks("half", "am")
    for _page in ("whom", "where") if who.ui != "std" else ():
        who.goes_on()
    who.fills("address", DOOR).goes_on().is_at("/ask/check/$")


@EVERYONES
def test_a_resident_orders_and_is_known_by_a_code_sent_to_the_phone(someone, community, menu, look):
    resident = someone(look=look, place=community)
    walks_through_the_form(resident)
    resident.sees(DOOR, DOOR).fills("name", "周桂芳").fills("phone", PHONE).goes_on()
    code = re.search(r"\d{6}", SentText.objects.get().body)[0]
    resident.sees(code, code).fills("code", code).goes_on()
    need = Need.objects.get()
    resident.is_at("/ask/done/$").sees(need.number, need.number)
    found = (need.state, need.channel, need.service.code, need.resident.name, need.community_id)
    assert found == (State.SUBMITTED, Channel.WEB, "escort", "周桂芳", community.pk)
    resident.opens(f"/needs/{need.pk}/").sees(DOOR, DOOR)


@pytest.mark.parametrize("look", ["phone", "elder-english"])
def test_a_wrong_code_places_nothing_and_keeps_what_was_typed(someone, community, menu, look):
    resident = someone(look=look, place=community)
    walks_through_the_form(resident)
    resident.fills("name", "周桂芳").fills("phone", PHONE).goes_on()
    right = re.search(r"\d{6}", SentText.objects.get().body)[0]
    resident.fills("code", f"{(int(right) + 1) % 10**6:06d}").goes_on()
    assert (Need.objects.count(), Person.objects.count()) == (0, 0)
    assert resident.page.input_value("input[name=name]") == "周桂芳"


@pytest.mark.parametrize("look", ["phone", "elder", "wide-english"])
def test_the_form_works_without_a_script(someone, community, resident, menu, look):
    who = someone(resident, look, scripts=False, place=community)
    walks_through_the_form(who)
    who.goes_on().is_at("/ask/done/$")
    assert (Need.objects.get().state, Need.objects.get().resident_id) == (State.SUBMITTED, resident.pk)


@pytest.mark.parametrize("look", ["phone", "elder", "english", "elder-english"])
def test_the_form_works_by_keyboard_alone(someone, community, resident, menu, look):
    who = someone(resident, look, place=community).opens("/ask/what/")
    keys = who.page.keyboard
    big = who.ui != "std"
    who.tabs_to("input[name=service]")
    keys.press("Space")
    who.tabs_to(".actionbar .btn--primary")
    keys.press("Enter")
    who.is_at("/ask/day/$" if big else "/ask/when/$").tabs_to("input[name=day]")
    keys.press("Space")
    keys.press("ArrowDown")
    assert who.page.is_checked("input[name=day][value='1']")
    for selector, words in ((".actionbar .btn--primary", ""), ("input[name=half]", " "), ("input[name=address]", DOOR)):
        if words == DOOR and big:
            for _page in ("time", "whom"):
                who.tabs_to(".actionbar .btn--primary")
                with who.page.expect_navigation():
                    keys.press("Enter")
        if not words and not big:
            continue
        who.tabs_to(selector)
        if not words:
            with who.page.expect_navigation():
                keys.press("Enter")
        keys.press("Space") if words == " " else keys.type(words)
    for place in ("/ask/check/$", "/ask/done/$"):
        who.tabs_to(".actionbar .btn--primary")
        keys.press("Enter")
        who.is_at(place)
    assert Need.objects.get().resident_id == resident.pk


@pytest.mark.parametrize("look", ["phone", "wide-english"])
@pytest.mark.parametrize("scripts", [True, False])
def test_enter_goes_on_and_never_searches_by_surprise(someone, community, menu, look, scripts):
    who = someone(look=look, scripts=scripts, place=community).opens("/ask/what/")
    who.fills("details", "去市六院复查").picks("service", "escort")
    who.page.locator("input[name=service][value=escort]").press("Enter")
    who.is_at("/ask/when/$").picks("day", "1").picks("half", "am").fills("address", DOOR)
    who.page.locator("input[name=address]").press("Enter")
    who.is_at("/ask/check/$").fills("name", "周桂芳").fills("phone", PHONE)
    who.page.locator("input[name=phone]").press("Enter")
    who.is_at("#prove$").fills("code", re.search(r"\d{6}", SentText.objects.get().body)[0])
    who.page.locator("input[name=code]").press("Enter")
    who.is_at("/ask/done/$")
    assert (Need.objects.get().details, SentText.objects.count()) == ("去市六院复查", 1)


@pytest.mark.parametrize("look", ["wide", "wide-english"])
def test_a_neighbour_orders_at_the_kiosk_and_the_next_visitor_finds_nothing(someone, community, menu, look):
    kiosk = someone(look=look, place=community).opens("/kiosk/")
    assert kiosk.page.evaluate("[document.documentElement.dataset.ui, document.documentElement.dataset.shell]") == ["xl", "kiosk"]
    with kiosk.page.expect_navigation():
        kiosk.page.locator("a[href$='/ask/?service=escort']").click()
    kiosk.is_at("/ask/day/$").picks("day", "1").goes_on().picks("half", "am").goes_on().is_at("/ask/whom/$").goes_on()
    kiosk.fills("address", HOME).goes_on().is_at("/ask/check/$").fills("name", "周桂芳").fills("phone", PHONE).goes_on()
    kiosk.fills("code", re.search(r"\d{6}", SentText.objects.get().body)[0]).goes_on().is_at("/ask/done/$")
    need = Need.objects.get()
    kiosk.sees(need.number, need.number)
    assert (need.channel, need.resident.name, need.service.code) == (Channel.KIOSK, "周桂芳", "escort")
    with kiosk.page.expect_navigation():
        kiosk.page.locator("a[href$='/kiosk/']").last.click()
    kiosk.misses(need.number)
    for page in ("/ask/where/", "/ask/done/", f"/needs/{need.pk}/"):
        kiosk.opens(page).misses(need.number).misses(HOME).misses("周桂芳")
    kiosk.opens("/ask/check/").is_at("/ask/what/")
    assert kiosk.page.evaluate("Object.keys(window.localStorage).length") == 0


@STAFFS
def test_a_worker_runs_the_whole_loop_for_somebody_without_phone_or_account(someone, community, coordinator, helper, menu, hands, look):
    desk = someone(coordinator, look).opens("/residents/add/")
    desk.fills("name", "吴奶奶").fills("address", DOOR)
    if desk.page.locator("select[name=area_id]").count():
        desk.page.select_option("select[name=area_id]", str(community.pk))
    desk.picks("channel", "phone").fills("consent_note", "电话里本人同意").sends("/residents/add/")
    person = Person.objects.get(name="吴奶奶")
    desk.opens("/desk/intake/?q=吴奶").page.locator(f"a[href$='/desk/intake/{person.pk}/']").click()
    desk.picks("channel", "phone").fills("consent_note", "电话里本人同意").picks("service", "escort").fills("day", "2026-11-25")
    desk.fills("start", "09:00").fills("end", "11:00").picks("repeat", "once").fills("address", DOOR).goes_on()
    need = Need.objects.get()
    desk.is_at(f"/desk/intake/done/{need.pk}/$").sees(need.service_code, need.service_code)
    desk.opens(f"/desk/{need.pk}/?view=match").sends("/do/accept/")
    desk.opens(f"/desk/{need.pk}/?view=match").sends("/offer/", "button.btn--primary")
    someone(helper).opens(f"/volunteer/offers/{Offer.objects.get().pk}/").sends("/accept/")
    place = Assignment.objects.get()
    hands.passes(hours=21)
    desk.opens(f"/desk/{need.pk}/?view=match").sends(f"/desk/places/{place.pk}/in/")
    hands.passes(hours=1)
    desk.opens(f"/desk/{need.pk}/?view=match").sends(f"/desk/places/{place.pk}/out/")
    desk.opens(f"/desk/{need.pk}/?view=match")
    desk.page.select_option("form[action$='/do/rate/'] select", "5")
    desk.sends("/do/rate/")
    assert (fresh(need).state, Rating.objects.get().channel, Record.objects.get().minutes) == (State.RATED, Channel.PHONE, 60)
    assert fresh(person).login_index is None


@RESIDENTS
def test_a_weekly_order_is_reviewed_once_and_a_week_is_skipped_and_the_rest_stopped(someone, resident, coordinator, order, hands, look):
    need = order("submitted", repeat="weekly")
    desk = someone(coordinator, "wide").opens(f"/desk/{need.pk}/?view=match")
    desk.sees("就等于受理以后每周的单子", "").sends("/do/accept/")
    commands.place_next_of_series(now=hands.passes(hours=22))
    second = Need.objects.get(series=need)
    assert (second.state, second.wish_from) == (State.WAITING, need.wish_from + timedelta(days=7))
    who = someone(resident, look).opens(f"/needs/{need.pk}/")
    who.page.locator(f"a[href$='/needs/{second.pk}/cancel/']").click()
    who.picks("scope", "one").picks("why", "away").goes_on().is_at(f"/needs/{second.pk}/$")
    assert (fresh(second).state, fresh(need).repeat) == (State.CANCELLED, "weekly")
    who.opens(f"/needs/{need.pk}/").sends("/stop-series/").sees("已经停了", "Stopped")
    assert fresh(need).repeat == "once"


@RESIDENTS
def test_an_urgent_order_says_why_and_whom_to_call_and_the_worker_decides(someone, community, resident, coordinator, menu, look):
    who = someone(resident, look, place=community)
    walks_through_the_form(who)
    who.page.locator(f"a[href*='/{'when' if who.ui == 'std' else 'urgent'}/']").first.click()
    who.picks("urgent", "yes").goes_on()
    assert [who.page.locator(f".only-urgent a[href='tel:{number}']").is_visible() for number in (110, 119, 120)] == [True] * 3
    who.page.locator("label:has(input[name=urgent_reason][value=medical])").click()
    who.fills("urgent_words", "药断了").goes_on().is_at("/ask/check/$").goes_on().is_at("/ask/done/$")
    need = Need.objects.get()
    assert (need.urgent_reason, need.priority) == ("medical", 4)
    desk = someone(coordinator, "wide").opens(f"/desk/{need.pk}/?view=match").sees("“药断了”", "")
    desk.page.select_option("form[action$='/do/accept/'] select", "2")
    desk.sends("/do/accept/")
    assert (fresh(need).state, need.priority) == (State.WAITING, 2)


@RESIDENTS
@pytest.mark.parametrize("state", ["submitted", "returned", "waiting", "offered", "accepted"])
def test_an_order_is_cancelled_in_every_state_before_the_visit(someone, resident, helper, order, state, look):
    need = order(state)
    if state == "offered":
        make.offer(need, helper)
    if state == "accepted":
        make.assignment(need, helper)
    who = someone(resident, look).opens(f"/needs/{need.pk}/")
    who.page.locator(f"a[href$='/needs/{need.pk}/cancel/']").click()
    who.picks("why", "solved").goes_on().is_at(f"/needs/{need.pk}/$").sees("取消", "ancelled")
    offers = list(Offer.objects.values_list("state", flat=True))
    assert (fresh(need).state, offers) == (State.CANCELLED, ["withdrawn"] if state == "offered" else [])


@RESIDENTS
@pytest.mark.parametrize("state", ["serving", "delivered", "rated", "unrated", "archived", "declined", "referred", "merged", "cancelled"])
def test_an_order_cannot_be_cancelled_once_the_visit_began_or_it_ended(someone, resident, order, state, look):
    need = order(state)
    who = someone(resident, look).opens(f"/needs/{need.pk}/")
    assert who.page.locator("a[href$='/cancel/']").count() == 0
    who.opens(f"/needs/{need.pk}/cancel/")
    if who.page.locator("input[name=why]").count():
        who.picks("why", "solved").goes_on()
    assert fresh(need).state == state
