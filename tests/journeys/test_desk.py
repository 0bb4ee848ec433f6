"""受理 and 派单: review, single and batch dispatch, answers, the race for the last place, and the clock that lifts orders up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.areas import queries as areas
from chunshui.needs import commands
from chunshui.needs.models import Assignment, Offer, Round
from chunshui.needs.states import ESCALATE_AFTER, OfferState, RoundState, State
from tests.factories import needs as make
from tests.factories import people as cast
from tests.factories import teams as team_make
from tests.journeys.conftest import EVERYONES, STAFFS, at_one_instant, fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DOOR = "3 单元 5-2"


@STAFFS
def test_an_order_is_sent_back_completed_by_the_resident_and_accepted(someone, coordinator, resident, helper, order, look):
    need = order()
    desk = someone(coordinator, look).opens(f"/desk/{need.pk}/?view=match")
    desk.unfolds("/do/send_back/").page.locator("form[action$='/do/send_back/'] textarea").fill("请补门牌号")
    desk.sends("/do/send_back/")
    who = someone(resident, "elder").opens(f"/needs/{need.pk}/").sees("请补门牌号", "请补门牌号")
    who.page.locator(f"a[href$='/needs/{need.pk}/complete/']").click()
    who.sees("请补门牌号", "请补门牌号").page.locator("a[href$='/complete/words/']").click()
    who.fills("details", "27 号，按 5-2 的门铃").goes_on().is_at(f"/needs/{need.pk}/complete/$").sees("5-2 的门铃", "5-2 的门铃").goes_on()
    assert fresh(need).state == State.SUBMITTED
    desk.opens(f"/desk/{need.pk}/").sees("按 5-2 的门铃", "按 5-2 的门铃").opens(f"/desk/{need.pk}/?view=match").sends("/do/accept/")
    assert fresh(need).state == State.WAITING


@STAFFS
@pytest.mark.parametrize(
    ("verb", "state", "words"), [("decline", State.DECLINED, "物业 023-1234567"), ("refer", State.REFERRED, "市政管道"), ("merge", State.MERGED, "")]
)
def test_an_order_that_is_not_taken_up_tells_the_resident_why_and_who_helps(someone, coordinator, resident, order, verb, state, words, look):
    first, need = order(), order()
    desk = someone(coordinator, look).opens(f"/desk/{need.pk}/?view=match").unfolds(f"/do/{verb}/")
    form = desk.page.locator(f"form[action$='/do/{verb}/']")
    if verb == "merge":
        form.locator("input[name=into_id]").first.check()
    else:
        form.locator("[name=reason]").fill("要持证单位来做" if verb == "decline" else words)
    if verb == "decline":
        form.locator("[name=instead]").fill(words)
    if verb == "refer":
        form.locator("input[name=to]").first.check(force=True)
    desk.sends(f"/do/{verb}/")
    assert (fresh(need).state, fresh(need).merged_into_id) == (state, first.pk if verb == "merge" else None)
    someone(resident, "elder").opens(f"/needs/{need.pk}/").sees(words, words)


@EVERYONES
def test_one_volunteer_is_asked_and_accepts_in_two_taps_and_only_then_sees_the_door(someone, coordinator, helper, order, look):
    need = order("waiting")
    desk = someone(coordinator, "wide").opens(f"/desk/{need.pk}/")
    desk.sees("何素芬", "何素芬").sends("/offer/", "button.btn--primary")
    phone = someone(helper, look).opens("/volunteer/").misses(DOOR)
    with phone.page.expect_navigation():
        phone.page.locator("a[href^='/volunteer/offers/']").first.click()
    phone.misses(DOOR).sends("/accept/")
    place = Assignment.objects.get()
    phone.opens(f"/volunteer/tasks/{place.pk}/").sees(DOOR, DOOR)
    assert (fresh(need).state, place.volunteer_id, Offer.objects.get().state) == (State.ACCEPTED, helper.pk, OfferState.ACCEPTED)


@pytest.mark.parametrize("look", ["phone", "elder-english"])
def test_an_offer_is_accepted_without_a_script(someone, helper, order, look):
    offer = make.offer(order("offered"), helper)
    someone(helper, look, scripts=False).opens(f"/volunteer/offers/{offer.pk}/").sends("/accept/")
    assert (fresh(offer).state, Assignment.objects.get().volunteer_id) == (OfferState.ACCEPTED, helper.pk)


@STAFFS
def test_a_batch_is_proposed_forbidden_solved_again_locked_and_sent(someone, coordinator, helper, second_helper, order, hands, look):
    need = order("waiting")
    desk = someone(coordinator, look).opens("/desk/round/").sends("/desk/round/start/")
    found = Round.objects.get()
    commands.solve_round(round_id=found.pk, now=hands.now)
    desk.opens("/desk/round/").sees(need.number, need.number)
    first = found.proposals.get().volunteer_id
    desk.sends("/pair/forbid/").opens("/desk/round/")
    if fresh(found).state == RoundState.PROPOSED:
        desk.sends("/again/")
    commands.solve_round(round_id=found.pk, now=hands.now)
    second = found.proposals.get().volunteer_id
    desk.opens("/desk/round/").sends("/pair/lock/").opens("/desk/round/").sends("/send/")
    assert {first, second} == {helper.pk, second_helper.pk}
    assert (fresh(found).state, Offer.objects.get().volunteer_id, fresh(need).state) == (RoundState.SENT, second, State.OFFERED)


@EVERYONES
def test_who_declines_is_thanked_and_the_next_is_asked(someone, helper, second_helper, coordinator, order, look):
    need = order("waiting")
    someone(coordinator, "wide").opens(f"/desk/{need.pk}/").sends("/offer/", "button.btn--primary")
    first = Offer.objects.get()
    asked, other = (helper, second_helper) if first.volunteer_id == helper.pk else (second_helper, helper)
    phone = someone(asked, look).opens(f"/volunteer/offers/{first.pk}/decline/").goes_on()
    second = Offer.objects.exclude(pk=first.pk).get()
    assert (fresh(first).state, second.volunteer_id, second.state) == (OfferState.DECLINED, other.pk, OfferState.OPEN)
    phone.opens(f"/volunteer/offers/{first.pk}/").sees("您说过接不了", "You said")


@EVERYONES
def test_an_offer_taken_back_says_so(someone, coordinator, helper, order, look):
    offer = make.offer(order("offered"), helper)
    someone(coordinator, "wide").opens(f"/desk/{offer.need_id}/").sends(f"/desk/offers/{offer.pk}/withdraw/")
    someone(helper, look).opens(f"/volunteer/offers/{offer.pk}/").sees("社区撤回了", "withdrew it")
    assert fresh(offer).state == OfferState.WITHDRAWN


@EVERYONES
def test_no_answer_in_time_asks_the_next(someone, helper, second_helper, order, hands, look):
    offer = make.offer(order("offered"), helper)
    commands.expire_offers(now=hands.passes(hours=3))
    someone(helper, look).opens(f"/volunteer/offers/{offer.pk}/").sees("答复时间过了", "time to answer")
    someone(second_helper, look).opens("/volunteer/").page.locator("a[href^='/volunteer/offers/']").first.click()
    found = list(Offer.objects.order_by("pk").values_list("volunteer_id", "state"))
    assert found == [(helper.pk, OfferState.EXPIRED), (second_helper.pk, OfferState.OPEN)]


@EVERYONES
def test_two_want_the_last_place_at_one_instant_and_one_gets_a_kind_answer(someone, helper, second_helper, order, monkeypatch, look):
    need = order("offered")
    offers = [make.offer(need, each) for each in (helper, second_helper)]
    pages = [f"/volunteer/offers/{offer.pk}/" for offer in offers]
    phones = [someone(helper, "phone").opens(pages[0]), someone(second_helper, look).opens(pages[1])]
    at_one_instant(monkeypatch, "accept_offer", *((phone, f"{page}accept/") for phone, page in zip(phones, pages, strict=True)))
    place = Assignment.objects.get()
    won, lost = phones if place.volunteer_id == helper.pk else phones[::-1]
    won.is_at(f"/volunteer/tasks/{place.pk}/$").sees(DOOR, DOOR)
    lost.sees("已经有人接了", "taken").misses(DOOR)
    states = {fresh(offer).volunteer_id: offer.state for offer in offers}
    assert states == {each.pk: OfferState.ACCEPTED if each.pk == place.volunteer_id else OfferState.FILLED for each in (helper, second_helper)}
    assert (fresh(need).state, need.places_filled) == (State.ACCEPTED, 1)


@EVERYONES
def test_two_take_the_same_order_from_the_open_list_at_one_instant(someone, helper, second_helper, order, monkeypatch, look):
    need = order("waiting")
    claim = f"/volunteer/open/{need.pk}/claim/"
    phones = [someone(helper, "phone").opens("/volunteer/open/"), someone(second_helper, look).opens("/volunteer/open/")]
    at_one_instant(monkeypatch, "claim_need", *((phone, claim) for phone in phones))
    place = Assignment.objects.get()
    won, lost = phones if place.volunteer_id == helper.pk else phones[::-1]
    won.is_at(f"/volunteer/tasks/{place.pk}/$").sees(DOOR, DOOR)
    lost.sees("刚刚已经有人接了", "taken").misses(DOOR)
    assert (fresh(need).state, need.places_filled, Offer.objects.count()) == (State.ACCEPTED, 1, 1)


@EVERYONES
def test_a_leader_sends_members_of_the_team_that_was_asked(someone, community, coordinator, helper, second_helper, order, look):
    team = team_make.team(community, "黎明助老队", leader=helper)
    team_make.member(team, second_helper)
    need = order("waiting")
    desk = someone(coordinator, "wide").opens(f"/desk/{need.pk}/?view=match").unfolds("/do/team/")
    desk.page.select_option("select[name=team_id]", str(team.pk))
    desk.sends("/do/team/")
    phone = someone(helper, look).opens("/volunteer/")
    with phone.page.expect_navigation():
        phone.page.locator("a[href^='/volunteer/teams/']").first.click()
    page = f"/volunteer/teams/{team.pk}/needs/{need.pk}/"
    phone.misses(DOOR).page.locator(f"label:has(input[name=member_ids][value='{second_helper.pk}'])").click()
    phone.sends(page).is_at("/volunteer/$")
    place = Assignment.objects.get()
    assert (place.volunteer_id, fresh(need).state) == (second_helper.pk, State.ACCEPTED)
    someone(second_helper, look).opens(f"/volunteer/tasks/{place.pk}/").sees(DOOR, DOOR)


@EVERYONES
def test_a_volunteer_takes_an_order_from_the_open_list_once(someone, helper, second_helper, order, look):
    need = order("waiting")
    quick, late = someone(helper, look).opens("/volunteer/open/"), someone(second_helper, look).opens("/volunteer/open/")
    quick.misses(DOOR).sends(f"/volunteer/open/{need.pk}/claim/")
    late.sends(f"/volunteer/open/{need.pk}/claim/")
    quick.opens(f"/volunteer/tasks/{Assignment.objects.get().pk}/").sees(DOOR, DOOR)
    assert (fresh(need).state, Assignment.objects.get().volunteer_id) == (State.ACCEPTED, helper.pk)


@STAFFS
def test_an_order_nobody_looks_at_climbs_to_the_street_and_the_district(someone, street_official, district_official, order, hands, look):
    need = order(due_at=hands.now)
    after = areas.rule(ESCALATE_AFTER, need.area, hands.now)
    for official, words in ((street_official, ("已升到街道", "With the street")), (district_official, ("已升到区", "With the district"))):
        hands.passes(minutes=after)
        commands.escalate_overdue(now=hands.now)
        desk = someone(official, look).opens("/desk/?stage=1")
        desk.sees(words[0], words[1])
    assert (fresh(need).level, need.state) == (2, State.SUBMITTED)


@pytest.mark.parametrize("look", ["wide", "wide-english"])
def test_the_desk_works_by_keyboard_alone(someone, coordinator, helper, order, look):
    need = order("waiting")
    other = order("waiting", cast.person(need.community), due_at=need.due_at + timedelta(hours=1))
    desk = someone(coordinator, look).opens(f"/desk/{need.pk}/?stage=2")
    desk.page.wait_for_load_state("networkidle")
    desk.page.keyboard.press("j")
    desk.is_at(f"/desk/{other.pk}/")
    desk.page.wait_for_load_state("networkidle")
    desk.page.keyboard.press("1")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_load_state("networkidle")
    desk.sees("已问何素芬", "Asked 何素芬")
    assert Offer.objects.get().need_id == other.pk


def test_the_arrows_go_through_the_queue_and_escape_switches_the_keys_off_for_good(someone, coordinator, order):
    need = order("waiting")
    other = order("waiting", cast.person(need.community), due_at=need.due_at + timedelta(hours=1))
    desk = someone(coordinator, "wide").opens(f"/desk/{need.pk}/?stage=2")
    desk.page.wait_for_load_state("networkidle")
    desk.page.keyboard.press("ArrowDown")
    desk.is_at(f"/desk/{other.pk}/")
    desk.page.wait_for_load_state("networkidle")
    desk.page.keyboard.press("Escape")
    desk.page.reload()
    desk.page.wait_for_load_state("networkidle")
    desk.page.keyboard.press("k")
    desk.page.keyboard.press("?")
    assert (f"/desk/{other.pk}/" in desk.page.url, desk.page.locator("#keys dl").is_visible()) == (True, False)
