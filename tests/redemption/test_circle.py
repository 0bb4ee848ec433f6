"""The circle of a community: every figure from running totals, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.hours import commands as hours
from chunshui.kernel import events as kernel_events
from chunshui.redemption import commands, queries
from chunshui.redemption.models import CircleMonth
from tests.factories import people
from tests.factories import redemption as shops
from tests.factories import vouchers as make

pytestmark = pytest.mark.django_db


def test_the_circle_counts_each_fact_once_in_its_month(helper, coordinator, community, district, now):
    clerk = people.person(community)
    shop = shops.merchant(community, clerk)
    make.serve(helper, 60, days_ago=1)
    cancelled = make.serve(helper, 12, days_ago=2)
    kernel_events.settle(now + timedelta(minutes=1))
    hours.cancel_record(actor=coordinator, record_id=cancelled.pk, reason="记错了", now=now)
    cheap = shops.offer(shop, points=10)
    for _visit in range(2):
        commands.settle_code(actor=clerk, code=queries.code_of(make.held(helper, cheap)), now=now)
    back = commands.settle_code(actor=clerk, code=queries.code_of(make.held(helper, cheap)), now=now)
    commands.refund_voucher(actor=clerk, voucher_id=back.pk, reason="没货", now=now)
    kernel_events.settle(now + timedelta(minutes=2))
    for area in (community, district):
        whole, months = queries.circle_of(area, now)
        assert (whole.minutes, whole.services, whole.issued, whole.taken_back, whole.net_issued) == (360, 1, 72, 12, 60)
        assert (whole.redeemed, whole.refunded, whole.vouchers, whole.customers) == (30, 10, 3, 1)
        assert [(turn.month, turn.net_redeemed) for turn in months] == [(now.date().replace(day=1), 20)]


def test_the_page_needs_two_queries_however_much_has_happened(community, now, django_assert_num_queries):
    for back in range(3):
        CircleMonth.objects.create(area=community, month=(now.date() - timedelta(days=31 * back)).replace(day=1), minutes=60)
        with django_assert_num_queries(2):
            queries.circle_of(community, now)


def test_years_are_not_mixed_up_and_old_months_count_in_the_whole(community, now):
    for year, month in ((2024, 1), (2025, 11), (2025, 12), (2026, 11)):
        CircleMonth.objects.create(area=community, month=now.date().replace(year=year, month=month, day=1), issued=5)
    whole, months = queries.circle_of(community, now)
    assert (whole.issued, [f"{turn.month:%Y-%m}" for turn in months]) == (20, ["2026-11", "2025-12"])
