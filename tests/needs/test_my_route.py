"""我的行程: the volunteer's day on foot, and another order of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chunshui.kernel import clock
from chunshui.kernel.errors import Refused
from chunshui.kernel.events import settle
from chunshui.kernel.models import Event
from chunshui.needs import commands, events, policies, queries
from chunshui.needs.models import Assignment
from chunshui.needs.queries.routes import day as reads
from chunshui.needs.states import State
from chunshui.notices.models import Message
from tests.factories import needs as make
from tests.factories import people as cast
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
DEGREE = 111_195


def visit(resident, helper, hour, *, minutes=30, wish=(14, 18), north=0, day=None, **more):
    """An agreed visit of tomorrow (or `day`) at this hour, so many metres north of the community's middle, wished between these hours."""
    day = day or clock.today(make.NOON) + timedelta(days=1)
    times = {"wish_from": clock.at(day, wish[0]), "wish_until": clock.at(day, wish[1])} if wish else {"wish_from": None, "wish_until": None}
    latitude = resident.community.latitude + north / DEGREE
    need = make.need(resident, state=State.ACCEPTED, minutes=minutes, latitude=latitude, longitude=resident.community.longitude, **times, **more)
    start = clock.at(day, hour)
    return make.assignment(need, helper, planned_from=start, planned_until=start + timedelta(minutes=minutes))


@pytest.fixture
def tomorrow(now):
    return clock.today(now) + timedelta(days=1)


@pytest.fixture
def three(resident, helper):
    """Near, far, middle: a zigzag of 800 metres up the lane."""
    return [visit(resident, helper, hour, north=north) for hour, north in ((14, 100), (15, 800), (16, 200))]


def starts():
    return dict(Assignment.objects.values_list("pk", "planned_from"))


def order_of(*places):
    return [place.pk for place in places]


def refused(code, **how):
    before = snapshot(), starts()
    with pytest.raises(Refused) as refusal:
        commands.order_visits(**how)
    assert refusal.value.code == code
    assert (snapshot(), starts()) == before
    return str(refusal.value)


def test_afternoon_shows_the_visits_in_the_order_of_their_hours_with_the_ways_between(helper, three, tomorrow, now):
    found = reads.afternoon(helper, tomorrow, now)
    assert [halt.place.pk for halt in found.halts] == order_of(*three)
    assert [halt.metres for halt in found.halts] == [130, 910, 780]
    assert [halt.walk_minutes for halt in found.halts] == [2, 13, 11]
    assert (found.home_metres, found.metres, found.walk_minutes) == (260, 2080, 30)
    assert found.halts[0].address == "莺花巷 27 号 3 单元 5-2"


def test_afternoon_proposes_an_order_that_walks_less_and_keeps_every_promise(resident, helper, tomorrow, now):
    zigzag = [visit(resident, helper, hour, north=north, wish=(13, 18)) for hour, north in ((13, 100), (14, 800), (15, 100), (16, 800))]
    better = reads.afternoon(helper, tomorrow, now).better
    assert better.metres == 3900 - 2080
    order = [int(each) for each in better.order.split(",")]
    assert sorted(order) == order_of(*zigzag)
    assert reads.trial(helper, tomorrow, order, now).broken == []


def test_afternoon_proposes_nothing_when_the_way_is_as_short_as_can_be(helper, three, tomorrow, now):
    assert reads.afternoon(helper, tomorrow, now).better is None


def test_afternoon_says_when_the_walk_makes_one_late(resident, helper, tomorrow, now):
    visit(resident, helper, 14, minutes=60)
    visit(resident, helper, 15, north=1500)
    assert [halt.late for halt in reads.afternoon(helper, tomorrow, now).halts] == [0, 26]


def test_order_visits_moves_the_hours_within_the_wish_and_tells_the_resident(helper, three, tomorrow, now):
    near, far, middle = three
    commands.order_visits(actor=helper, day=tomorrow, assignment_ids=order_of(near, middle, far), sure=True, now=now)
    found = starts()
    assert found[near.pk] == clock.at(tomorrow, 14)
    assert found[middle.pk] == clock.at(tomorrow, 15)
    assert found[far.pk] == clock.at(tomorrow, 15, 45)
    told = Event.objects.filter(name=events.VISIT_MOVED)
    assert {event.subject_id for event in told} == {middle.need_id, far.need_id}
    assert all(place.planned_until - place.planned_from == timedelta(minutes=30) for place in Assignment.objects.all())


def test_resident_reads_the_new_hour_on_the_order(resident, helper, three, tomorrow, now):
    near, far, middle = three
    commands.order_visits(actor=helper, day=tomorrow, assignment_ids=order_of(near, middle, far), sure=True, now=now)
    slip = queries.slip(type(far.need).objects.get(pk=far.need_id), now)
    assert "3 点 45 分" in slip.sentence
    assert "15:45" in slip.times[2]


def test_order_visits_that_move_an_hour_ask_first_and_change_nothing(helper, three, tomorrow, now):
    near, far, middle = three
    words = refused("not_sure", actor=helper, day=tomorrow, assignment_ids=order_of(near, middle, far), sure=False, now=now)
    assert "时间会变" in words


def test_order_visits_as_they_are_needs_no_word(helper, three, tomorrow, now):
    assert commands.order_visits(actor=helper, day=tomorrow, assignment_ids=order_of(*three), sure=False, now=now) == []
    assert Event.objects.count() == 0


def test_order_visits_that_break_a_promise_are_refused_with_the_reason_even_when_sure(resident, helper, tomorrow, now):
    short = visit(resident, helper, 14, wish=(14, 15))
    long = visit(resident, helper, 15, minutes=120)
    words = refused("breaks_promise", actor=helper, day=tomorrow, assignment_ids=order_of(long, short), sure=True, now=now)
    assert "周桂芳" in words
    assert "14" not in words
    assert "2:00" in words


def test_order_visits_of_two_people_is_not_for_one_of_them(resident, helper, second_helper, tomorrow, now):
    shared = visit(resident, helper, 14, people_needed=2)
    make.assignment(shared.need, second_helper, planned_from=shared.planned_from, planned_until=shared.planned_until)
    later = visit(resident, helper, 15)
    words = refused("breaks_promise", actor=helper, day=tomorrow, assignment_ids=order_of(later, shared), sure=True, now=now)
    assert "不能挪" in words


def test_order_visits_leaves_a_visit_that_has_begun_where_it_is(helper, three, tomorrow):
    begun, second, third = three
    Assignment.objects.filter(pk=begun.pk).update(state="present")
    soon = clock.at(tomorrow, 14, 10)
    refused("breaks_promise", actor=helper, day=tomorrow, assignment_ids=order_of(second, begun, third), sure=True, now=soon)
    commands.order_visits(actor=helper, day=tomorrow, assignment_ids=order_of(begun, third, second), sure=True, now=soon)
    found = starts()
    assert (found[begun.pk], found[third.pk]) == (clock.at(tomorrow, 14), clock.at(tomorrow, 15))
    assert [halt.is_fixed for halt in reads.afternoon(helper, tomorrow, soon).halts] == [True, False, False]


def test_order_visits_of_any_time_stay_in_their_part_of_the_day(resident, helper, tomorrow, now):
    first = visit(resident, helper, 9, wish=None, minutes=120)
    second = visit(resident, helper, 11, wish=None, minutes=60, north=400)
    refused("breaks_promise", actor=helper, day=tomorrow, assignment_ids=order_of(second, first), sure=True, now=now + timedelta(hours=23))


def test_order_visits_with_somebody_elses_or_a_missing_visit_is_refused(resident, helper, second_helper, three, tomorrow, now):
    strange = visit(resident, second_helper, 14)
    refused("changed", actor=helper, day=tomorrow, assignment_ids=[*order_of(*three), strange.pk], sure=True, now=now)
    refused("changed", actor=helper, day=tomorrow, assignment_ids=order_of(*three[:2]), sure=True, now=now)
    refused("changed", actor=second_helper, day=tomorrow, assignment_ids=order_of(*three), sure=True, now=now)


def test_can_move_visit_is_for_who_promised(helper, second_helper, coordinator, three):
    assert policies.can_move_visit(helper, three[0])
    assert not policies.can_move_visit(second_helper, three[0])
    assert not policies.can_move_visit(coordinator, three[0])


def test_resident_is_told_the_new_hour_in_their_language(resident, helper, three, tomorrow, now):
    type(resident).objects.filter(pk=resident.pk).update(language="en")
    near, far, middle = three
    commands.order_visits(actor=helper, day=tomorrow, assignment_ids=order_of(near, middle, far), sure=True, now=now)
    settle(now + timedelta(minutes=1))
    told = Message.objects.filter(person=resident, kind=events.VISIT_MOVED)
    assert told.count() == 2
    assert any("15:45. If that does not suit you" in each.body for each in told)


# --- the page


@pytest.fixture
def mine(client, helper):
    return cast.sign_in(client, helper)


def real(resident, helper, *hours):
    """Visits of the day after tomorrow by the real clock, since pages read it."""
    day = clock.today(timezone.now()) + timedelta(days=2)
    return day, [visit(resident, helper, hour, north=100 * hour % 700, day=day) for hour in hours]


def test_page_opens_on_the_next_day_with_visits_and_draws_them(mine, resident, helper):
    _day, places = real(resident, helper, 14, 15)
    page = mine.get("/volunteer/route/").content.decode()
    assert "莺花巷 27 号 3 单元 5-2" in page
    assert page.count('class="rmap__pin r0"') == 2
    assert f"/volunteer/tasks/{places[0].pk}/" in page


def test_page_says_nothing_of_health_or_hardship(mine, resident, helper):
    real(resident, helper, 14)
    Assignment.objects.get().need.__class__.objects.update(
        details="膝盖换过关节", dangers=["infection", "dementia"], danger_note="认不得人", focus_groups=["poor"]
    )
    page = mine.get("/volunteer/route/").content.decode()
    assert not any(words in page for words in ("膝盖", "传染病", "认知障碍", "认不得人", "困难"))


def test_page_of_a_visit_that_is_done_masks_name_and_address(mine, resident, helper):
    day, _places = real(resident, helper, 14)
    Assignment.objects.update(state="done")
    page = mine.get(f"/volunteer/route/?day={day}").content.decode()
    assert "周桂芳" not in page
    assert "27 号" not in page


def test_page_of_somebody_else_shows_none_of_it(client, resident, helper, second_helper):
    day, _places = real(resident, helper, 14)
    page = cast.sign_in(client, second_helper).get(f"/volunteer/route/?day={day}").content.decode()
    assert "莺花巷" not in page
    assert "这一天没有要去的" in page


def test_page_for_nobody_leads_to_sign_in(client):
    assert client.get("/volunteer/route/").status_code == 302
    assert client.post("/volunteer/route/order/").status_code == 302


def test_page_in_english_has_no_chinese_of_its_own(mine, resident, helper):
    real(resident, helper, 14, 15)
    page = mine.get("/volunteer/route/", headers={"accept-language": "en"}, follow=True).content.decode()
    assert "家里出发" not in page or 'lang="en"' not in page


def test_another_order_is_shown_before_it_is_taken(mine, resident, helper):
    day, (first, second) = real(resident, helper, 14, 15)
    data = {"day": day, "order": f"{second.pk},{first.pk}"}
    before = starts()
    answer = mine.post("/volunteer/route/order/", data)
    assert answer.status_code == 422
    assert "就这样，告诉居民" in answer.content.decode()
    assert starts() == before
    answer = mine.post("/volunteer/route/order/", {**data, "sure": "1"})
    assert answer.url == f"/volunteer/route/?day={day}"
    assert starts()[second.pk] == clock.at(day, 14)


@pytest.mark.parametrize("data", [{}, {"day": "x", "order": "1"}, {"day": "2026-11-25", "order": "1;2"}, {"day": "2026-11-25", "order": "9" * 30}])
def test_nonsense_is_answered_kindly_and_changes_nothing(mine, resident, helper, data):
    real(resident, helper, 14)
    before = starts()
    assert mine.post("/volunteer/route/order/", data).status_code == 422
    assert starts() == before


def test_page_costs_the_same_for_one_and_three(mine, resident, helper):
    counts = []
    for hours in ((13,), (14, 15)):
        day, _places = real(resident, helper, *hours)
        mine.get(f"/volunteer/route/?day={day}")
        with CaptureQueriesContext(connection) as caught:
            mine.get(f"/volunteer/route/?day={day}")
        counts.append(len(caught))
    assert counts[0] == counts[1]
