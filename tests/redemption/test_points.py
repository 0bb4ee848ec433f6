"""Hours become points by the rules of their day, once; lots expire first in, first out; what is cancelled goes back, also when spent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chunshui.areas.models import RuleValue
from chunshui.hours import commands as hours
from chunshui.kernel import events as kernel_events
from chunshui.ledger import queries as ledger
from chunshui.notices.models import Message
from chunshui.redemption import commands, queries
from chunshui.redemption.models import Award, Lot
from chunshui.redemption.states import capped, points_for
from tests.factories import hours as make_hours
from tests.factories import redemption as shops
from tests.factories import vouchers as make
from tests.redemption.books import books

db = pytest.mark.django_db


def lots(person):
    return list(Lot.objects.filter(person=person).order_by("id").values_list("left", flat=True))


def balance(person, kind="person"):
    return ledger.balance(kind, person.pk, "points")


@pytest.mark.parametrize(
    ("minutes", "per_hour", "percent", "points"),
    [(60, 10, 100, 10), (95, 10, 120, 19), (5, 10, 100, 0), (6, 10, 100, 1), (480, 10, 150, 120), (60, 0, 100, 0)],
)
def test_points_are_whole_and_rounded_down(minutes, per_hour, percent, points):
    assert points_for(minutes, per_hour, percent) == points


@given(*[st.integers(0, 500)] * 5)
def test_caps_never_give_more_and_never_less_than_nothing(points, today, month, day_cap, month_cap):
    given_points = capped(points, today, month, day_cap, month_cap)
    assert 0 <= given_points <= points
    assert given_points == 0 or (today + given_points <= day_cap and month + given_points <= month_cap)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [(date(2026, 11, 24), 24, date(2028, 11, 24)), (date(2028, 2, 29), 12, date(2029, 2, 28)), (date(2026, 12, 31), 2, date(2027, 2, 28))],
)
def test_lots_end_on_the_same_day_or_the_last_of_the_month(day, months, end):
    assert queries.months_later(day, months) == end


@given(st.lists(st.integers(1, 50), max_size=8), st.integers(0, 200))
def test_first_in_first_out_takes_exactly_what_is_wanted_or_all_there_is(left, wanted):
    parts = queries.taken_from([Lot(left=each) for each in left], wanted)
    assert sum(part for _lot, part in parts) == min(sum(left), wanted)
    assert all(part == lot.left for lot, part in parts[:-1])


def settled(now):
    kernel_events.settle(now + timedelta(minutes=1))


@db
def test_confirmed_hours_earn_once_through_the_worker(helper, community, now):
    record = make.serve(helper, 16, category="0017")
    settled(now)
    commands.award_points(source=record.source, now=now)
    award = Award.objects.get()
    assert (award.points, award.per_hour, award.percent, award.minutes, balance(helper), lots(helper)) == (19, 10, 120, 96, 19, [19])
    assert Lot.objects.get().expires_on == date(2028, 11, 23)
    assert ledger.balance("issuer", community.pk, "points") == -19
    assert Message.objects.get(person=helper, kind="redemption.awarded").title == "得 19 分：陪同就医"
    books()


@db
def test_the_rule_of_the_day_of_service_counts(helper, community, now):
    RuleValue.objects.create(area=community, key="points.per_hour", value=20, effective_on=now.date(), reason="试点", set_by_id=1, set_at=now)
    make.earn(helper, 10, days_ago=1)
    make.earn(helper, 10, days_ago=0)
    assert list(Award.objects.order_by("id").values_list("per_hour", "points")) == [(10, 10), (20, 20)]


@db
def test_the_caps_of_the_day_and_month_hold(helper, now):
    for hour in (1, 7, 13):
        make.earn(helper, 50, hour=hour - 24)
    assert list(Award.objects.order_by("id").values_list("uncapped", "points")) == [(50, 50), (50, 50), (50, 20)]
    assert balance(helper) == 120
    books()


@db
@pytest.mark.parametrize("more", [{"kind": "2"}, {"state": "3"}, {"minutes": 0}])
def test_honour_hours_cancelled_hours_and_no_hours_earn_nothing(helper, now, more):
    record = make_hours.record(helper, **more)
    assert commands.award_points(source=record.source, now=now) is None
    assert (Award.objects.count(), balance(helper)) == (0, 0)


@db
def test_cancelled_hours_give_back_what_they_earned_once(helper, coordinator, now):
    record, _other = make.serve(helper, 30), make.serve(helper, 40, days_ago=2)
    settled(now)
    hours.cancel_record(actor=coordinator, record_id=record.pk, reason="记错人了", now=now)
    settled(now)
    assert commands.take_back_points(record_id=record.pk, now=now) is None
    assert (balance(helper), balance(helper, "owed"), lots(helper)) == (40, 0, [0, 40])
    assert list(Award.objects.order_by("id").values_list("state", flat=True)) == ["taken_back", "given"]
    books()


@db
def test_what_was_spent_is_owed_and_paid_back_from_the_next_points(helper, coordinator, community, now):
    record, of = make.serve(helper, 30), shops.offer(shops.merchant(community))
    settled(now)
    make.held(helper, of)
    hours.cancel_record(actor=coordinator, record_id=record.pk, reason="记错人了", now=now)
    settled(now)
    assert (balance(helper), ledger.owed(helper.pk, "points"), lots(helper)) == (0, 20, [0])
    assert queries.points_of(helper, now).owed == 20
    assert "少的 20 分" in Message.objects.get(person=helper, kind="redemption.taken_back").body
    make.earn(helper, 15, days_ago=2)
    assert (balance(helper), ledger.owed(helper.pk, "points"), lots(helper)) == (0, 5, [0, 0])
    make.earn(helper, 15, days_ago=3)
    assert (balance(helper), ledger.owed(helper.pk, "points"), lots(helper)) == (10, 0, [0, 0, 10])
    books()


@db
def test_what_was_spent_is_forgiven_where_the_rule_says_so(helper, coordinator, community, now):
    RuleValue.objects.create(
        area=community, key="ledger.shortfall", value="forgive", effective_on=date(2026, 1, 1), reason="议定", set_by_id=1, set_at=now
    )
    earned, of = make.earn(helper, 30), shops.offer(shops.merchant(community))
    make.held(helper, of)
    commands.take_back_points(record_id=earned.record_id, now=now)
    assert (balance(helper), ledger.owed(helper.pk, "points"), ledger.balance("issuer", community.pk, "points")) == (0, 0, -20)
    books()


@db
def test_hours_cancelled_before_the_points_came_never_earn(helper, now):
    record = make_hours.record(helper, minutes=60)
    commands.take_back_points(record_id=record.pk, now=now)
    commands.award_points(source=record.source, now=now)
    assert (Award.objects.get().state, balance(helper)) == ("void", 0)


@db
def test_points_expire_by_lot_after_their_last_day(helper, now):
    make.earn(helper, 30, days_ago=2)
    make.earn(helper, 40, days_ago=1)
    last = Lot.objects.earliest("expires_on").expires_on
    noon = now.replace(year=last.year, month=last.month, day=last.day)
    assert commands.expire_points(now=noon) == 0
    assert commands.expire_points(now=noon + timedelta(days=1)) == 1
    assert commands.expire_points(now=noon + timedelta(days=1)) == 0
    assert (balance(helper), lots(helper), ledger.balance("expired", 0, "points")) == (40, [0, 40], 30)
    books()


@db
def test_the_end_is_told_once_thirty_days_before(helper, now):
    make.earn(helper, 30, days_ago=2)
    make.earn(helper, 40, days_ago=1)
    first = Lot.objects.earliest("expires_on").expires_on
    noon = now.replace(year=first.year, month=first.month, day=first.day)
    told = [commands.remind_of_expiry(now=noon - timedelta(days=days)) for days in (40, 31, 30, 30, 29, 28)]
    assert told == [0, 0, 1, 0, 1, 0]
    settled(noon)
    assert sorted(Message.objects.filter(kind="redemption.expiring").values_list("title", flat=True)) == ["30 分快到期了", "40 分快到期了"]
