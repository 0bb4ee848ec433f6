"""The loop: hours confirmed → points → a code over the counter → the statement → what is given back; in the volunteer's and the merchant's own browsers."""

from __future__ import annotations

import pytest

from chunshui.hours import commands as hours
from chunshui.redemption import commands, queries
from chunshui.redemption.models import Voucher
from tests.factories import needs as make
from tests.factories import people as cast
from tests.factories import redemption as shops
from tests.factories import vouchers
from tests.journeys.conftest import at_one_instant, fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clerk(community):
    return cast.person(community, "杨师傅")


@pytest.fixture
def shop(community, clerk):
    return shops.merchant(community, clerk, name="老杨豆花")


@pytest.fixture
def of(shop):
    return shops.offer(shop, title="豆花饭套餐")


@pytest.mark.parametrize("look", ["phone", "elder-english"])
def test_hours_become_points_and_points_a_meal(someone, helper, clerk, shop, of, community, hands, look):
    vouchers.serve(helper, 48, category="0017")  # 288 minutes at 120 %
    phone = someone(helper, look).opens("/points/").sees("57", "57")
    phone.opens(f"/offers/{of.pk}/").sends(f"/offers/{of.pk}/take/").is_at(r"/vouchers/\d+/$")
    voucher = Voucher.objects.get()
    code = phone.page.locator(".pass__code").inner_text()
    counter = someone(clerk, "phone").opens("/counter/").fills("code", code.lower())
    with counter.page.expect_navigation():
        counter.page.locator("main form button").click()
    counter.sees("可以兑换", "Good to redeem").sees("何**", "何**").goes_on().is_at(f"/counter/vouchers/{voucher.pk}/$")
    assert (fresh(voucher).state, fresh(voucher).settled_by) == ("settled", clerk)
    counter.opens(f"/counter/?code={code}").sees("已经用过", "was used")
    phone.opens(f"/vouchers/{voucher.pk}/").sees("已核销", "Redeemed")
    phone.opens("/points/statement/").sees("+57", "+57").sees("-20", "-20")
    phone.opens(f"/circle/{community.pk}/").sees("4.8", "4.8").sees("57", "57")


def test_two_counters_press_confirm_at_the_same_instant(someone, monkeypatch, helper, clerk, shop, of, hands):
    second = cast.person(shop.area, "杨小妹")
    shops.clerk(shop, second, "二号柜台")
    vouchers.earn(helper, 50)
    someone(helper).opens(f"/offers/{of.pk}/").sends(f"/offers/{of.pk}/take/")
    code = queries.code_of(Voucher.objects.get())
    counters = [someone(who).opens(f"/counter/?code={code}") for who in (clerk, second)]
    monkeypatch.setattr("tests.journeys.conftest.commands", commands)
    at_one_instant(monkeypatch, "settle_code", *((one, "/counter/settle/") for one in counters))
    told = sorted("已核销" in one.page.locator("main").inner_text() for one in counters)
    assert (told, Voucher.objects.get().state) == ([False, True], "settled")


def test_cancelled_hours_take_the_points_back_and_say_so(someone, helper, coordinator, hands):
    record = vouchers.serve(helper, 30)
    phone = someone(helper).opens("/points/").sees("30", "30")
    hours.cancel_record(actor=coordinator, record_id=record.pk, reason="记错人了", now=make.NOON)
    phone.opens("/points/").sees("已收回", "Taken back")
    phone.opens("/inbox/").sees("收回 30 分", "30 points taken back")
