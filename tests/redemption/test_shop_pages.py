"""The pages of merchants and offers: who sees what, what a refusal redraws, lists under one query count."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image

from chunshui.redemption.models import Clerk, Merchant, Offer
from tests.factories import people
from tests.factories import redemption as make

pytestmark = pytest.mark.django_db
GOOD = "91110000600037341L"


@pytest.fixture
def owner(community):
    return people.person(community, "周店主")


@pytest.fixture
def shop(community, owner):
    return make.merchant(community, owner, name="老码头小面")


def application(community, **more):
    values = {"name": "老码头小面", "kind": "food", "credit_code": GOOD, "area_id": community.pk, "address": "莺花巷 3 号", "phone": "67001234"}
    return {**values, "manager": "周店主", "pledge": "on", **more}


def photo() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (30, 20), "navy").save(out, "PNG")
    return SimpleUploadedFile("a.png", out.getvalue(), "image/png")


def test_a_refused_application_keeps_what_was_typed_and_the_mended_one_waits(client, community, owner):
    people.sign_in(client, owner)
    wrong = client.post("/shops/apply/", application(community, credit_code="91110000600037342L"))
    assert (wrong.status_code, wrong.context["form"].errors["credit_code"]) == (422, ["代码对不上：最后一位是校验码，请对照证书逐位核对。"])
    assert "91110000600037342L" in wrong.content.decode()
    right = client.post("/shops/apply/", application(community))
    assert (right.status_code, list(Merchant.objects.values_list("state", flat=True))) == (302, ["pending"])


def test_the_worker_reviews_from_the_list_and_the_owner_signs(client, community, coordinator, owner):
    shop = make.merchant(community, owner, state="pending", opened_at=None)
    people.sign_in(client, coordinator)
    assert shop.name in client.get("/shops/all/?state=pending").content.decode()
    assert client.post(f"/shops/{shop.pk}/review/", {"approve": "0", "opinion": ""}).status_code == 422
    assert client.post(f"/shops/{shop.pk}/review/", {"approve": "1"}).status_code == 302
    people.sign_in(client, owner)
    assert client.post(f"/shops/{shop.pk}/agreement/", {"version": "1"}).status_code == 422
    assert client.post(f"/shops/{shop.pk}/agreement/", {"version": "1", "agree": "on"}).status_code == 302
    shop.refresh_from_db()
    assert (shop.state, client.get(f"/shops/{shop.pk}/plate/").status_code) == ("active", 200)


def test_strangers_and_other_merchants_find_no_doors(client, shop, elsewhere):
    rival, offer = people.person(elsewhere), make.offer(shop, state="draft")
    make.merchant(elsewhere, rival)
    people.sign_in(client, rival)
    for path in ("offers/", "offers/new/", "clerks/", "plate/", "agreement/", "change/"):
        assert client.get(f"/shops/{shop.pk}/{path}").status_code == 404
    assert client.get(f"/offers/{offer.pk}/").status_code == 404
    assert client.post(f"/offers/{offer.pk}/publish/").status_code == 404
    assert client.post(f"/shops/{shop.pk}/suspend/", {"reason": "x"}).status_code == 422
    assert client.post(f"/shops/{shop.pk}/review/", {"approve": "1"}).status_code == 422
    assert (Offer.objects.get().state, Merchant.objects.get(pk=shop.pk).state) == ("draft", "active")


def test_an_offer_is_made_with_a_photo_and_published(client, shop, owner, db):
    people.sign_in(client, owner)
    given = {
        "title": "小面一碗",
        "points": "20",
        "stock": "5",
        "per_person": "",
        "worth": "9.50",
        "starts_on": timezone.now().date(),
        "photo": photo(),
    }
    assert client.post(f"/shops/{shop.pk}/offers/new/", given).status_code == 302
    offer = Offer.objects.get()
    assert (offer.worth_fen, offer.per_person, offer.photos.count(), offer.state) == (950, 0, 1, "draft")
    picture = client.get(f"/offers/photos/{offer.photos.get().pk}/")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert client.post(f"/offers/{offer.pk}/publish/").status_code == 302
    client.logout()
    assert "小面一碗" in client.get("/offers/").content.decode()


def test_what_is_no_photo_or_no_number_redraws_the_form(client, shop, owner):
    people.sign_in(client, owner)
    given = {"title": "小面", "points": "20", "stock": "5", "starts_on": "2026-11-24"}
    fake = client.post(f"/shops/{shop.pk}/offers/new/", {**given, "photo": SimpleUploadedFile("a.png", b"MZ")})
    assert (fake.status_code, "photo" in fake.context["form"].errors) == (422, True)
    for wrong in ({"points": "0"}, {"points": "-5"}, {"stock": "9" * 30}, {"worth": "NaN"}, {"area_ids": ["999999"]}):
        assert client.post(f"/shops/{shop.pk}/offers/new/", {**given, **wrong}).status_code == 422
    assert Offer.objects.count() == 0


def test_a_clerk_joins_by_the_invitation_and_leaves(client, shop, owner, helper):
    people.sign_in(client, owner)
    url = client.post(f"/shops/{shop.pk}/clerks/", {"counter": "二号柜台"}).context["url"]
    path = url.split("testserver")[1]
    people.sign_in(client, helper)
    assert "老码头小面" in client.get(path).content.decode()
    assert client.post(path).status_code == 302
    clerk = Clerk.objects.current().get(person=helper)
    assert client.get(f"/shops/{shop.pk}/offers/new/").status_code == 404
    assert client.post(f"/shops/{shop.pk}/clerks/{clerk.pk}/end/").status_code == 302
    assert not Clerk.objects.current().filter(person=helper).exists()


@pytest.mark.parametrize("path", ["/shops/", "/offers/", "/shops/mine/", "/shops/all/"])
def test_lists_cost_the_same_for_one_and_for_three_rows(client, community, owner, coordinator, django_assert_num_queries, path):
    def add():
        shop = make.merchant(community, owner)
        make.offer(shop, starts_on=timezone.now().date())

    people.sign_in(client, coordinator if path == "/shops/all/" else owner)
    add()
    client.get(path)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(path)
    add(), add()
    with django_assert_num_queries(len(one)):
        client.get(path)


def test_the_export_of_the_staff_holds_their_area_only(client, community, elsewhere, coordinator, shop):
    make.merchant(elsewhere, name="远方小店")
    people.sign_in(client, coordinator)
    sheet = load_workbook(BytesIO(b"".join(client.get("/shops/export/").streaming_content))).active
    assert [row[1].value for row in sheet.iter_rows()] == ["店名", "老码头小面"]


def test_the_map_and_the_list_show_open_shops_of_the_chosen_area(client, community, elsewhere, shop):
    make.merchant(elsewhere, name="远方小店")
    make.merchant(community, name="还没开的店", state="approved")
    page = client.get(f"/shops/?area={community.pk}")
    assert [pin["name"] for pin in page.context["told"]["pins"]] == ["老码头小面"]
    assert [row.name for row in page.context["page"]] == ["老码头小面"]
    assert [row.name for row in client.get("/shops/?q=远方").context["page"]] == ["远方小店"]
    assert [row.name for row in client.get("/shops/?kind=hair").context["page"]] == []


def test_the_owner_hears_what_was_decided(community, coordinator, owner, now):
    from chunshui.kernel.models import Event
    from chunshui.notices.models import Message
    from chunshui.redemption import commands
    from chunshui.redemption.reactions.merchants import tell_owners

    shop = make.merchant(community, owner, state="pending", opened_at=None)
    commands.review_merchant(actor=coordinator, merchant_id=shop.pk, approve=False, opinion="执照过期了", now=now)
    for _twice in range(2):
        tell_owners(Event.objects.get(name="redemption.merchant_reviewed"))
    assert list(Message.objects.filter(person=owner).values_list("title", "body")) == [(f"“{shop.name}”没有通过审核", "执照过期了")]
