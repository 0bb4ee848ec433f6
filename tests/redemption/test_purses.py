"""Two records of one person have one purse; who is erased has none; and none of it loses or doubles a point."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel import events as kernel_events
from chunshui.ledger import queries as ledger
from chunshui.people import commands as people_commands
from chunshui.redemption import commands
from chunshui.redemption.models import Award, Lot, Voucher
from tests.factories import people
from tests.factories import redemption as shops
from tests.factories import vouchers as make
from tests.redemption.books import books

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(community):
    return people.volunteer(community, "何素芬")


def merged(street_official, kept, gone, now):
    made = people_commands.merge_people(actor=street_official, kept_id=kept.pk, gone_id=gone.pk, reason="电话核对过是同一位", now=now)
    kernel_events.settle(now + timedelta(minutes=1))
    return made


def points(*people_):
    return [ledger.balance("person", who.pk, "points") for who in people_]


def test_a_merge_moves_points_and_undoing_it_gives_them_back(street_official, helper, twin, community, now):
    make.earn(helper, 30)
    make.earn(twin, 40)
    held = make.held(twin, shops.offer(shops.merchant(community)))
    merge = merged(street_official, helper, twin, now)
    assert (points(helper, twin), Lot.objects.filter(person=helper).count(), Voucher.objects.get().person) == ([50, 0], 2, helper)
    books()
    commands.cancel_voucher(actor=helper, voucher_id=held.pk, now=now)
    assert points(helper, twin) == [70, 0]
    books()
    people_commands.unmerge_people(actor=street_official, merge_id=merge.pk, reason="是两位", now=now)
    kernel_events.settle(now + timedelta(minutes=2))
    assert points(helper, twin) == [30, 40]
    books()


def test_hours_of_a_merged_record_give_back_from_the_purse_of_today(street_official, helper, twin, now):
    record = make.serve(twin, 40)
    kernel_events.settle(now + timedelta(minutes=1))
    make.earn(helper, 30)
    merged(street_official, helper, twin, now)
    commands.take_back_points(record_id=record.pk, now=now)
    assert (points(helper, twin), Award.objects.get(record_id=record.pk).state) == ([30, 0], "taken_back")
    books()


def test_who_is_erased_leaves_no_points_behind(helper, community, now):
    make.earn(helper, 50)
    make.held(helper, shops.offer(shops.merchant(community)))
    commands.close_wallet(person_id=helper.pk, now=now)
    commands.close_wallet(person_id=helper.pk, now=now)
    assert (points(helper), Voucher.objects.get().state, ledger.balance("expired", 0, "points")) == ([0], "cancelled", 50)
    books()
