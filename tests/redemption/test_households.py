"""Whose points are used together: by an own yes, in one community, in one household; everybody is told, and keeps the own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.kernel import events as kernel_events
from chunshui.kernel.errors import NotFound, Refused
from chunshui.ledger import queries as ledger
from chunshui.notices.models import Message
from chunshui.redemption import commands, policies, queries
from chunshui.redemption.models import Household, HouseholdMember, Lot
from tests.factories import people
from tests.factories import redemption as shops
from tests.factories import vouchers as make
from tests.redemption.books import books

pytestmark = pytest.mark.django_db


def refused(expected, verb, /, **more):
    before = list(HouseholdMember.objects.values()), Household.objects.count()
    with pytest.raises(Refused) as caught:
        verb(**more)
    assert (caught.value.code, list(HouseholdMember.objects.values()), Household.objects.count()) == (expected, *before)


def together(helper, other, now):
    place = commands.invite_to_household(actor=helper, number=other.volunteer.number, now=now)
    return commands.answer_invitation(actor=other, place_id=place.pk, is_yes=True, now=now)


def test_a_household_pays_together_own_points_first_and_tells(helper, second_helper, community, now):
    make.earn(helper, 15)
    make.earn(second_helper, 30)
    together(helper, second_helper, now)
    assert (queries.points_of(helper, now).usable, queries.points_of(helper, now).household) == (45, 30)
    voucher = make.held(helper, shops.offer(shops.merchant(community)))
    assert [ledger.balance("person", who.pk, "points") for who in (helper, second_helper)] == [0, 25]
    kernel_events.settle(now + timedelta(minutes=1))
    assert "用了您的 5 分" in Message.objects.get(person=second_helper, kind="redemption.taken").body
    commands.cancel_voucher(actor=helper, voucher_id=voucher.pk, now=now)
    assert [ledger.balance("person", who.pk, "points") for who in (helper, second_helper)] == [15, 30]
    books()


def test_nobody_pays_before_saying_yes_or_after_leaving(helper, second_helper, community, now):
    make.earn(second_helper, 30)
    place = commands.invite_to_household(actor=helper, number=second_helper.volunteer.number, now=now)
    assert queries.points_of(helper, now).usable == 0
    commands.answer_invitation(actor=second_helper, place_id=place.pk, is_yes=True, now=now)
    assert queries.points_of(helper, now).usable == 30
    commands.leave_household(actor=second_helper, place_id=place.pk, now=now)
    assert (queries.points_of(helper, now).usable, Lot.objects.get().left) == (0, 30)
    assert queries.household_page(second_helper, now).household is None


def test_strangers_are_no_household(helper, stranger, elsewhere, now):
    far = people.volunteer(elsewhere)
    assert policies.can_invite_to_household(helper, far).code == "other_community"
    refused("other_community", commands.invite_to_household, actor=helper, number=far.volunteer.number, now=now)
    refused("own_case", commands.invite_to_household, actor=helper, number=helper.volunteer.number, now=now)
    refused("unknown_number", commands.invite_to_household, actor=helper, number="V99999999", now=now)


def test_only_the_invited_answer_and_one_household_is_enough(helper, second_helper, community, now):
    third = people.volunteer(community)
    place = commands.invite_to_household(actor=helper, number=second_helper.volunteer.number, now=now)
    refused("invited_already", commands.invite_to_household, actor=helper, number=second_helper.volunteer.number, now=now)
    refused("forbidden", commands.answer_invitation, actor=helper, place_id=place.pk, is_yes=True, now=now)
    assert policies.can_answer_invitation(second_helper, place).allowed
    with pytest.raises(NotFound):
        commands.answer_invitation(actor=third, place_id=place.pk, is_yes=True, now=now)
    other = commands.invite_to_household(actor=third, number=second_helper.volunteer.number, now=now)
    commands.answer_invitation(actor=second_helper, place_id=place.pk, is_yes=True, now=now)
    refused("has_household", commands.answer_invitation, actor=second_helper, place_id=other.pk, is_yes=True, now=now)
    place.refresh_from_db()
    assert not policies.can_leave_household(helper, place).allowed
    commands.leave_household(actor=second_helper, place_id=place.pk, now=now)
    refused("left_lately", commands.answer_invitation, actor=second_helper, place_id=other.pk, is_yes=True, now=now + timedelta(days=29))
    commands.answer_invitation(actor=second_helper, place_id=other.pk, is_yes=True, now=now + timedelta(days=31))


def test_a_household_has_room_for_six(helper, community, now):
    for _one in range(5):
        commands.invite_to_household(actor=helper, number=people.volunteer(community).volunteer.number, now=now)
    refused("household_full", commands.invite_to_household, actor=helper, number=people.volunteer(community).volunteer.number, now=now)
