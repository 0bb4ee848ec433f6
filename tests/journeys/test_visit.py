"""送单 and 评单: the service code at the door, the hours, the stars, and what becomes of too few of them."""

from __future__ import annotations

import pytest

from chunshui.hours.models import Record
from chunshui.needs.models import FollowUp, Rating
from chunshui.needs.states import Channel, FollowUpState, State
from tests.factories import needs as make
from tests.journeys.conftest import EVERYONES, RESIDENTS, STAFFS, fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@EVERYONES
def test_the_code_at_the_door_opens_and_ends_the_visit_and_the_hours_appear(someone, resident, helper, order, hands, look):
    need = order("accepted")
    place = make.assignment(need, helper)
    hands.passes(hours=21)
    someone(resident, "elder").opens(f"/needs/{need.pk}/").sees("4827", "4827")
    phone = someone(helper, look).opens(f"/volunteer/tasks/{place.pk}/")
    phone.fills("code", "1111").sends("/in/")
    assert fresh(place).state == "planned"
    phone.fills("code", "4827").sends("/in/")
    assert (fresh(place).state, fresh(need).state) == ("present", State.SERVING)
    hands.passes(minutes=95)
    phone.opens(f"/volunteer/tasks/{place.pk}/").fills("code", "4827").sends("/out/")
    assert (fresh(place).state, fresh(need).state, Record.objects.get().minutes) == ("done", State.DELIVERED, 95)
    phone.opens("/hours/").sees("95", "95")
    phone.opens("/volunteer/services/").sees("95 分钟", "95 min")


@RESIDENTS
def test_the_resident_gives_five_stars(someone, resident, helper, order, look):
    need = order("delivered", delivered_at=make.NOON)
    make.assignment(need, helper, state="done")
    who = someone(resident, look).opens(f"/needs/{need.pk}/")
    who.page.locator(f"a[href$='/needs/{need.pk}/rate/']").click()
    who.picks("stars", "5").fills("words", "一路都在").goes_on().is_at(f"/needs/{need.pk}/$").sees("一路都在", "一路都在")
    found = Rating.objects.get()
    assert (found.stars, found.words, found.channel, fresh(need).state, FollowUp.objects.count()) == (5, "一路都在", Channel.WEB, State.RATED, 0)


@RESIDENTS
def test_two_stars_are_followed_up_by_somebody_who_was_not_involved(someone, resident, coordinator, street_official, helper, order, look):
    need = order("delivered", delivered_at=make.NOON, reviewed_by=coordinator)
    make.assignment(need, helper, state="done")
    someone(resident, look).opens(f"/needs/{need.pk}/rate/").picks("stars", "2").fills("words", "来晚了").goes_on()
    case = FollowUp.objects.get()
    involved = someone(coordinator, "wide").opens(f"/desk/follow-ups/{case.pk}/").fills("result", "道歉了").goes_on()
    assert fresh(case).state == FollowUpState.OPEN
    assert involved.page.input_value("textarea[name=result]") == "道歉了"
    official = someone(street_official, "wide").opens("/desk/follow-ups/").sees("来晚了", "来晚了")
    official.opens(f"/desk/follow-ups/{case.pk}/").fills("result", "上门道歉，居民满意。").goes_on()
    assert (fresh(case).state, case.handled_by_id) == (FollowUpState.DONE, street_official.pk)


@STAFFS
def test_stars_are_taken_by_telephone(someone, coordinator, helper, order, look):
    need = order("delivered", delivered_at=make.NOON)
    make.assignment(need, helper, state="done")
    desk = someone(coordinator, look).opens(f"/desk/{need.pk}/?view=match")
    desk.page.select_option("form[action$='/do/rate/'] select", "3")
    desk.page.locator("form[action$='/do/rate/'] textarea").fill("还可以")
    desk.sends("/do/rate/")
    assert (Rating.objects.get().channel, Rating.objects.get().stars, FollowUp.objects.count()) == (Channel.PHONE, 3, 1)
