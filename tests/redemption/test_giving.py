"""Giving back: pledged, declared, booked by a second person, spent, reversed; the ranking, badges and recycled points."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.db.models import Sum
from django.utils import timezone
from PIL import Image

from chunshui.kernel import events as facts
from chunshui.kernel.errors import NotFound, Refused
from chunshui.ledger import commands as ledger
from chunshui.ledger import queries as books
from chunshui.ledger.models import Account, Transfer
from chunshui.ledger.states import AccountKind, Kind, Line, Place, Unit, issuer
from chunshui.redemption import commands, policies, queries
from chunshui.redemption.models import CircleMonth, FundEntry, Merchant, MerchantMonth, Pledge, Receipt, Recycling
from tests.factories import people
from tests.factories import redemption as make

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def owner(community):
    return people.person(community, "周店主")


@pytest.fixture
def shop(community, owner):
    return make.merchant(community, owner, name="老码头小面")


def picture() -> BytesIO:
    out = BytesIO()
    Image.new("RGB", (30, 20), "white").save(out, "PNG")
    out.seek(0)
    out.name = "receipt.png"
    return out


def given(shop, owner, now, **more):
    values = {"fen": 12_345, "month": NOVEMBER, "words": "十一月的一成利润", "receipts": [picture()]}
    return commands.give_back(actor=owner, merchant_id=shop.pk, now=now, **{**values, **more})


def fund_of(community) -> int:
    return books.balance(AccountKind.FUND, community.pk, Unit.FEN)


def test_money_given_is_public_when_a_second_person_has_seen_it(shop, community, owner, coordinator, helper, now):
    entry = given(shop, owner, now)
    with pytest.raises(NotFound):
        queries.visible_entry(helper, entry.pk)
    assert fund_of(community) == 0
    commands.confirm_entry(actor=coordinator, entry_id=entry.pk, now=now)
    facts.settle(timezone.now())
    assert (fund_of(community), queries.visible_entry(helper, entry.pk).state) == (12_345, "booked")
    page = queries.fund_page(community)
    assert (page.balance, page.came, page.went) == ("123.45", "123.45", "0.00")
    assert list(MerchantMonth.objects.values_list("month", "given_fen")) == [(NOVEMBER, 12_345)]
    assert CircleMonth.objects.aggregate(fen=Sum("given_back_fen"))["fen"] == 12_345


def test_whoever_enters_never_confirms(shop, community, coordinator, now):
    own = commands.declare_entry(
        actor=coordinator, area_id=community.pk, kind="donation", fen=500, month=NOVEMBER, party="王叔", words="买水", receipts=[picture()], now=now
    )
    for verb in (commands.confirm_entry, commands.refuse_entry):
        with pytest.raises(Refused) as refusal:
            verb(actor=coordinator, entry_id=own.pk, opinion="可以", now=now)
        assert refusal.value.code == "own_case"
    make.clerk(shop, coordinator)
    assert policies.can_confirm_entry(coordinator, make.entry(community, kind="give_back", merchant=shop)).code == "own_case"
    assert (FundEntry.objects.get(pk=own.pk).state, Transfer.objects.count()) == ("declared", 0)


def test_staff_of_another_community_and_strangers_decide_nothing(shop, community, elsewhere, owner, helper, now):
    entry, other = given(shop, owner, now), people.staff(elsewhere)
    for stranger in (helper, other):
        with pytest.raises(NotFound):
            commands.confirm_entry(actor=stranger, entry_id=entry.pk, now=now)
        assert not any(can(stranger, entry) for can in (policies.can_view_entry, policies.can_refuse_entry, policies.can_reverse_entry))
    assert not policies.can_declare_entry(other, community)
    assert not policies.can_recycle_points(other, shop)
    assert fund_of(community) == 0


@pytest.mark.parametrize(("more", "field"), [({"fen": 0}, "fen"), ({"fen": -1}, "fen"), ({"fen": 50_000_001}, "fen"), ({"fen": 10**18}, "fen"),
                                             ({"month": date(2026, 12, 1)}, "month"), ({"words": " "}, "words"), ({"receipts": []}, "receipts")])  # fmt: skip
def test_edited_amounts_future_months_and_missing_receipts_are_refused_and_nothing_is_kept(shop, owner, now, more, field):
    with pytest.raises(Refused) as refusal:
        given(shop, owner, now, **more)
    assert (set(refusal.value.fields), FundEntry.objects.count(), Receipt.objects.count()) == ({field}, 0, 0)


def test_a_gift_for_another_merchant_finds_no_door(shop, elsewhere, now):
    rival = people.person(elsewhere)
    make.merchant(elsewhere, rival)
    with pytest.raises(NotFound):
        given(shop, rival, now)
    assert (bool(policies.can_give_back(rival, shop)), bool(policies.can_pledge(rival, shop)), FundEntry.objects.count()) == (False, False, 0)


def test_more_than_the_largest_transfer_goes_in_parts_and_a_second_confirmation_moves_nothing(shop, community, owner, coordinator, now):
    entry = given(shop, owner, now, fen=2_500_001)
    commands.confirm_entry(actor=coordinator, entry_id=entry.pk, now=now)
    with pytest.raises(Refused) as refusal:
        commands.confirm_entry(actor=coordinator, entry_id=entry.pk, now=now)
    assert (refusal.value.code, fund_of(community), Transfer.objects.count()) == ("wrong_state", 2_500_001, 3)


def test_money_goes_out_only_as_far_as_it_is_there(community, coordinator, street_official, now):
    spending = make.entry(community, kind="spending", fen=10_001, party="面粉店", words="重阳节长寿面")
    with pytest.raises(Refused) as refusal:
        commands.confirm_entry(actor=coordinator, entry_id=spending.pk, now=now)
    spending.refresh_from_db()
    assert (refusal.value.code, spending.state, fund_of(community)) == ("not_enough", "declared", 0)
    commands.confirm_entry(actor=coordinator, entry_id=make.entry(community, fen=10_001).pk, now=now)
    commands.confirm_entry(actor=coordinator, entry_id=spending.pk, now=now)
    assert (fund_of(community), queries.fund_page(community).went) == (0, "100.01")


def test_a_booked_entry_is_reversed_once_and_both_stay_public(shop, community, owner, coordinator, helper, now):
    entry = given(shop, owner, now)
    commands.confirm_entry(actor=coordinator, entry_id=entry.pk, now=now)
    with pytest.raises(Refused):
        commands.reverse_entry(actor=coordinator, entry_id=entry.pk, opinion="", now=now)
    commands.reverse_entry(actor=coordinator, entry_id=entry.pk, opinion="转错了账户", now=now)
    with pytest.raises(Refused):
        commands.reverse_entry(actor=coordinator, entry_id=entry.pk, opinion="再来一次", now=now)
    facts.settle(timezone.now())
    assert (fund_of(community), Transfer.objects.count(), queries.visible_entry(helper, entry.pk).state) == (0, 2, "reversed")
    assert list(MerchantMonth.objects.values_list("given_fen", flat=True)) == [0]


def test_a_refused_entry_moves_nothing_and_says_why(shop, community, owner, coordinator, now):
    entry = given(shop, owner, now)
    with pytest.raises(Refused):
        commands.refuse_entry(actor=coordinator, entry_id=entry.pk, opinion=" ", now=now)
    assert commands.refuse_entry(actor=coordinator, entry_id=entry.pk, opinion="没有到账", now=now).state == "refused"
    assert (fund_of(community), list(queries.fund_entries(community))) == (0, [])


def test_a_pledge_replaces_the_one_before_and_none_ends_it(shop, owner, now):
    commands.pledge_share(actor=owner, merchant_id=shop.pk, permille=50, now=now)
    commands.pledge_share(actor=owner, merchant_id=shop.pk, permille=80, words="多给一点", now=now)
    assert (queries.pledge_of(shop).permille, Pledge.objects.count()) == (80, 2)
    with pytest.raises(Refused):
        commands.pledge_share(actor=owner, merchant_id=shop.pk, permille=1001, now=now)
    commands.pledge_share(actor=owner, merchant_id=shop.pk, permille=0, now=now)
    assert queries.pledge_of(shop) is None


# --- recycling


def test_collected_points_go_where_the_community_decided_and_no_further_than_they_are(shop, community, coordinator, now):
    account = Place(AccountKind.MERCHANT, shop.pk)
    ledger.move(key="t", lines=[Line(Kind.EARN, issuer(community.pk), account, Unit.POINTS, 50)], at=now)
    common = {"actor": coordinator, "merchant_id": shop.pk, "reason": "茶摊议定", "now": now}
    commands.recycle_points(points=30, to="recycled", **common)
    commands.recycle_points(points=15, to="issuer", **common)
    with pytest.raises(Refused) as refusal:
        commands.recycle_points(points=6, to="issuer", **common)
    assert (refusal.value.code, Recycling.objects.count(), queries.collected(shop)) == ("not_enough", 2, 5)
    assert (books.balance(AccountKind.RECYCLED, 0, Unit.POINTS), books.balance(AccountKind.ISSUER, community.pk, Unit.POINTS)) == (30, -35)
    assert Account.objects.filter(unit=Unit.POINTS).aggregate(total=Sum("balance"))["total"] == 0


@pytest.mark.parametrize(
    ("more", "field"), [({"points": 0}, "points"), ({"points": 10**9}, "points"), ({"to": "person"}, "to"), ({"reason": ""}, "reason")]
)
def test_a_wrong_recycling_is_told_at_its_field(shop, coordinator, now, more, field):
    values = {"points": 5, "to": "recycled", "reason": "议定", **more}
    with pytest.raises(Refused) as refusal:
        commands.recycle_points(actor=coordinator, merchant_id=shop.pk, now=now, **values)
    assert (set(refusal.value.fields), Recycling.objects.count()) == ({field}, 0)


# --- ranking and badges


def test_the_ranking_of_a_month_shares_places_and_knows_its_area(shop, community, elsewhere):
    others = [make.merchant(community), make.merchant(elsewhere), make.merchant(community, state="suspended")]
    for merchant, customers in zip((shop, *others), (3, 3, 9, 99), strict=True):
        MerchantMonth.objects.create(merchant=merchant, month=NOVEMBER, customers=customers)
    assert [(row.place, row.customers) for row in queries.ranking(None, NOVEMBER)] == [(1, 9), (2, 3), (2, 3)]
    assert [row.place for row in queries.ranking(community, NOVEMBER)] == [1, 1]
    assert queries.ranking(community, date(2026, 10, 1)) == []


def test_a_night_reckons_badges_and_the_order_once(shop, community, now):
    MerchantMonth.objects.create(merchant=shop, month=date(2026, 1, 1), customers=40, given_fen=70_000)
    MerchantMonth.objects.create(merchant=shop, month=NOVEMBER, customers=20, given_fen=30_000)
    fresh = make.merchant(community)
    Merchant.objects.filter(pk=shop.pk).update(opened_at=now.replace(year=2025))
    assert (commands.rank_merchants(now=now), commands.rank_merchants(now=now)) == (2, 0)
    shop.refresh_from_db(), fresh.refresh_from_db()
    assert (shop.badge, shop.exposure, fresh.badge, fresh.exposure) == ("gold", 20 + 30 + 10, "leaf", 30)
    assert [row.pk for row in queries.find_merchants(None, now=now)] == [shop.pk, fresh.pk]


def test_months_are_read_strictly(now):
    assert [queries.month_of(text, now) for text in ("2026-02", "2026-13", "1800-01", "x", "")] == [date(2026, 2, 1), *[NOVEMBER] * 4]
    assert (queries.months_back(NOVEMBER, 11), queries.months_back(NOVEMBER, -2)) == (date(2025, 12, 1), date(2027, 1, 1))


# --- pages


def test_the_public_sees_every_fen_without_signing_in(client, shop, community, owner, coordinator, now):
    entry = given(shop, owner, now)
    assert client.get(f"/fund/entries/{entry.pk}/").status_code == 404
    assert client.get(f"/fund/receipts/{entry.receipts.get().pk}/").status_code == 404
    people.sign_in(client, coordinator)
    assert "老码头小面" in client.get("/fund/waiting/").content.decode()
    assert client.post(f"/fund/entries/{entry.pk}/confirm/").status_code == 302
    client.logout()
    assert "123.45" in client.get(f"/fund/{community.pk}/").content.decode()
    assert client.get(f"/fund/receipts/{entry.receipts.get().pk}/")["Content-Type"] == "image/jpeg"
    assert client.get(f"/fund/{community.pk}/export/").status_code == 200
    assert client.get(f"/fund/{community.parent_id}/").status_code == 404


def test_the_shop_gives_and_pledges_on_one_page(client, shop, owner, helper):
    people.sign_in(client, owner)
    month = timezone.now().strftime("%Y-%m")
    assert client.post(f"/shops/{shop.pk}/give/", {"yuan": "1.005", "month": month, "words": "x"}).status_code == 422
    assert client.post(f"/shops/{shop.pk}/give/", {"yuan": "88.80", "month": month, "words": "利润", "receipts": picture()}).status_code == 302
    assert client.post(f"/shops/{shop.pk}/pledge/", {"percent": "5.5"}).status_code == 302
    assert (FundEntry.objects.get().fen, queries.pledge_of(shop).permille) == (8880, 55)
    people.sign_in(client, helper)
    assert [client.get(f"/shops/{shop.pk}/{page}/").status_code for page in ("give", "statement", "points")] == [404, 404, 403]


def test_the_worker_enters_spending_and_recycles(client, shop, community, coordinator, now):
    ledger.move(key="t", lines=[Line(Kind.EARN, issuer(community.pk), Place(AccountKind.MERCHANT, shop.pk), Unit.POINTS, 50)], at=now)
    people.sign_in(client, coordinator)
    given_in = {
        "kind": "spending",
        "yuan": "20",
        "month": timezone.now().strftime("%Y-%m"),
        "party": "面粉店",
        "words": "面粉",
        "receipts": picture(),
    }
    assert client.post("/fund/new/", given_in).status_code == 302
    assert client.post(f"/shops/{shop.pk}/points/", {"points": "60", "to": "recycled", "reason": "议定"}).status_code == 422
    assert client.post(f"/shops/{shop.pk}/points/", {"points": "50", "to": "recycled", "reason": "议定"}).status_code == 302
    assert (FundEntry.objects.get().kind, queries.collected(shop)) == ("spending", 0)


def test_lists_of_the_fund_cost_the_same_for_one_and_three_rows(client, community, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make.entry(community, state="booked")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/fund/{community.pk}/")
    make.entry(community, state="booked"), make.entry(community, state="reversed")
    with django_assert_num_queries(len(one)):
        client.get(f"/fund/{community.pk}/")
