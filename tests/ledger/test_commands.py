from __future__ import annotations

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection

from chunshui.kernel.errors import Refused
from chunshui.ledger import commands, queries, states
from chunshui.ledger.models import Account, Cap, Total, Transfer
from chunshui.ledger.states import EXPIRED, FORGIVE, OUTSIDE, REPAY, AccountKind, Kind, Line, Place, Unit
from chunshui.people import queries as people
from chunshui.people.models import Person

pytestmark = pytest.mark.django_db
POINTS = Unit.POINTS
SHOP, ISSUER, HE, CHEN = Place(AccountKind.MERCHANT, 3), states.issuer(7), states.person(11), states.person(12)


def line(debit=ISSUER, credit=HE, amount=100, *, kind=Kind.EARN, unit=POINTS, **more):
    return Line(kind, debit, credit, unit, amount, **more)


def move(now, *lines, key="one", memo=""):
    return commands.move(key=key, lines=lines or [line()], at=now, memo=memo)


def have(place=HE, unit=POINTS):
    return queries.balance(place.kind, place.owner_id, unit)


def everything():
    return (
        list(Account.objects.order_by("id").values_list("kind", "owner_id", "unit", "balance")),
        list(Transfer.objects.order_by("id").values_list()),
        list(Total.objects.order_by("id").values_list()),
    )


def refused(code, call, *args, **more):
    """The call is refused with this code, and nothing moved."""
    before = everything()
    with pytest.raises(Refused) as refusal:
        call(*args, **more)
    assert (refusal.value.code, everything()) == (code, before)
    return str(refusal.value)


def test_move_takes_from_one_side_what_it_gives_to_the_other(now):
    (made,) = move(now, line(area_id=5), memo="陪诊")
    assert (have(ISSUER), have(HE), made.memo, made.area_id, made.day) == (-100, 100, "陪诊", 5, now.date())


def test_move_again_with_the_same_key_answers_the_first(now):
    first = move(now)
    again = move(now + timedelta(hours=1))
    assert ([row.pk for row in again], have(HE), Transfer.objects.count()) == ([row.pk for row in first], 100, 1)


@pytest.mark.parametrize("other", [{"amount": 101}, {"credit": CHEN}, {"debit": states.issuer(8)}, {"kind": Kind.CARRY}, {"area_id": 1}])
def test_move_with_a_used_key_and_another_request_is_refused(now, other):
    move(now)
    refused("key_reused", move, now, line(**other))
    refused("key_reused", move, now, line(), memo="另一句")


def test_move_of_more_than_there_is_is_refused_in_words_that_name_both_figures(now):
    move(now)
    assert refused("not_enough", move, now, line(HE, SHOP, 101), key="two") == "积分不够：需要 101，现有 100。"


def test_move_of_several_lines_is_done_whole_or_not_at_all(now):
    move(now)
    refused("not_enough", move, now, line(HE, CHEN, 60), line(HE, SHOP, 60), key="two")
    move(now, line(HE, CHEN, 60), line(HE, SHOP, 40), key="two")
    assert (have(HE), have(CHEN), have(SHOP)) == (0, 60, 40)


@pytest.mark.parametrize(("amount", "code"), [(0, "bad_amount"), (-5, "bad_amount"), (1_000_001, "bad_amount")])
def test_move_of_an_amount_that_cannot_be_is_refused(now, amount, code):
    refused(code, move, now, line(amount=amount))


def test_move_to_the_account_it_comes_from_is_refused(now):
    move(now)
    refused("same_account", move, now, line(HE, HE), key="two")


def test_an_issuer_gives_out_no_more_a_day_than_its_cap(now):
    Cap.objects.create(unit=POINTS, most=250)
    move(now, line(amount=200))
    refused("day_cap", move, now, line(amount=51), key="two")
    move(now, line(amount=50), key="two")
    move(now, line(states.issuer(7, team_id=2), amount=250), key="team")
    move(now + timedelta(days=1), line(amount=250), key="tomorrow")
    refused("day_cap", move, now, line(amount=1), key="yesterday")
    assert have(HE) == 750


def test_money_is_never_issued_but_comes_from_outside(now):
    refused("day_cap", move, now, line(unit=Unit.FEN))
    move(now, line(OUTSIDE, Place(AccountKind.FUND, 7), 100, unit=Unit.FEN))
    assert have(Place(AccountKind.FUND, 7), Unit.FEN) == 100


def test_reverse_takes_back_every_line_once(now):
    move(now, line(), line(credit=CHEN, amount=30))
    back = commands.reverse(key="back", transfers_of="one", at=now)
    assert ([row.amount for row in back], have(HE), have(CHEN), have(ISSUER)) == ([30, 100], 0, 0, 0)
    assert [row.pk for row in commands.reverse(key="back", transfers_of="one", at=now)] == [row.pk for row in back]
    refused("reversed_already", commands.reverse, key="back again", transfers_of="one", at=now)
    refused("reversed_already", commands.reverse, key="back of back", transfers_of="back", at=now)


def test_reverse_of_what_never_was_is_refused(now):
    refused("nothing_to_reverse", commands.reverse, key="back", transfers_of="one", at=now)


def test_reverse_of_what_was_spent_advances_the_rest_and_the_person_owes_it(now):
    move(now)
    move(now, line(HE, SHOP, 70), key="spend")
    back = commands.reverse(key="back", transfers_of="one", at=now)
    assert [(row.kind, row.amount) for row in back] == [(Kind.ADVANCE, 70), (Kind.REVERSAL, 100)]
    assert (have(HE), have(ISSUER), have(SHOP), queries.owed(11, POINTS)) == (0, 0, 70, 70)
    assert commands.reverse(key="back", transfers_of="one", at=now) == back


def test_reverse_of_what_a_merchant_passed_on_is_refused(now):
    move(now)
    move(now, line(HE, SHOP, 70), key="spend")
    move(now, line(SHOP, EXPIRED, 70), key="gone")
    refused("not_enough", commands.reverse, key="back", transfers_of="spend", at=now)


def owing(now):
    move(now)
    move(now, line(HE, SHOP, 70), key="spend")
    commands.reverse(key="back", transfers_of="one", at=now)


def repay(now, key, rule=REPAY):
    return commands.repay(key=key, person_id=11, unit=POINTS, rule=rule, issuer=ISSUER, at=now)


def test_repay_pays_what_is_owed_out_of_what_is_earned_next(now):
    owing(now)
    assert repay(now, "nothing yet") == []
    move(now, line(amount=50), key="two")
    (paid,) = repay(now, "pay two")
    assert (paid.kind, paid.amount, have(HE), queries.owed(11, POINTS)) == (Kind.REPAY, 50, 0, 20)
    move(now, line(amount=50), key="three")
    repay(now, "pay three")
    assert repay(now, "pay three")[0].amount == 20
    assert (have(HE), queries.owed(11, POINTS)) == (30, 0)
    assert repay(now, "pay four") == []


def test_repay_under_the_rule_of_forgiving_costs_the_issuer(now):
    owing(now)
    move(now, line(amount=50), key="two")
    repay(now, "forgiven", FORGIVE)
    assert (have(HE), queries.owed(11, POINTS), have(ISSUER)) == (50, 0, -120)


def hold(now, amount=40, key="hold"):
    return commands.hold(key=key, redemption_id=1, payer=HE, unit=POINTS, amount=amount, at=now)


def settle(now, key="settle"):
    return commands.settle(key=key, redemption_id=1, to=SHOP, unit=POINTS, at=now)


def release(now, key="release"):
    return commands.release(key=key, redemption_id=1, unit=POINTS, at=now)


def test_hold_sets_aside_and_settle_gives_it_to_the_merchant_once(now):
    move(now)
    hold(now)
    hold(now)
    assert (have(HE), have(states.holding(1)), have(SHOP)) == (60, 40, 0)
    first = settle(now)
    assert settle(now) == first
    assert (have(HE), have(states.holding(1)), have(SHOP)) == (60, 0, 40)
    refused("nothing_held", settle, now, "settle again")
    refused("nothing_held", release, now)


def test_release_gives_back_what_was_held_once(now):
    move(now)
    hold(now)
    first = release(now)
    assert release(now) == first
    assert (have(HE), have(states.holding(1))) == (100, 0)
    refused("nothing_held", release, now, "release again")
    refused("nothing_held", settle, now)


def test_hold_of_more_than_there_is_is_refused(now):
    move(now)
    refused("not_enough", hold, now, 101)


def test_totals_count_by_area_month_and_reason_and_take_back_what_was_reversed(now):
    move(now, line(area_id=5), line(credit=CHEN, amount=30, area_id=5), line(credit=CHEN, amount=1, area_id=6))
    move(now, line(HE, SHOP, 10, kind=Kind.SETTLE, area_id=5), key="spend")
    move(now + timedelta(days=30), line(amount=7, area_id=5), key="december")
    commands.reverse(key="back", transfers_of="spend", at=now)
    found = queries.total_by_kind([5], POINTS, until=now.date())
    assert {kind: (each.amount, each.reversed, each.net) for kind, each in found.items()} == {"earn": (130, 0, 130), "settle": (10, 10, 0)}
    assert queries.total_by_kind([5, 6], POINTS)["earn"].net == 138
    assert {month.month: kinds["earn"].net for month, kinds in queries.totals_by_month([5], POINTS).items()} == {11: 130, 12: 7}


RACES = pytest.mark.django_db(transaction=True)


def race(*calls):
    """Every call in a thread of its own, all at once; what each gave, a refusal as its code."""
    gate, found = threading.Barrier(len(calls)), []

    def run(call):
        try:
            gate.wait()
            found.append(call())
        except Refused as refusal:
            found.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@RACES
def test_twins_with_one_key_move_once(now):
    found = race(*[lambda: [row.pk for row in move(now)]] * 6)
    assert (len({tuple(each) for each in found}), have(HE), Transfer.objects.count()) == (1, 100, 1)


@RACES
def test_two_who_spend_the_same_points_at_once_get_one_yes(now):
    move(now)
    found = race(*[lambda key=key: len(move(now, line(HE, SHOP, 60), key=f"spend {key}")) for key in range(5)])
    assert (sorted(found, key=str), have(HE), have(SHOP)) == ([1, *["not_enough"] * 4], 40, 60)


@RACES
def test_settle_and_release_at_once_leave_one_of_them(now):
    move(now)
    hold(now)
    found = race(lambda: len(settle(now)), lambda: len(release(now)), lambda: len(settle(now, "other counter")))
    assert sorted(found, key=str) == [1, "nothing_held", "nothing_held"]
    assert have(HE) + have(SHOP) == 100
    assert have(states.holding(1)) == 0


@RACES
def test_moves_across_the_same_accounts_in_any_order_do_not_block_each_other(now):
    move(now, line(amount=1000), line(credit=CHEN, amount=1000))
    there = [lambda key=key: len(move(now, line(HE, CHEN, 1), line(ISSUER, SHOP, 1), key=f"there {key}")) for key in range(5)]
    back = [lambda key=key: len(move(now, line(CHEN, HE, 1), line(SHOP, ISSUER, 1, kind=Kind.RECYCLE), key=f"back {key}")) for key in range(5)]
    move(now, line(ISSUER, SHOP, 10), key="stock")
    assert race(*there, *back) == [2] * 10
    assert (have(HE), have(CHEN), have(SHOP)) == (1000, 1000, 10)


def test_accounts_of_a_merged_person_go_to_the_one_who_stays_and_come_back(now, helper, second_helper, monkeypatch):
    monkeypatch.setattr(people, "merge_told_of", lambda merge_id: SimpleNamespace(kept_id=second_helper.pk, gone_id=helper.pk, undone_at=None))
    mine, theirs = states.person(helper.pk), states.person(second_helper.pk)
    move(now, line(credit=mine))
    move(now, line(mine, SHOP, 60), key="spend")
    commands.take_over_accounts(merge_id=1, now=now)
    commands.take_over_accounts(merge_id=1, now=now)
    assert (have(mine), have(theirs)) == (0, 40)
    Person.objects.filter(pk=helper.pk).update(merged_into=second_helper)
    back = commands.reverse(key="back", transfers_of="one", at=now)
    assert [(row.kind, row.amount) for row in back] == [(Kind.MERGE, 40), (Kind.ADVANCE, 60), (Kind.REVERSAL, 100)]
    assert (have(mine), have(theirs), queries.owed(second_helper.pk, POINTS)) == (0, 0, 60)
    commands.give_back_accounts(merge_id=1, now=now)
    assert (have(mine), queries.owed(second_helper.pk, POINTS)) == (40, 100)
