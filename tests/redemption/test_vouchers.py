"""A voucher's whole life: hold, code, counter, expiry, refund; every wrong code has its own clear answer and moves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel import events as kernel_events
from chunshui.kernel.errors import NotFound, Refused
from chunshui.ledger import commands as ledger_commands
from chunshui.ledger import queries as ledger
from chunshui.ledger.models import Transfer
from chunshui.ledger.states import RECYCLED, Line, Place
from chunshui.notices.models import Message
from chunshui.redemption import commands, policies, queries
from chunshui.redemption.models import Lot, Voucher
from chunshui.redemption.states import ALPHABET
from tests.factories import people
from tests.factories import redemption as shops
from tests.factories import vouchers as make
from tests.redemption.books import books

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(community):
    return people.person(community, "杨师傅")


@pytest.fixture
def shop(community, clerk):
    return shops.merchant(community, clerk)


@pytest.fixture
def of(shop):
    return shops.offer(shop)


@pytest.fixture
def rich(helper):
    """A volunteer with 50 points."""
    make.earn(helper, 50)
    return helper


def balance(owner, kind="person"):
    return ledger.balance(kind, owner.pk, "points")


def refused(expected, verb, /, **more):
    before = Transfer.objects.count(), list(Voucher.objects.values()), list(Lot.objects.values())
    with pytest.raises(Refused) as caught:
        verb(**more)
    assert caught.value.code == expected
    assert (Transfer.objects.count(), list(Voucher.objects.values()), list(Lot.objects.values())) == before
    books()


def test_an_offer_is_taken_held_shown_and_settled(rich, clerk, shop, of, now):
    voucher = make.held(rich, of)
    code = queries.code_of(voucher)
    assert (len(code), set(code) <= set(ALPHABET), voucher.expires_at - now) == (6, True, timedelta(minutes=15))
    assert (balance(rich), queries.points_of(rich, now).held) == (30, 20)
    assert commands.present_code(actor=clerk, code=f" {code[:3].lower()}-{code[3:]} ", now=now) == voucher
    done = commands.settle_code(actor=clerk, code=code, now=now)
    assert (done.state, done.settled_by, done.is_new_customer, balance(shop, "merchant"), balance(rich)) == ("settled", clerk, True, 20, 30)
    kernel_events.settle(now + timedelta(minutes=1))
    assert "兑换成功" in Message.objects.get(person=rich, kind="redemption.settled").title
    books()


def test_the_code_is_nowhere_in_the_database(rich, of):
    voucher = make.held(rich, of)
    code = queries.code_of(voucher)
    assert [value for value in Voucher.objects.values_list().get() if code in str(value)] == []


def test_taken_twice_by_mistake_is_taken_once(rich, of):
    assert make.held(rich, of) == make.held(rich, of)
    assert (balance(rich), Voucher.objects.count()) == (30, 1)
    of.refresh_from_db()
    assert (of.stock, of.taken) == (9, 1)


def test_too_few_points_are_said_in_figures(helper, of, now):
    make.earn(helper, 10)
    with pytest.raises(Refused, match="要 20 分，现有 10 分"):
        commands.take_offer(actor=helper, offer_id=of.pk, now=now)
    refused("not_enough", commands.take_offer, actor=helper, offer_id=of.pk, now=now)


def test_only_a_volunteer_takes_offers(resident, clerk, of, now):
    for who in (resident, clerk):
        assert policies.can_take_offer(who).code == "forbidden"
        refused("forbidden", commands.take_offer, actor=who, offer_id=of.pk, now=now)


def test_the_last_one_and_the_limit_of_each_person_hold(rich, shop, clerk, now):
    last, limited = shops.offer(shop, stock=0), shops.offer(shop, per_person=1, points=5)
    refused("not_to_be_had", commands.take_offer, actor=rich, offer_id=last.pk, now=now)
    commands.settle_code(actor=clerk, code=queries.code_of(make.held(rich, limited)), now=now)
    refused("limit_reached", commands.take_offer, actor=rich, offer_id=limited.pk, now=now)


@pytest.mark.parametrize("text", ["", "ABC", "000000", "ABCDEFG", "IIIIII", "' OR 1=1", "２３４５６７"])
def test_a_code_that_was_never_given_is_refused(rich, clerk, of, now, text):
    make.held(rich, of)
    refused("unknown_code", commands.settle_voucher, actor=clerk, code=text, now=now)


def test_a_replayed_code_is_refused_with_its_time(rich, clerk, of, now):
    code = queries.code_of(make.held(rich, of))
    commands.settle_code(actor=clerk, code=code, now=now)
    with pytest.raises(Refused, match="已经用过"):
        commands.settle_code(actor=clerk, code=code, now=now)
    refused("used_code", commands.settle_voucher, actor=clerk, code=code, now=now)


def test_a_foreign_code_is_refused_at_another_counter(rich, of, community, now):
    other = people.person(community, "别家店员")
    shops.merchant(community, other)
    refused("foreign_code", commands.settle_voucher, actor=other, code=queries.code_of(make.held(rich, of)), now=now)


def test_a_stranger_and_the_volunteer_settle_nothing(rich, shop, stranger, of, now):
    code = queries.code_of(make.held(rich, of))
    refused("foreign_code", commands.settle_voucher, actor=stranger, code=code, now=now)
    shops.clerk(shop, rich)
    refused("own_case", commands.settle_voucher, actor=rich, code=code, now=now)


def test_a_suspended_shop_settles_nothing(rich, shop, clerk, of, now):
    code = queries.code_of(make.held(rich, of))
    type(shop).objects.filter(pk=shop.pk).update(state="suspended")
    refused("wrong_state", commands.settle_voucher, actor=clerk, code=code, now=now)


def test_an_expired_code_is_refused_and_the_points_come_back(rich, clerk, of, now):
    code, later = queries.code_of(make.held(rich, of)), now + timedelta(minutes=15)
    refused("expired_code", commands.settle_voucher, actor=clerk, code=code, now=later)
    assert (commands.expire_vouchers(now=later), commands.expire_vouchers(now=later)) == (1, 0)
    of.refresh_from_db()
    assert (balance(rich), Voucher.objects.get().state, of.stock, list(Lot.objects.values_list("left", flat=True))) == (50, "expired", 10, [50])
    refused("expired_code", commands.settle_voucher, actor=clerk, code=code, now=later)


def test_cancelling_gives_back_and_gains_no_day(rich, clerk, of, now):
    Lot.objects.update(expires_on=now.date())
    voucher = make.held(rich, of)
    commands.cancel_voucher(actor=rich, voucher_id=voucher.pk, now=now)
    assert (balance(rich), Lot.objects.get().expires_on) == (50, now.date())
    refused("cancelled_code", commands.settle_voucher, actor=clerk, code=queries.code_of(voucher), now=now)
    refused("wrong_state", commands.cancel_voucher, actor=rich, voucher_id=voucher.pk, now=now)


def test_other_peoples_vouchers_do_not_exist(rich, second_helper, clerk, of, now):
    voucher = make.held(rich, of)
    for who in (second_helper, clerk):
        with pytest.raises(NotFound):
            commands.cancel_voucher(actor=who, voucher_id=voucher.pk, now=now)
    assert (policies.can_view_voucher(second_helper, voucher, serves=False).allowed, policies.can_cancel_voucher(clerk, voucher).allowed) == (
        False,
        False,
    )
    assert policies.can_settle_voucher(clerk, voucher).allowed


def test_the_merchant_gives_back_for_some_days(rich, clerk, shop, of, now):
    Lot.objects.update(expires_on=now.date())
    voucher = commands.settle_code(actor=clerk, code=queries.code_of(make.held(rich, of)), now=now)
    refused("reason_missing", commands.refund_voucher, actor=clerk, voucher_id=voucher.pk, reason=" ", now=now)
    refused("forbidden", commands.refund_voucher, actor=rich, voucher_id=voucher.pk, reason="不想要了", now=now)
    refused("too_late", commands.refund_voucher, actor=clerk, voucher_id=voucher.pk, reason="没货", now=now + timedelta(days=8))
    commands.refund_voucher(actor=clerk, voucher_id=voucher.pk, reason="没货了", now=now)
    assert (balance(rich), balance(shop, "merchant"), Lot.objects.get().expires_on) == (50, 0, now.date() + timedelta(days=30))
    refused("wrong_state", commands.refund_voucher, actor=clerk, voucher_id=voucher.pk, reason="再来", now=now)
    refused("refunded_code", commands.settle_voucher, actor=clerk, code=queries.code_of(voucher), now=now)
    until = queries.may_refund_until(voucher, now)
    assert policies.can_refund_voucher(rich, voucher, serves=False, until=until, now=now).code == "forbidden"


def test_a_merchant_whose_points_went_back_already_is_helped_out(rich, clerk, shop, of, community, now):
    voucher = commands.settle_code(actor=clerk, code=queries.code_of(make.held(rich, of)), now=now)
    ledger_commands.move(key="recycled", lines=[Line("recycle", Place("merchant", shop.pk), RECYCLED, "points", 20)], at=now)
    commands.refund_voucher(actor=clerk, voucher_id=voucher.pk, reason="没货了", now=now)
    assert (balance(rich), balance(shop, "merchant"), balance(community, "issuer")) == (50, 0, -70)
    books()


def test_guessing_is_stopped(clerk, shop, now):
    for _try in range(60):
        with pytest.raises(Refused, match="没有这个码"):
            commands.settle_code(actor=clerk, code="ABCDEF", now=now)
    with pytest.raises(Refused) as caught:
        commands.present_code(actor=clerk, code="ABCDEF", now=now)
    assert caught.value.code == "too_many"


def test_what_expires_first_is_used_first(helper, shop, now):
    for points, days_ago in ((30, 3), (30, 2), (30, 1)):
        make.earn(helper, points, days_ago=days_ago)
    make.held(helper, shops.offer(shop, points=40))
    assert list(Lot.objects.order_by("id").values_list("left", flat=True)) == [0, 20, 30]
    books()


def test_a_dispute_is_decided_by_somebody_of_the_community(rich, clerk, shop, of, coordinator, far_coordinator, now):
    voucher = commands.settle_code(actor=clerk, code=queries.code_of(make.held(rich, of)), now=now)
    refused("words_missing", commands.open_dispute, actor=rich, voucher_id=voucher.pk, words=" ", now=now)
    refused("too_late", commands.open_dispute, actor=rich, voucher_id=voucher.pk, words="没给", now=now + timedelta(days=31))
    refused("forbidden", commands.open_dispute, actor=clerk, voucher_id=voucher.pk, words="没给", now=now)
    dispute = commands.open_dispute(actor=rich, voucher_id=voucher.pk, words="没拿到豆花", now=now)
    refused("disputed_already", commands.open_dispute, actor=rich, voucher_id=voucher.pk, words="没给", now=now)
    with pytest.raises(NotFound):
        commands.decide_dispute(actor=far_coordinator, dispute_id=dispute.pk, is_upheld=True, result="退", now=now)
    for who, code in ((rich, "own_case"), (clerk, "own_case")):
        refused(code, commands.decide_dispute, actor=who, dispute_id=dispute.pk, is_upheld=True, result="退", now=now)
    refused("reason_missing", commands.decide_dispute, actor=coordinator, dispute_id=dispute.pk, is_upheld=True, result="", now=now)
    commands.decide_dispute(actor=coordinator, dispute_id=dispute.pk, is_upheld=True, result="监控里没有交付", now=now)
    assert (balance(rich), balance(shop, "merchant"), Voucher.objects.get().state) == (50, 0, "refunded")
    refused("wrong_state", commands.decide_dispute, actor=coordinator, dispute_id=dispute.pk, is_upheld=True, result="再退", now=now)
    kernel_events.settle(now + timedelta(minutes=1))
    assert Message.objects.filter(person=coordinator, kind="redemption.disputed").count() == 1
    assert Message.objects.get(person=rich, kind="redemption.dispute_decided").body == "监控里没有交付"


def test_a_dispute_that_is_dismissed_moves_nothing(rich, clerk, shop, of, coordinator, now):
    voucher = commands.settle_code(actor=clerk, code=queries.code_of(make.held(rich, of)), now=now)
    dispute = commands.open_dispute(actor=rich, voucher_id=voucher.pk, words="没拿到豆花", now=now)
    assert policies.can_decide_dispute(coordinator, dispute, serves=False).allowed
    assert not policies.can_view_dispute(people.person(shop.area), dispute, serves=False)
    commands.decide_dispute(actor=coordinator, dispute_id=dispute.pk, is_upheld=False, result="监控里给了", now=now)
    assert (balance(rich), balance(shop, "merchant"), Voucher.objects.get().state) == (30, 20, "settled")
    books()
