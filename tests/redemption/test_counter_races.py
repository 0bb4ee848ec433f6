"""Real threads with connections of their own, on whichever database runs: one code, two counters, one wins; no point is spent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.ledger import queries as ledger
from chunshui.redemption import commands, queries
from chunshui.redemption.models import Award, Voucher
from tests.factories import hours, people
from tests.factories import redemption as shops
from tests.factories import vouchers as make
from tests.needs.test_races import race
from tests.redemption.books import books

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_counters_scan_one_code_at_the_same_instant(helper, community, now):
    make.earn(helper, 50)
    shop = shops.merchant(community)
    clerks = [people.person(community) for _ in range(2)]
    for one in clerks:
        shops.clerk(shop, one)
    code = queries.code_of(make.held(helper, shops.offer(shop)))
    answers = race(*(lambda one=one: commands.settle_voucher(actor=one, code=code, now=now) for one in clerks))
    assert sorted(answers) == ["ok", "used_code"]
    assert (ledger.balance("merchant", shop.pk, "points"), ledger.balance("person", helper.pk, "points")) == (20, 30)
    books()


def test_the_counter_and_the_clock_reach_for_one_voucher(helper, community, now):
    make.earn(helper, 50)
    shop, clerk = shops.merchant(community), people.person(community)
    shops.clerk(shop, clerk)
    voucher = make.held(helper, shops.offer(shop))
    code, at = queries.code_of(voucher), voucher.expires_at
    answers = race(
        lambda: commands.settle_voucher(actor=clerk, code=code, now=at - timedelta(seconds=1)),
        lambda: commands.expire_voucher(voucher_id=voucher.pk, now=at),
    )
    voucher.refresh_from_db()
    assert (voucher.state, answers) in [("settled", ["ok", "ok"]), ("expired", ["expired_code", "ok"])]
    books()


def test_points_are_not_spent_twice_nor_the_last_one_given_twice(helper, second_helper, community, now):
    for one in (helper, second_helper):
        make.earn(one, 30)
    last, other = (shops.offer(shops.merchant(community), stock=1) for _ in range(2))
    calls = [(helper, last), (helper, other), (second_helper, last)]
    answers = race(*(lambda who=who, of=of: commands.take_offer(actor=who, offer_id=of.pk, now=now) for who, of in calls))
    assert set(answers) <= {"ok", "not_enough", "not_to_be_had"}
    last.refresh_from_db()
    assert (last.stock, last.taken) in [(0, 1), (1, 0)]
    assert Voucher.objects.filter(offer=last).count() <= 1
    books()


def test_the_same_hours_awarded_by_two_workers_earn_once(helper, now):
    record = hours.record(helper, minutes=60, category="0001")
    assert race(*[lambda: commands.award_points(source=record.source, now=now)] * 2) == ["ok", "ok"]
    assert (Award.objects.count(), ledger.balance("person", helper.pk, "points")) == (1, 10)
