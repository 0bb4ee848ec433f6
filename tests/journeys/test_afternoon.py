"""An afternoon on foot: planned at the desk, said yes to on the phone, walked in an order of one's own; every page held up with something on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel import clock
from chunshui.needs.models import Assignment, Offer
from chunshui.needs.states import State
from chunshui.notices.models import Message
from tests.browser import faults
from tests.factories import needs as make
from tests.factories import people as cast
from tests.journeys.conftest import EVERYONES, fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = clock.today(make.NOON) + timedelta(days=1)
ROUTES = f"/desk/routes/?day={DAY}&part=1&team=0"
DEGREE = 111_195


def waiting(resident, north, **more):
    """An order of tomorrow between two and five."""
    place = {"latitude": resident.community.latitude + north / DEGREE, "longitude": resident.community.longitude + north / DEGREE / 2}
    times = {"wish_from": clock.at(DAY, 14), "wish_until": clock.at(DAY, 17), "minutes": 30}
    return make.need(resident, state=State.WAITING, **{**times, **place, **more})


def promised(resident, helper, hour, north):
    need = waiting(resident, north)
    type(need).objects.filter(pk=need.pk).update(state=State.ACCEPTED)
    start = clock.at(DAY, hour)
    return make.assignment(fresh(need), helper, planned_from=start, planned_until=start + timedelta(minutes=30))


@pytest.mark.parametrize("look", ["wide", "english", "wide-elder"])
def test_desk_plans_an_afternoon_and_asks(someone, coordinator, community, helper, second_helper, hands, look):
    hands.runs()
    hands.ahead = make.NOON - hands.real()
    first, second = waiting(cast.person(community, "周桂芳"), 100), waiting(cast.person(community, "吴大爷"), 400)
    desk = someone(coordinator, look).opens(ROUTES).sees("每个人的路线", "Everybody’s route").misses("周桂芳")
    assert faults(desk.page) == []
    desk.page.locator(".walker form select").first.select_option(index=0)
    with desk.page.expect_navigation():
        desk.page.locator(".walker form button").first.click()
    desk.sees("换了以后", "After the change")
    assert faults(desk.page) == []
    desk.sends("/desk/routes/ask/").sees("等他们答复", "waiting for answer")
    assert set(Offer.objects.values_list("need_id", flat=True)) == {first.pk, second.pk}
    assert Assignment.objects.count() == 0


@EVERYONES
def test_volunteer_walks_the_afternoon_in_an_order_of_their_own(someone, community, helper, hands, look):
    near, far = (cast.person(community, name) for name in ("周桂芳", "吴大爷"))
    first, second = promised(near, helper, 14, 100), promised(far, helper, 15, 600)
    phone = someone(helper, look).opens("/volunteer/")
    with phone.page.expect_navigation():
        phone.page.locator("a[href='/volunteer/route/']").click()
    phone.sees("周桂芳", "周桂芳").sees("莺花巷 27 号 3 单元 5-2", "莺花巷 27 号 3 单元 5-2").sees("从家里出发", "Leave home")
    assert faults(phone.page) == []
    phone.sends("/volunteer/route/order/", ".btn").sees("这样排，会这样", "This order would mean")
    assert faults(phone.page) == []
    assert fresh(first).planned_from == clock.at(DAY, 14)
    phone.sends("/volunteer/route/order/", ".btn--primary").sees("顺序换好了", "Order changed")
    assert fresh(second).planned_from == clock.at(DAY, 14)
    assert fresh(first).planned_from > clock.at(DAY, 14, 30)
    assert set(Message.objects.filter(kind="needs.visit_moved").values_list("person", flat=True)) == {near.pk, far.pk}


def test_route_prints_without_its_buttons(someone, community, helper, hands):
    promised(cast.person(community), helper, 14, 100)
    page = someone(helper).opens("/volunteer/route/").page
    page.emulate_media(media="print")
    assert page.locator(".halt .btn:visible, .days:visible, [data-print]:visible").count() == 0
    assert page.locator(".rmap svg:visible").count() == 1


def test_route_works_without_scripts(someone, community, helper, hands):
    promised(cast.person(community), helper, 14, 100)
    second = promised(cast.person(community), helper, 15, 600)
    phone = someone(helper, scripts=False).opens("/volunteer/route/")
    phone.sends("/volunteer/route/order/", ".btn").sends("/volunteer/route/order/", ".btn--primary")
    assert fresh(second).planned_from == clock.at(DAY, 14)
