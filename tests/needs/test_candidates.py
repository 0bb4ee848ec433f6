"""Who may go, in which order, with which reasons; and why somebody is not among them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from chunshui.needs import commands, queries
from chunshui.needs.queries.dispatch import fit, times
from chunshui.needs.states import AssignmentState, OfferState, State
from chunshui.people.models import Block
from tests.factories import needs as make
from tests.factories import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(resident):
    return make.need(resident, state=State.WAITING)


def names(actor, need, now, **more):
    return [one.name for one in queries.candidates(actor, need, now, **more)]


def place(need, volunteer, start, hours=1, **more):
    return make.assignment(need, volunteer, planned_from=start, planned_until=start + timedelta(hours=hours), **more)


def words(actor, need, now):
    return {one.name: [reason.words for reason in one.reasons] for one in queries.candidates(actor, need, now)}


def test_candidates_nearest_first_with_reasons_and_way(coordinator, need, helper, community, now):
    people.volunteer(community, "远一点", latitude=need.latitude + 0.009, longitude=need.longitude)
    best, other = queries.candidates(coordinator, need, now)
    assert (best.name, best.metres, best.walk_minutes) == ("何素芬", 0, 1)
    assert (other.name, other.metres, other.walk_minutes) == ("远一点", 1001, 19)
    assert [(reason.words, reason.good) for reason in best.reasons] == [("明天上午有空", True), ("第一次去", False), ("还没出过单", False)]
    assert (best.start, best.until) == (need.wish_from, need.wish_until)


def test_candidates_someone_who_knows_the_resident_comes_first(coordinator, need, helper, second_helper, resident, now):
    for days in (20, 30, 40):
        done = make.need(resident, state=State.RATED)
        place(done, second_helper, now - timedelta(days=days), state=AssignmentState.DONE, minutes=60)
    first = queries.candidates(coordinator, need, now)[0]
    assert (first.name, first.knows, first.kind_before) == ("陈晓雨", 3, 3)
    assert [reason.words for reason in first.reasons if reason.good] == ["服务过她 3 次", "做过这类服务 3 次", "明天上午有空"]


def test_candidates_a_full_week_goes_to_the_back_and_says_so(coordinator, need, helper, second_helper, community, now):
    other = make.need(people.person(community), state=State.ACCEPTED)
    place(other, helper, now - timedelta(hours=26), hours=4, state=AssignmentState.DONE, minutes=240)
    assert names(coordinator, need, now) == ["陈晓雨", "何素芬"]
    assert "本周已满 4 小时" in words(coordinator, need, now)["何素芬"]


def test_candidates_all_wishes_met_counts_them_and_a_missing_useful_paper_is_named(coordinator, resident, helper, community, now):
    escort = 1 << 24
    service = make.service("wheel", required=1 << 1, useful=escort)
    need = make.need(resident, state=State.WAITING, service=service, gender=2)
    people.volunteer(community, "没有证", qualifications=1 << 1)
    told = words(coordinator, need, now)
    assert "三项要求都符合" in told["何素芬"]
    assert "没有陪诊培训证" in told["没有证"]
    assert list(told) == ["何素芬", "没有证"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"state": "paused"}, "现在不接单（未审核、暂停或已退出）。"),
        ({"qualifications": 0}, "没有护理陪诊。"),
        ({"free_time": 1}, "那个时间没登记有空。"),
        ({"reach_metres": 100, "latitude": 29.7, "longitude": 106.6}, None),
        ({"languages": 1}, "不会说居民要的语言。"),
        ({"sex": 1}, "居民希望是女志愿者。"),
        ({"born_on": date(2012, 1, 1)}, "这项服务要满 18 岁。"),
        ({"refuses": ["nurse"]}, "本人说过不做“陪同就医”。"),
    ],
)
def test_candidates_each_hard_rule_excludes_and_why_not_names_it(coordinator, resident, community, now, more, why):
    need = make.need(resident, state=State.WAITING, service=make.service("nurse", required=1 << 1), gender=2, language=2)
    volunteer = people.volunteer(community, "例外", **more)
    people.volunteer(community, "合适")
    assert names(coordinator, need, now) == ["合适"]
    told = queries.why_not(coordinator, need, volunteer.pk, now)
    assert told == why if why else told.startswith("离得太远")


def test_candidates_skip_blocked_either_way_and_never_the_resident(coordinator, community, helper, second_helper, now):
    asker = people.volunteer(community, "自己也是志愿者")
    need = make.need(asker, state=State.WAITING)
    Block.objects.create(person=asker, other=helper, at=now)
    Block.objects.create(person=second_helper, other=asker, at=now)
    assert names(coordinator, need, now) == []
    assert queries.why_not(coordinator, need, helper.pk, now) == "这两位不安排在一起。"
    assert queries.why_not(coordinator, need, asker.pk, now) == "这是本人自己的单子。"


@pytest.mark.parametrize(
    ("state", "listed"),
    [
        (OfferState.OPEN, False),
        (OfferState.DECLINED, False),
        (OfferState.EXPIRED, True),
        (OfferState.WITHDRAWN, True),
        (OfferState.FILLED, True),
    ],
)
def test_candidates_who_was_asked_before(coordinator, need, helper, now, state, listed):
    make.offer(need, helper, state=state, sent_at=now - timedelta(hours=3))
    assert names(coordinator, need, now) == (["何素芬"] if listed else [])


def test_candidates_who_released_the_place_is_not_asked_again(coordinator, need, helper, now):
    make.assignment(need, helper, state=AssignmentState.RELEASED)
    assert queries.why_not(coordinator, need, helper.pk, now) == "已经说过这单去不了。"


def test_candidates_who_is_busy_or_has_a_full_day_is_left_out(coordinator, need, helper, second_helper, community, now):
    other = make.need(people.person(community), state=State.ACCEPTED, people_needed=2)
    place(other, helper, need.wish_from + timedelta(minutes=90))
    third = make.need(people.person(community), state=State.ACCEPTED)
    place(other, second_helper, need.wish_from + timedelta(hours=5))
    place(third, second_helper, need.wish_from + timedelta(hours=8))
    assert names(coordinator, need, now) == []
    assert queries.why_not(coordinator, need, helper.pk, now) == "那个时间已有安排，或正等着答复别的单。"
    assert queries.why_not(coordinator, need, second_helper.pk, now) == "那天已有 2 单，排满了。"


def test_candidates_week_limit_counts_services_of_that_week(coordinator, need, community, now):
    modest = people.volunteer(community, "一周一次", week_limit=1)
    place(make.need(people.person(community), state=State.ACCEPTED), modest, need.wish_from + timedelta(days=2))
    assert names(coordinator, need, now) == []
    assert queries.why_not(coordinator, need, modest.pk, now) == "那周已有 1 单，排满了。"


def test_candidates_offers_a_week_by_rule_and_by_own_wish(coordinator, need, community, now):
    shy, often = people.volunteer(community, "少问", offers_a_week=1), people.volunteer(community, "问多了")
    for who, many in ((shy, 1), (often, 5)):
        for _ in range(many):
            make.offer(make.need(people.person(community), state=State.RATED), who, state=OfferState.DECLINED, sent_at=now - timedelta(days=2))
    assert names(coordinator, need, now) == []
    assert queries.why_not(coordinator, need, shy.pk, now) == "这周已问过 1 次，到上限了。"
    assert names(coordinator, need, now + timedelta(days=6) - timedelta(hours=1)) == []
    later = make.need(need.resident, state=State.WAITING, wish_from=now + timedelta(days=7), wish_until=now + timedelta(days=7, hours=2))
    assert sorted(names(coordinator, later, now + timedelta(days=6))) == ["少问", "问多了"]


def test_candidates_two_open_questions_are_enough(coordinator, need, helper, community, now):
    for days in (2, 3):
        start = now + timedelta(days=days)
        asked = make.need(people.person(community), state=State.OFFERED, wish_from=start, wish_until=start + timedelta(hours=2))
        make.offer(asked, helper)
    assert queries.why_not(coordinator, need, helper.pk, now) == "还有 2 单等着本人答复。"


def test_declining_costs_nothing_in_the_order_of_candidates(coordinator, need, helper, second_helper, community, now):
    before = names(coordinator, need, now)
    for _ in range(3):
        make.offer(make.need(people.person(community), state=State.RATED), helper, state=OfferState.DECLINED, sent_at=now - timedelta(days=40))
    assert names(coordinator, need, now) == before == ["何素芬", "陈晓雨"]


def test_silence_is_learned_from_in_the_order_of_candidates(coordinator, need, helper, second_helper, community, now):
    for _ in range(3):
        make.offer(make.need(people.person(community), state=State.RATED), helper, state=OfferState.EXPIRED, sent_at=now - timedelta(days=40))
    assert names(coordinator, need, now) == ["何素芬", "陈晓雨"]
    commands.learn_answers(now=now)
    assert names(coordinator, need, now) == ["陈晓雨", "何素芬"]


def test_candidates_when_the_wished_time_is_over_there_are_none(coordinator, need, helper, now):
    later = need.wish_until + timedelta(minutes=1)
    assert names(coordinator, need, later) == []
    assert queries.why_not(coordinator, need, helper.pk, later) == "约定的时间已经过了。"


def test_candidates_any_time_takes_the_first_free_slot(coordinator, resident, community, now):
    need = make.need(resident, state=State.WAITING, wish="any", wish_from=None, wish_until=None, minutes=60)
    people.volunteer(community, "周四下午", free_time=1 << 10)
    one = queries.candidates(coordinator, need, now)[0]
    assert next(reason.words for reason in one.reasons) == "后天下午有空"
    assert (one.start.astimezone(now.tzinfo) - now) == timedelta(days=2, hours=2)


def test_candidates_are_for_the_staff_who_dispatch(
    need, helper, coordinator, street_official, district_official, far_coordinator, stranger, resident, community, now
):
    grid_worker = people.staff(community, "grid_worker", "网格员")
    for actor in (coordinator, street_official, district_official):
        assert names(actor, need, now) == ["何素芬"]
    for actor in (far_coordinator, stranger, resident, helper, grid_worker):
        assert names(actor, need, now) == []
        assert queries.why_not(actor, need, helper.pk, now) == ""


def test_why_not_tells_a_fitting_one_the_place_and_the_difference(coordinator, need, helper, community, now):
    far = people.volunteer(community, "远一点", latitude=need.latitude + 0.009, longitude=need.longitude)
    assert queries.why_not(coordinator, need, helper.pk, now) == "就是第一位。"
    assert queries.why_not(coordinator, need, far.pk, now) == "合适，排在第 2 位：第一位是何素芬，近 1001 米。"


def test_funnel_counts_who_is_left_after_each_rule(coordinator, resident, helper, community, now):
    need = make.need(resident, state=State.WAITING, service=make.service("nurse", required=1 << 1), gender=2)
    people.volunteer(community, qualifications=0)
    people.volunteer(community, free_time=1)
    people.volunteer(community, reach_metres=100, latitude=need.latitude + 0.01)
    people.volunteer(community, sex=1)
    make.offer(need, people.volunteer(community), state=OfferState.DECLINED)
    assert [step.people for step in queries.funnel(need, now)] == [6, 5, 4, 3, 2, 1, 1]


def test_candidates_ask_the_database_as_often_for_three_as_for_one(coordinator, need, helper, community, now, django_assert_num_queries):
    queries.candidates(coordinator, need, now)
    cache.clear()
    with CaptureQueriesContext(connection) as one:
        assert len(queries.candidates(coordinator, need, now)) == 1
    people.volunteer(community)
    people.volunteer(community)
    cache.clear()
    with django_assert_num_queries(len(one)):
        assert len(queries.candidates(coordinator, need, now)) == 3


def test_visits_of_a_wide_window_begin_in_each_part_of_the_day(resident, now):
    need = make.need(resident, wish_from=now + timedelta(hours=20), wish_until=now + timedelta(hours=32), minutes=60)
    local = [f"{visit.start.astimezone(times.clock.zone()):%d %H:%M}" for visit in times.wished(need, now)]
    assert local == ["25 08:00", "25 09:00", "25 14:00", "25 19:00"]


def test_slots_of_a_holiday_are_the_holiday_slots(resident, now):
    day = times.clock.at(date(2026, 10, 1), 9)
    assert times.slots(times.Visit(day, day + timedelta(hours=2))) == 1 << 21
    assert times.slots(times.Visit(day.replace(day=12), day.replace(day=12) + timedelta(hours=4))) == 0b11


def test_once_someone_has_accepted_the_order_has_one_time(resident, helper, now):
    need = make.need(resident, state=State.WAITING, people_needed=2, places_filled=1)
    place(need, helper, need.wish_from + timedelta(minutes=30))
    assert [visit.start for visit in fit.case(need, now).found] == [need.wish_from + timedelta(minutes=30)]


def test_reasons_are_said_in_the_language_of_who_reads(coordinator, need, helper, now):
    with translation.override("en"):
        [one] = queries.candidates(coordinator, need, now)
        assert [reason.words for reason in one.reasons] == ["Free tomorrow morning", "First visit", "Has not served yet"]
