from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.hours import policies, queries
from chunshui.hours.states import EntryWay, RecordState
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound
from tests.factories import hours

pytestmark = pytest.mark.django_db


def test_minutes_between_sums_effective_records_of_each_person(helper, second_helper, now):
    hours.record(helper, hour=8, minutes=60)
    hours.record(helper, hour=10, minutes=30)
    hours.record(helper, hour=11, minutes=45, state=RecordState.DELETED)
    hours.record(helper, hour=12, minutes=20)
    assert queries.minutes_between([helper.pk, second_helper.pk], now - timedelta(hours=4), now) == {helper.pk: 90, second_helper.pk: 0}


def test_totals_say_all_and_this_month_without_what_was_cancelled(helper, now):
    hours.record(helper, hour=9, minutes=60)
    hours.record(helper, hour=-24 * 30, minutes=40)
    hours.record(helper, hour=10, minutes=30, state=RecordState.DELETED)
    hours.record(helper, hour=11, minutes=0, entry_way=EntryWay.FORCED)
    assert queries.totals(helper, helper.pk, now) == queries.Totals(100, 60, 2)


def test_records_are_newest_first_and_keep_what_was_cancelled(helper):
    early, late = hours.record(helper, hour=8), hours.record(helper, hour=10, state=RecordState.DELETED)
    assert [each.pk for each in queries.records_of(helper, helper.pk)] == [late.pk, early.pk]


@pytest.mark.parametrize("rows", [1, 3])
def test_ones_own_records_are_one_query_whatever_their_number(helper, rows, django_assert_num_queries):
    for n in range(rows):
        hours.record(helper, hour=n)
    with django_assert_num_queries(1):
        assert [each.area.name for each in queries.records_of(helper, helper.pk)] == ["黎明社区"] * rows


@pytest.mark.parametrize("who", ["stranger", "far_coordinator", "second_helper"])
def test_records_of_another_are_not_found(helper, who, request):
    hours.record(helper)
    with pytest.raises(NotFound):
        queries.records_of(request.getfixturevalue(who), helper.pk)


def test_staff_of_the_area_see_a_volunteers_records(helper, coordinator, street_official):
    made = hours.record(helper)
    assert [[row.pk for row in queries.records_of(actor, helper.pk)] for actor in (coordinator, street_official)] == [[made.pk]] * 2


@pytest.mark.parametrize(
    ("who", "sees", "cancels"),
    [
        ("helper", True, False),
        ("coordinator", True, True),
        ("street_official", True, True),
        ("district_official", True, True),
        ("resident", False, False),
        ("stranger", False, False),
        ("far_coordinator", False, False),
    ],
)
def test_who_sees_and_who_cancels_a_record(helper, who, sees, cancels, request):
    made, actor = hours.record(helper), request.getfixturevalue(who)
    assert (bool(policies.can_view_record(actor, made)), bool(policies.can_cancel_record(actor, made))) == (sees, cancels)


def test_a_worker_cannot_cancel_an_own_record(helper, coordinator):
    made = hours.record(coordinator, area=helper.area)
    assert policies.can_cancel_record(coordinator, made).code == "own_case"


def test_rules_of_the_day_of_service_count_and_not_those_of_today(helper, community, now):
    from chunshui.areas.models import RuleValue
    from chunshui.hours.states import LEAST_STAY

    RuleValue.objects.create(area=community, key=LEAST_STAY.key, value=90, effective_on=clock.today(now), reason="新规", set_by_id=1, set_at=now)
    yesterday = now - timedelta(days=1)
    assert queries.counted_minutes(helper.pk, community, yesterday, yesterday + timedelta(hours=1)) == 60
    assert queries.counted_minutes(helper.pk, community, now, now + timedelta(hours=1)) == 0
