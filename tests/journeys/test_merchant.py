"""A merchant applies, is accepted, signs, publishes an offer and gives back; anybody sees the fen. Each in the own browser."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from chunshui.redemption.models import FundEntry, Merchant, Offer
from tests.factories import people as cast
from tests.factories import redemption as shops
from tests.journeys.conftest import fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def picture() -> dict[str, object]:
    out = BytesIO()
    Image.new("RGB", (60, 40), "darkred").save(out, "PNG")
    return {"name": "receipt.png", "mimeType": "image/png", "buffer": out.getvalue()}


def submits(who, selector: str):
    with who.page.expect_navigation():
        who.page.locator(selector).first.click()
    return who


@pytest.mark.parametrize("look", ["phone", "elder-english"])
def test_a_merchant_joins_offers_and_gives_back_and_the_public_sees_the_fen(someone, community, coordinator, look):
    owner = cast.person(community, "杨店主")
    who = someone(owner, look).opens("/shops/apply/").fills("name", "老码头小面").fills("credit_code", "91110000600037342L")
    who.page.select_option("select[name=kind]", "food")
    who.page.select_option("select[name=area_id]", str(community.pk))
    who.fills("address", "莺花巷 3 号").fills("phone", "023-67001234").fills("manager", "杨店主")
    who.page.locator("input[name=pledge]").check(force=True)
    who.goes_on().sees("代码对不上：最后一位是校验码", "does not check").fills("credit_code", shops.credit_code()).goes_on().is_at(r"/shops/\d+/$")
    shop = Merchant.objects.get()
    desk = someone(coordinator, "wide").opens("/shops/all/?state=pending").sees("老码头小面", "老码头小面")
    submits(desk.opens(f"/shops/{shop.pk}/"), "form[action$='/review/'] button[value='1']")
    who.opens(f"/shops/{shop.pk}/agreement/")
    who.page.locator("input[name=agree]").check(force=True)
    submits(who, "main form button[type=submit]").is_at(rf"/shops/{shop.pk}/$")
    assert fresh(shop).state == "active"
    who.opens(f"/shops/{shop.pk}/offers/new/").fills("title", "小面一碗").fills("points", "20").fills("stock", "5").goes_on().is_at(r"/offers/\d+/$")
    who.sends("/publish/")
    assert Offer.objects.get().state == "published"
    who.opens(f"/shops/{shop.pk}/give/").fills("yuan", "88.05").fills("words", "十一月的一成利润")
    who.page.set_input_files("input[name=receipts]", [picture()])
    who.sends("/give/").sees("88.05", "88.05")
    entry = FundEntry.objects.get()
    someone(None, "phone").opens(f"/fund/{community.pk}/").misses("88.05").opens("/offers/").sees("小面一碗", "小面一碗")
    submits(desk.opens(f"/fund/entries/{entry.pk}/"), "button[formaction$='/confirm/']")
    someone(None, "phone").opens(f"/fund/{community.pk}/").sees("¥88.05", "¥88.05").opens(f"/fund/entries/{entry.pk}/").sees(
        "老码头小面", "老码头小面"
    )
