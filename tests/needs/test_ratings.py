"""Rating: by whom, through which channel, in time; what few stars open; what nobody rated; what is put away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chunshui.areas import queries as areas
from chunshui.areas.models import RuleValue
from chunshui.kernel import clock
from chunshui.kernel.errors import NotFound, Refused
from chunshui.kernel.models import Event
from chunshui.needs import commands, events
from chunshui.needs.models import FollowUp, Need, Rating
from chunshui.needs.states import State
from chunshui.people.models import Relation
from tests.factories import needs as make
from tests.factories import people
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def need(resident, helper):
    need = make.need(resident, state=State.DELIVERED, due_at=make.NOON + 7 * DAY, delivered_at=make.NOON)
    make.assignment(need, helper, state="done", minutes=60)
    return need


def rate(actor, need, **more):
    return commands.rate_need(**{"actor": actor, "need_id": need.pk, "stars": 5, "channel": "web", "now": make.NOON, **more})


def refused(code, *args, **more):
    before = snapshot()
    with pytest.raises(Refused) as caught:
        rate(*args, **more)
    assert caught.value.code == code
    assert snapshot() == before


def test_five_stars_with_tags_and_words(need, resident, now):
    rating = rate(resident, need, tags=["kind", "on_time", "kind"], words=" 很好 ")
    need.refresh_from_db()
    assert (rating.stars, rating.tags, rating.words, rating.by, rating.channel) == (5, ["kind", "on_time"], "很好", resident, "web")
    assert (need.state, need.closed_at, need.due_at) == (State.RATED, now, None)
    assert list(Event.objects.values_list("name", "data")) == [(events.RATED, {"stars": 5, "channel": "web"})]


@pytest.mark.parametrize("stars", [1, 2, 3])
def test_three_stars_or_fewer_open_a_follow_up_due_in_three_working_days(need, resident, now, stars):
    rate(resident, need, stars=stars, words="来晚了")
    follow_up = FollowUp.objects.get()
    assert (follow_up.kind, follow_up.state, follow_up.words, follow_up.by) == ("poor", "open", "来晚了", resident)
    assert follow_up.due_at == areas.working_deadline(now, 1620) == clock.at(clock.today(now) + 3 * DAY, 12)


def test_four_stars_open_nothing_until_the_district_says_so(need, resident, district, now):
    rule = RuleValue.objects.create(
        area=district, key="needs.poor_stars", value=4, effective_on=clock.today(now) + DAY, reason="试行", set_by_id=1, set_at=now
    )
    rate(resident, need, stars=4)
    assert FollowUp.objects.count() == 0
    rule.effective_on = clock.today(now)
    rule.save()
    from django.core.cache import cache

    cache.clear()
    Rating.objects.all().delete()
    Need.objects.update(state=State.DELIVERED, due_at=now + DAY)
    rate(resident, need, stars=4)
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("no_stars", {"stars": 0}),
        ("no_stars", {"stars": 6}),
        ("unknown_code", {"tags": ["rude"]}),
        ("unknown_code", {"stars": 1, "tags": ["kind"]}),
        ("too_long", {"words": "好" * 301}),
        ("wrong_channel", {"channel": "phone"}),
        ("wrong_channel", {"channel": "smoke"}),
        ("too_late", {"now": make.NOON + 7 * DAY}),
    ],
)
def test_what_cannot_be_rated_is_refused(need, resident, code, more):
    refused(code, resident, need, **more)


def test_rating_twice_is_refused(need, resident):
    rate(resident, need)
    refused("wrong_state", resident, need, stars=1)


def test_a_worker_takes_the_rating_by_telephone(need, coordinator):
    refused("wrong_channel", coordinator, need)
    assert rate(coordinator, need, channel="phone", stars=4).by == coordinator


def test_a_neighbour_rates_as_a_proxy(need, resident, community, now):
    neighbour = people.person(community, "邻居")
    Relation.objects.create(person=resident, helper=neighbour, kind="neighbour", agreed_at=now)
    refused("wrong_channel", neighbour, need)
    assert rate(neighbour, need, channel="proxy").channel == "proxy"


def test_who_served_does_not_rate_not_even_as_staff(need, helper, coordinator, resident):
    refused("involved", helper, need)
    own = make.need(resident, state=State.DELIVERED, due_at=make.NOON + DAY)
    make.assignment(own, coordinator, state="done")
    refused("involved", coordinator, own, channel="phone")


def test_strangers_do_not_reach_the_order(need, stranger, far_coordinator):
    for actor in (stranger, far_coordinator):
        before = snapshot()
        with pytest.raises(NotFound):
            rate(actor, need)
        assert snapshot() == before


def test_what_nobody_rated_in_time_stays_unrated(need, now):
    assert commands.close_unrated(now=now + 7 * DAY - timedelta(seconds=1)) == 0
    assert commands.close_unrated(now=now + 7 * DAY) == 1
    need.refresh_from_db()
    assert (need.state, need.due_at, need.closed_at, Rating.objects.count()) == (State.UNRATED, None, now + 7 * DAY, 0)
    assert commands.close_unrated(now=now + 8 * DAY) == 0


def test_archive_after_thirty_days_when_nothing_is_left_to_follow_up(need, resident, now):
    rate(resident, need, stars=1)
    assert commands.archive_needs(now=now + 40 * DAY) == 0
    FollowUp.objects.update(state="done")
    assert commands.archive_needs(now=now + 30 * DAY - timedelta(seconds=1)) == 0
    assert commands.archive_needs(now=now + 30 * DAY) == 1
    need.refresh_from_db()
    assert need.state == State.ARCHIVED
    assert commands.archive_needs(now=now + 41 * DAY) == 0
