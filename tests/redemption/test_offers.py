"""Offers: made, published, paused and ended; who sees them and who may have them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.redemption import commands, policies, queries
from chunshui.redemption.models import Offer, OfferPhoto
from tests.factories import people
from tests.factories import redemption as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(community):
    return people.person(community, "周店主")


@pytest.fixture
def shop(community, owner):
    return make.merchant(community, owner)


def made(shop, owner, now, **more):
    values = {"title": "一碗小面", "points": 20, "stock": 5, "discount": "平时 9 元", "worth_fen": 900}
    return commands.make_offer(actor=owner, merchant_id=shop.pk, now=now, **{**values, **more})


def picture() -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (30, 20), "navy").save(out, "PNG")
    out.seek(0)
    return out


def test_a_draft_is_published_paused_and_ended(shop, owner, helper, now):
    offer = made(shop, owner, now, photos=[picture()])
    assert (offer.state, offer.starts_on, offer.photos.count()) == ("draft", clock.today(now), 1)
    with pytest.raises(NotFound):
        queries.visible_offer(helper, offer.pk)
    commands.publish_offer(actor=owner, offer_id=offer.pk, now=now)
    assert [each.pk for each in queries.find_offers(None, now=now)] == [offer.pk]
    commands.pause_offer(actor=owner, offer_id=offer.pk, now=now)
    assert (list(queries.find_offers(None, now=now)), queries.offer_page(helper, offer.pk, now).why_not) == ([], "暂停")
    commands.end_offer(actor=owner, offer_id=offer.pk, now=now)
    with pytest.raises(Refused) as refusal:
        commands.publish_offer(actor=owner, offer_id=offer.pk, now=now)
    assert (refusal.value.code, policies.can_change_offer(owner, Offer.objects.get()).code) == ("wrong_state", "wrong_state")


@pytest.mark.parametrize(("more", "field"), [({"points": 0}, "points"), ({"points": 2001}, "points"), ({"points": 10**18}, "points"), ({"stock": -1}, "stock"),
                                             ({"stock": 10**12}, "stock"), ({"per_person": 1001}, "per_person"), ({"worth_fen": -1}, "worth_fen"),
                                             ({"title": "面"}, "title")])  # fmt: skip
def test_what_an_offer_cannot_say_is_told_at_its_field(shop, owner, now, more, field):
    with pytest.raises(Refused) as refusal:
        made(shop, owner, now, **more)
    assert (set(refusal.value.fields), Offer.objects.count()) == ({field}, 0)


def test_days_in_the_wrong_order_unknown_areas_and_files_that_are_no_photo_are_refused(shop, owner, now):
    today = clock.today(now)
    for more, error in (
        ({"ends_on": today - timedelta(days=1)}, Refused),
        ({"area_ids": [10**9]}, NotFound),
        ({"photos": [BytesIO(b"MZ")]}, Refused),
    ):
        with pytest.raises(error):
            made(shop, owner, now, **more)
    assert Offer.objects.count() == 0


def test_other_merchants_offers_are_not_to_be_touched(shop, community, elsewhere, now):
    offer, rival = make.offer(shop), people.person(elsewhere)
    make.merchant(elsewhere, rival)
    with pytest.raises(NotFound):
        commands.make_offer(actor=rival, merchant_id=shop.pk, title="假商品", points=1, stock=1, now=now)
    for verb in (commands.publish_offer, commands.pause_offer, commands.end_offer):
        with pytest.raises(Refused):
            verb(actor=rival, offer_id=offer.pk, now=now)
    with pytest.raises(Refused):
        commands.change_offer(actor=rival, offer_id=offer.pk, points=1, now=now)
    assert not any(can(rival, offer) for can in (policies.can_publish_offer, policies.can_pause_offer, policies.can_end_offer))
    offer.refresh_from_db()
    assert (offer.points, offer.state, Offer.objects.count()) == (20, "published", 1)


def test_a_shop_that_is_not_open_keeps_its_offers_to_itself(shop, owner, helper, now):
    offer = make.offer(shop)
    shop.state = "suspended"
    shop.save()
    assert list(queries.find_offers(None, now=now)) == []
    assert not policies.can_view_offer(helper, Offer.objects.select_related("merchant__area").get(pk=offer.pk))
    with pytest.raises(Refused):
        made(shop, owner, now)


def test_an_offer_for_named_communities_is_for_their_people(shop, street, community, elsewhere, helper, now):
    offer = make.offer(shop)
    far = people.volunteer(elsewhere)
    assert policies.is_for(offer, far)
    offer.areas.set([street])
    assert (bool(policies.is_for(offer, helper)), policies.is_for(offer, far).code) == (True, "other_area")
    assert queries.offer_page(far, offer.pk, now).why_not == "这件商品只给指定社区的邻居。"


@pytest.mark.parametrize(
    ("more", "words"), [({"stock": 0}, "已经兑完了。"), ({"days": (1, None)}, "还没到开始的日子。"), ({"days": (-9, -1)}, "已经过期了。")]
)
def test_why_an_offer_cannot_be_had(shop, helper, now, more, words):
    starts, ends = more.pop("days", (0, None))
    today = clock.today(now)
    offer = make.offer(shop, starts_on=today + timedelta(days=starts), ends_on=None if ends is None else today + timedelta(days=ends), **more)
    assert (queries.offer_page(helper, offer.pk, now).why_not, list(queries.find_offers(None, now=now))) == (words, [])


def test_offers_are_found_by_title_shop_kind_and_price(shop, community, elsewhere, now):
    noodles = make.offer(shop, points=30)
    cut = make.offer(make.merchant(elsewhere, name="春风理发", kind="hair"), title="剪发一次", points=50)
    found = lambda area=None, **filters: [each.pk for each in queries.find_offers(area, queries.OfferFilters(**filters), now=now)]  # noqa: E731
    assert (found(), found(community), found(text="春风"), found(text="小面"), found(kind="hair"), found(most_points=30), found(text="，")) == (
        [noodles.pk, cut.pk], [noodles.pk], [cut.pk], [noodles.pk], [cut.pk], [noodles.pk], [])  # fmt: skip


def test_what_lies_beyond_its_last_day_ends_once(shop, now):
    today = clock.today(now)
    make.offer(shop, starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
    make.offer(shop, ends_on=today)
    assert (commands.end_past_offers(now=now), commands.end_past_offers(now=now)) == (1, 0)


def test_a_photo_is_dropped_by_its_own_shop_only(shop, owner, now):
    offer, other = made(shop, owner, now, photos=[picture()]), made(shop, owner, now)
    photo = OfferPhoto.objects.get()
    with pytest.raises(NotFound):
        commands.drop_offer_photo(actor=owner, offer_id=other.pk, photo_id=photo.pk, now=now)
    commands.drop_offer_photo(actor=owner, offer_id=offer.pk, photo_id=photo.pk, now=now)
    assert OfferPhoto.objects.count() == 0


def test_an_edit_of_what_is_not_the_owners_to_edit_is_refused(shop, owner, now):
    offer = make.offer(shop)
    for changes in ({"taken": 0}, {"merchant_id": 1}, {"state": "published"}):
        with pytest.raises(Refused) as refusal:
            commands.change_offer(actor=owner, offer_id=offer.pk, now=now, **changes)
        assert refusal.value.code == "unknown_field"
    assert commands.change_offer(actor=owner, offer_id=offer.pk, stock=99, area_ids=[shop.area_id], now=now).stock == 99
