"""The pages of points, vouchers, counters, disputes and the circle: what each role sees, and that other people's ids are 404."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chunshui.redemption import commands, queries
from chunshui.redemption.models import Voucher
from tests.factories import people
from tests.factories import redemption as shops
from tests.factories import vouchers as make
from tests.factories.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(community):
    return people.person(community, "杨师傅")


@pytest.fixture
def shop(community, clerk):
    return shops.merchant(community, clerk, name="老杨豆花")


@pytest.fixture
def of(shop):
    return shops.offer(shop, title="豆花饭套餐", starts_on=timezone.now().date())


@pytest.fixture
def rich(helper):
    make.earn(helper, 50, title="陪同就医")
    return helper


def text_of(answer) -> str:
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def taken(client, who, of) -> Voucher:
    answer = sign_in(client, who).post(f"/offers/{of.pk}/take/")
    assert re.fullmatch(r"/vouchers/\d+/", answer.url)
    return Voucher.objects.latest("id")


def test_my_points_shows_head_lots_and_what_each_service_earned(client, rich, of):
    sign_in(client, rich)
    shown = client.get("/points/").content.decode()
    assert [word in shown for word in ("陪同就医", "每小时 10 分 × 100%", "2028-11-23", "还没有积分")] == [True, True, True, False]
    statement = client.get("/points/statement/").content.decode()
    assert ("服务得积分" in statement, "+50" in statement) == (True, True)
    assert "没有流水" in client.get("/points/statement/?kind=expire").content.decode()
    assert "服务得积分" in text_of(client.get("/points/export/"))


def test_a_code_goes_from_the_volunteer_over_the_counter(client, rich, clerk, of, shop):
    voucher = taken(client, rich, of)
    code = queries.code_of(voucher)
    answer = client.get(f"/vouchers/{voucher.pk}/")
    assert (f"{code[:3]} {code[3:]}" in answer.content.decode(), answer["Cache-Control"]) == (True, "private, no-store")
    assert client.get(f"/vouchers/{voucher.pk}/qr.png")["Content-Type"] == "image/png"
    sign_in(client, clerk)
    check = client.get(f"/counter/?code={code}").content.decode()
    assert [word in check for word in ("可以兑换", "豆花饭套餐", "何**", rich.name)] == [True, True, True, False]
    assert client.post("/counter/settle/", {"code": code}).url == f"/counter/vouchers/{voucher.pk}/"
    again = client.post("/counter/settle/", {"code": code})
    assert (again.status_code, "已经用过" in again.content.decode(), code in again.content.decode()) == (422, True, True)
    listed = client.get(f"/counter/{shop.pk}/vouchers/?q=豆花").content.decode()
    assert ("豆花饭套餐" in listed, "豆花饭套餐" in text_of(client.get(f"/counter/{shop.pk}/vouchers/export/"))) == (True, True)
    client.post(f"/counter/vouchers/{voucher.pk}/refund/", {"reason": "没货了"})
    sign_in(client, rich)
    assert ("没货了" in client.get(f"/vouchers/{voucher.pk}/").content.decode(), "已退回" in text_of(client.get("/vouchers/export/"))) == (True, True)


def test_wrong_codes_are_said_beside_the_field(client, clerk, shop):
    answer = sign_in(client, clerk).get("/counter/?code=ABCDEF")
    assert (answer.status_code, "没有这个码" in answer.content.decode()) == (422, True)


def test_other_peoples_ids_show_nothing(client, rich, stranger, clerk, of, shop):
    voucher = taken(client, rich, of)
    for who in (stranger, clerk):
        sign_in(client, who)
        for path in (f"/vouchers/{voucher.pk}/", f"/vouchers/{voucher.pk}/qr.png", f"/counter/vouchers/{voucher.pk}/"):
            assert client.get(path).status_code == 404
    assert sign_in(client, stranger).get(f"/counter/{shop.pk}/vouchers/").status_code == 404
    assert client.post(f"/vouchers/{voucher.pk}/cancel/").status_code == 404
    assert "您还不是哪家店的店员" in client.get("/counter/").content.decode()


def test_too_few_points_and_wrong_roles_get_the_reason(client, helper, resident, of):
    answer = sign_in(client, helper).post(f"/offers/{of.pk}/take/")
    assert (answer.status_code, "积分不够" in answer.content.decode()) == (409, True)
    assert "只有志愿者能用积分兑换" in sign_in(client, resident).post(f"/offers/{of.pk}/take/").content.decode()


def test_an_expired_hold_comes_back_when_somebody_looks(client, rich, of):
    voucher = taken(client, rich, of)
    Voucher.objects.update(expires_at=voucher.taken_at)
    client.get("/points/")
    voucher.refresh_from_db()
    assert (voucher.state, queries.points_of(rich, timezone.now()).balance) == ("expired", 50)
    assert "再兑换一个" in client.get(f"/vouchers/{voucher.pk}/").content.decode()


def test_a_dispute_goes_to_the_staff_and_back(client, rich, clerk, of, coordinator, far_coordinator):
    voucher = taken(client, rich, of)
    commands.settle_code(actor=clerk, code=queries.code_of(voucher), now=timezone.now())
    assert client.post(f"/vouchers/{voucher.pk}/dispute/", {"words": ""}).status_code == 422
    client.post(f"/vouchers/{voucher.pk}/dispute/", {"words": "没拿到豆花"})
    path = f"/desk/disputes/{voucher.dispute.pk}/"
    assert sign_in(client, far_coordinator).get(path).status_code == 404
    assert "豆花饭套餐" not in client.get("/desk/disputes/").content.decode()
    sign_in(client, coordinator)
    assert ("豆花饭套餐" in client.get("/desk/disputes/?q=老杨").content.decode(), "没拿到豆花" in client.get(path).content.decode()) == (True, True)
    assert "没拿到豆花" in text_of(client.get("/desk/disputes/export/"))
    wrong = client.post(f"{path}decide/", {"is_upheld": "1", "result": ""})
    assert (wrong.status_code, Voucher.objects.get().state) == (422, "settled")
    client.post(f"{path}decide/", {"is_upheld": "1", "result": "监控里没有交付"})
    assert (Voucher.objects.get().state, "监控里没有交付" in client.get(path).content.decode()) == ("refunded", True)


def test_a_household_is_made_on_its_page(client, helper, second_helper):
    sign_in(client, helper)
    assert client.post("/points/household/invite/", {"number": "V99999999"}).status_code == 422
    client.post("/points/household/invite/", {"number": second_helper.volunteer.number})
    sign_in(client, second_helper)
    shown = client.get("/points/household/").content.decode()
    place = re.search(r"/points/household/(\d+)/answer/", shown)[1]
    client.post(f"/points/household/{place}/answer/", {"answer": "yes"})
    assert helper.name in client.get("/points/household/").content.decode()
    client.post(f"/points/household/{place}/leave/")
    assert queries.household_of(helper.pk) == []


def test_the_circle_is_public_and_speaks_english(client, community, district):
    commands.count_in_circle(area_id=community.pk, at=timezone.now(), minutes=90, services=1, issued=15, given_back_fen=123456)
    for area in (community, district):
        shown = client.get(f"/circle/{area.pk}/").content.decode()
        assert [word in shown for word in ("1.5", "1,234.56", "带来顾客")] == [True, True, True]
    assert "Customers brought" in client.get(f"/circle/{community.pk}/?lang=en").content.decode()
    assert "1234.56" in text_of(client.get(f"/circle/{community.pk}/export/"))
    assert client.get("/circle/").url == f"/circle/{district.pk}/"
    assert client.get("/circle/999999/").status_code == 404


@pytest.mark.parametrize("path", ["/points/", "/vouchers/", "/points/statement/"])
def test_lists_need_the_same_queries_for_one_and_three_rows(client, helper, shop, of, clerk, path):
    sign_in(client, helper)
    counts = []
    for days_ago in (1, 2, 3):
        make.earn(helper, 50, days_ago=days_ago)
        code = queries.code_of(make.held(helper, of, timezone.now()))
        commands.settle_code(actor=clerk, code=code, now=timezone.now())
        with CaptureQueriesContext(connection) as seen:
            client.get(path)
        counts.append(len(seen))
    assert counts[0] == counts[2]
