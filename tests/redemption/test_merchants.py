"""A merchant applies, is reviewed, signs, is suspended and leaves; who acts for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.redemption import commands, policies, queries
from chunshui.redemption.models import Acceptance, Clerk, Merchant, Offer
from chunshui.redemption.states import AGREEMENTS, badge_of, business_code_fault, exposure_of, yuan
from tests.factories import people
from tests.factories import redemption as make

pytestmark = pytest.mark.django_db
GOOD = "91110000600037341L"


def given(community, **more):
    values = {"area_id": community.pk, "name": "老码头小面", "kind": "food", "credit_code": GOOD, "address": "莺花巷 3 号", "phone": "023-67001234"}
    return {**values, "manager": "周店主", "pledge": True, **more}


@pytest.fixture
def owner(community):
    return people.person(community, "周店主")


@pytest.fixture
def shop(community, owner):
    return make.merchant(community, owner)


# --- applying


def test_applying_makes_a_merchant_that_waits_and_its_owner(community, owner, now):
    made = commands.apply_merchant(actor=owner, now=now, **given(community, credit_code=" 91110000600037341l "))
    assert (made.state, made.number, made.credit_code, made.community_id) == ("pending", f"S{made.pk:07d}", GOOD, community.pk)
    assert list(Clerk.objects.values_list("person_id", "is_owner", "counter")) == [(owner.pk, True, "一号柜台")]
    assert list(Event.objects.values_list("name", flat=True)) == ["redemption.merchant_applied"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("91110000600037341", "统一社会信用代码是 18 位，现在是 17 位。"),
        ("9111000060003734IL", "第 17 位“I”不会出现在代码里（不用字母 I、O、S、V、Z）。"),
        ("91110000600037342L", "代码对不上：最后一位是校验码，请对照证书逐位核对。"),
        ("52500199000000001" + "X", "代码对不上：最后一位是校验码，请对照证书逐位核对。"),
        ("９" * 18, "第 1 位“９”不会出现在代码里（不用字母 I、O、S、V、Z）。"),
    ],
)
def test_a_wrong_credit_code_is_told_where_it_is_wrong_and_nothing_is_kept(community, owner, now, code, words):
    with pytest.raises(Refused) as refusal:
        commands.apply_merchant(actor=owner, now=now, **given(community, credit_code=code))
    assert (str(refusal.value), set(refusal.value.fields), Merchant.objects.count()) == (words, {"credit_code"}, 0)


def test_a_code_of_an_association_is_no_business(community):
    assert str(business_code_fault(make.credit_code("52500103"))) == "商家的代码以 91、92 或 93 开头；这一个是“52”开头的，请对照营业执照。"


def test_a_code_is_held_by_one_merchant_until_it_leaves(community, owner, now):
    first = commands.apply_merchant(actor=owner, now=now, **given(community))
    with pytest.raises(Refused) as refusal:
        commands.apply_merchant(actor=people.person(community), now=now, **given(community))
    assert (refusal.value.code, Merchant.objects.count()) == ("code_taken", 1)
    commands.leave_merchant(actor=owner, merchant_id=first.pk, reason="搬走了", now=now)
    commands.apply_merchant(actor=owner, now=now, **given(community))
    assert Merchant.objects.count() == 2


@pytest.mark.parametrize(("more", "field"), [({"pledge": False}, "pledge"), ({"name": "面"}, "name"), ({"kind": "arms"}, "kind"), ({"phone": "12"}, "phone"),
                                             ({"address": ""}, "address"), ({"manager": " "}, "manager")])  # fmt: skip
def test_what_is_missing_is_told_at_its_field(community, owner, now, more, field):
    with pytest.raises(Refused) as refusal:
        commands.apply_merchant(actor=owner, now=now, **given(community, **more))
    assert (set(refusal.value.fields), Merchant.objects.count()) == ({field}, 0)


def test_a_shop_stands_near_its_community_and_in_one(community, street, owner, now):
    for more in ({"latitude": 10.0, "longitude": 10.0}, {"area_id": street.pk}):
        with pytest.raises(Refused):
            commands.apply_merchant(actor=owner, now=now, **given(community, **more))
    assert Merchant.objects.count() == 0


def test_three_applications_may_wait(community, owner, now):
    for _ in range(3):
        commands.apply_merchant(actor=owner, now=now, **given(community, credit_code=make.credit_code()))
    assert policies.can_apply_merchant(owner).code == "too_many"


# --- review and agreement


def test_a_worker_reviews_and_the_owner_signs_and_the_shop_is_open(community, coordinator, owner, now):
    shop = commands.apply_merchant(actor=owner, now=now, **given(community))
    commands.review_merchant(actor=coordinator, merchant_id=shop.pk, approve=True, now=now)
    assert queries.merchant_page(owner, shop.pk, now).agreement == AGREEMENTS[0]
    opened = commands.accept_agreement(actor=owner, merchant_id=shop.pk, version=1, agree=True, now=now)
    assert (opened.state, opened.opened_at, opened.badge) == ("active", now, "leaf")
    assert list(Acceptance.objects.values_list("version", "fingerprint", "by_id")) == [(1, AGREEMENTS[0].fingerprint, owner.pk)]
    assert queries.merchant_page(owner, shop.pk, now).agreement is None


def test_a_refusal_needs_words_and_a_refused_shop_is_filed_again(community, coordinator, owner, now):
    shop = commands.apply_merchant(actor=owner, now=now, **given(community))
    with pytest.raises(Refused):
        commands.review_merchant(actor=coordinator, merchant_id=shop.pk, approve=False, now=now)
    commands.review_merchant(actor=coordinator, merchant_id=shop.pk, approve=False, opinion="执照看不清", now=now)
    again = commands.change_merchant(actor=owner, merchant_id=shop.pk, name="老码头面馆", now=now)
    assert (again.state, again.name, again.review_opinion) == ("pending", "老码头面馆", "执照看不清")


def test_nobody_reviews_the_own_shop(community, coordinator, now):
    shop = commands.apply_merchant(actor=coordinator, now=now, **given(community))
    ruling = policies.can_review_merchant(coordinator, shop)
    assert (ruling.allowed, ruling.code) == (False, "own_case")


@pytest.mark.parametrize(("version", "agree", "code"), [(1, False, "invalid"), (2, True, "old_version"), (0, True, "old_version")])
def test_an_agreement_that_was_not_shown_or_not_agreed_to_opens_nothing(community, owner, now, version, agree, code):
    shop = make.merchant(community, owner, state="approved", opened_at=None)
    with pytest.raises(Refused) as refusal:
        commands.accept_agreement(actor=owner, merchant_id=shop.pk, version=version, agree=agree, now=now)
    shop.refresh_from_db()
    assert (refusal.value.code, shop.state, Acceptance.objects.count()) == (code, "approved", 0)


def test_policies_keep_strangers_clerks_and_other_communities_out(community, elsewhere, shop, helper, now):
    other, clerk = people.staff(elsewhere), people.person(community)
    make.clerk(shop, clerk)
    pending = make.merchant(community, state="pending")
    for stranger in (helper, other):
        assert not policies.can_view_merchant(stranger, pending)
        with pytest.raises(NotFound):
            queries.own_merchant(stranger, shop.pk)
        assert not any(can(stranger, shop) for can in (policies.can_suspend_merchant, policies.can_restore_merchant, policies.can_leave_merchant))
    assert not any(
        can(clerk, shop) for can in (policies.can_change_merchant, policies.can_accept_agreement, policies.can_add_clerk, policies.can_make_offer)
    )


def test_name_and_code_of_an_open_shop_stay_as_reviewed(shop, owner, now):
    with pytest.raises(Refused) as refusal:
        commands.change_merchant(actor=owner, merchant_id=shop.pk, name="别的名字", opening="9:00–21:00", now=now)
    shop.refresh_from_db()
    assert (refusal.value.code, shop.opening) == ("reviewed", "")
    assert commands.change_merchant(actor=owner, merchant_id=shop.pk, opening="9:00–21:00", now=now).opening == "9:00–21:00"


# --- suspended, restored, left


def test_a_suspended_shop_is_hidden_until_it_is_restored(shop, coordinator, helper, now):
    commands.suspend_merchant(actor=coordinator, merchant_id=shop.pk, reason="有投诉，先停一停", now=now)
    with pytest.raises(NotFound):
        queries.visible_merchant(helper, shop.pk)
    commands.restore_merchant(actor=coordinator, merchant_id=shop.pk, now=now)
    assert queries.visible_merchant(helper, shop.pk).state == "active"


def test_a_shop_that_leaves_ends_its_offers(shop, owner, now):
    make.offer(shop)
    commands.leave_merchant(actor=owner, merchant_id=shop.pk, reason="退休了", now=now)
    assert list(Offer.objects.values_list("state", flat=True)) == ["ended"]


# --- clerks


def test_an_invitation_makes_a_clerk_at_a_counter_and_is_no_owner(shop, owner, helper, now):
    text = commands.invite_clerk(actor=owner, merchant_id=shop.pk, counter="二号柜台", now=now)
    clerk = commands.add_clerk(actor=helper, invitation=text, now=now)
    assert (clerk.merchant_id, clerk.counter, clerk.is_owner) == (shop.pk, "二号柜台", False)
    commands.end_clerk(actor=owner, clerk_id=clerk.pk, now=now)
    assert queries.clerk_of(helper, shop) is None


def test_an_altered_or_late_invitation_or_one_of_a_former_owner_finds_nothing(shop, owner, helper, now):
    text = commands.invite_clerk(actor=owner, merchant_id=shop.pk, counter="二号柜台", now=now)
    for wrong in (text[:-2], text.swapcase(), "", "x:y:z"):
        with pytest.raises(NotFound):
            commands.add_clerk(actor=helper, invitation=wrong, now=now)
    with pytest.raises(NotFound):
        commands.add_clerk(actor=helper, invitation=text, now=now + timedelta(hours=25))
    Clerk.objects.filter(person=owner).update(ended_at=now)
    with pytest.raises(NotFound):
        commands.add_clerk(actor=helper, invitation=text, now=now)
    assert Clerk.objects.current().count() == 0


def test_the_last_owner_stays_and_strangers_end_nobody(shop, owner, helper, now):
    own = queries.clerk_of(owner, shop)
    with pytest.raises(Refused) as refusal:
        commands.end_clerk(actor=owner, clerk_id=own.pk, now=now)
    assert (refusal.value.code, bool(policies.can_end_clerk(helper, own))) == ("last_owner", False)


def test_two_records_of_one_owner_are_one_clerk_and_part_again(community, street_official, owner, shop, now):
    from chunshui.people import commands as person_commands

    twin = people.person(community, owner.name, born_on=owner.born_on)
    make.clerk(shop, twin, "二号柜台")
    other = make.merchant(community, twin)
    merge = person_commands.merge_people(actor=street_official, kept_id=owner.pk, gone_id=twin.pk, reason="同一个人", now=now)
    commands.take_over_counters(merge_id=merge.pk, now=now)
    current = lambda: list(Clerk.objects.current().order_by("id").values_list("merchant_id", "person_id", "is_owner"))  # noqa: E731
    assert current() == [(shop.pk, owner.pk, True), (other.pk, owner.pk, True)]
    commands.give_back_counters(merge_id=merge.pk)
    assert current() == [(shop.pk, owner.pk, True), (shop.pk, twin.pk, False), (other.pk, twin.pk, True)]


# --- figures


def test_badges_ask_for_customers_and_money_given():
    rules = (20, 60, 300, 1000)
    assert [badge_of(customers, fen, rules) for customers, fen in ((59, 200_000), (60, 99_999), (60, 100_000), (19, 10**9), (20, 29_999))] == [
        "silver", "silver", "gold", "leaf", "leaf"]  # fmt: skip


def test_exposure_counts_customers_gifts_badge_and_a_fading_start():
    assert (exposure_of(7, 25_000, "silver", 400), exposure_of(0, 0, "leaf", 0), exposure_of(0, 10**8, "gold", 29)) == (37, 30, 61)


def test_yuan_to_the_last_fen():
    assert [yuan(fen) for fen in (0, 5, 120_050, -1)] == ["0.00", "0.05", "1,200.50", "-0.01"]
