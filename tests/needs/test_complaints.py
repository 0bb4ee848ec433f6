"""A complaint that a worker takes down for a resident: whose word it is, who follows it up, who hears of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from chunshui.kernel import events as kernel_events
from chunshui.kernel.errors import NotFound, Refused
from chunshui.needs import commands, queries
from chunshui.needs.models import FollowUp
from chunshui.needs.states import State
from chunshui.notices.models import Message
from tests.factories import needs as make
from tests.factories import people as cast
from tests.needs.snapshot import snapshot

pytestmark = pytest.mark.django_db
WORDS = "来了半小时就走了"


def take(actor, need, **more):
    return commands.complain(**{"actor": actor, "need_id": need.pk, "words": WORDS, "channel": "phone", "now": make.NOON, **more})


def refused(code, verb, *args, **more):
    before = snapshot()
    with pytest.raises(Refused) as caught:
        verb(*args, **more)
    assert (caught.value.code, snapshot()) == (code, before)


def inbox(person):
    kernel_events.settle(make.NOON)
    return list(Message.objects.filter(person=person).order_by("id").values_list("title", "sms"))


@pytest.fixture
def need(resident):
    return make.need(resident, state=State.RATED)


@pytest.mark.parametrize("channel", ["phone", "desk"])
def test_what_a_worker_takes_down_is_the_residents_word(need, resident, coordinator, channel):
    made = take(coordinator, need, channel=channel)
    assert (made.kind, made.by, made.entered_by, made.channel, made.words) == ("complaint", resident, coordinator, channel, WORDS)
    assert queries.history(resident, need)[-1].words.startswith("开始回访（投诉，")


def test_a_grid_worker_takes_a_complaint_down_too(need, community):
    assert take(cast.staff(community, "grid_worker"), need).state == "open"


def test_who_took_it_down_does_not_follow_it_up(need, coordinator, community, street_official, now):
    follow_up = take(coordinator, need)
    for verb in (commands.close_follow_up, commands.refer_follow_up):
        refused("involved", verb, actor=coordinator, follow_up_id=follow_up.pk, result="没事", now=now)
    other = cast.staff(community, name="另一人")
    assert commands.close_follow_up(actor=other, follow_up_id=follow_up.pk, result="已道歉", now=now).handled_by == other


def test_the_resident_hears_that_it_was_noted_and_what_came_of_it(need, resident, coordinator, street_official, now):
    follow_up = take(coordinator, need)
    assert inbox(resident) == [("投诉记下了：陪同就医", True)]
    commands.close_follow_up(actor=street_official, follow_up_id=follow_up.pk, result="已道歉", now=now)
    assert (inbox(resident)[1:], inbox(coordinator)) == ([("回访结果：陪同就医", True)], [])


def test_a_resident_who_complains_in_person_is_not_told_that_it_was_noted(need, resident, now):
    commands.complain(actor=resident, need_id=need.pk, words=WORDS, now=now)
    assert inbox(resident) == []


def test_a_report_of_a_volunteer_never_reaches_the_resident(need, resident, helper, now):
    place = make.assignment(need, helper, state="done")
    commands.remark(actor=helper, assignment_id=place.pk, change="report", words="家里有人打架", now=now)
    assert inbox(resident) == []


def test_the_residents_side_does_not_pass_for_the_telephone(need, resident, helper):
    make.assignment(need, helper, state="done")
    for actor in (resident, helper):
        refused("forbidden", take, actor, need)


def test_a_worker_does_not_take_down_a_complaint_about_an_order_of_ones_own(coordinator):
    refused("forbidden", take, coordinator, make.need(coordinator, state=State.RATED))


def test_a_worker_says_how_it_reached_the_desk(need, coordinator):
    refused("forbidden", take, coordinator, need, channel="web")
    refused("unknown_code", take, coordinator, need, channel="rumour")
    refused("no_words", take, coordinator, need, words=" ")


def test_a_second_complaint_while_the_first_is_open_is_refused(need, coordinator, resident):
    take(coordinator, need)
    refused("already_open", take, coordinator, need)


def test_a_worker_of_another_street_finds_no_such_order(need, far_coordinator, stranger):
    for actor in (far_coordinator, stranger):
        before = snapshot()
        with pytest.raises(NotFound):
            take(actor, need)
        assert snapshot() == before


def test_a_rating_taken_by_telephone_is_answered_to_the_resident(resident, coordinator, street_official, now):
    need = make.need(resident, state=State.DELIVERED)
    commands.rate_need(actor=coordinator, need_id=need.pk, stars=2, words="慢", channel="phone", now=now)
    follow_up = need.follow_ups.get()
    assert (follow_up.kind, follow_up.by, follow_up.entered_by) == ("poor", resident, coordinator)
    commands.close_follow_up(actor=street_official, follow_up_id=follow_up.pk, result="已回访", now=now)
    assert inbox(resident) == [("回访结果：陪同就医", True)]


# --- the page


@pytest.mark.parametrize("state", [State.SUBMITTED, State.WAITING, State.SERVING, State.RATED, State.CANCELLED, State.ARCHIVED])
def test_the_desk_takes_a_complaint_down_in_every_state(client, coordinator, resident, state):
    need = make.need(resident, state=state)
    cast.sign_in(client, coordinator)
    url = reverse("desk_verb", args=[need.pk, "complaint"])
    assert url in client.get(reverse("desk_need", args=[need.pk])).content.decode()
    assert client.post(url, {"channel": "phone", "words": WORDS}).status_code == 302
    assert FollowUp.objects.get().entered_by == coordinator


@pytest.mark.parametrize("data", [{"channel": "phone", "words": ""}, {"channel": "", "words": WORDS}, {"channel": "web", "words": WORDS}])
def test_a_refused_complaint_stays_unfolded_with_its_words(client, coordinator, need, data):
    cast.sign_in(client, coordinator)
    before = snapshot()
    answer = client.post(reverse("desk_verb", args=[need.pk, "complaint"]), data)
    page = answer.content.decode()
    assert (answer.status_code, 'id="errsum"' in page, data["words"] in page, snapshot() == before) == (422, True, True, True)


def test_the_case_says_who_took_it_down(client, coordinator, street_official, need):
    follow_up = take(coordinator, need)
    cast.sign_in(client, street_official)
    page = client.get(reverse("follow_up", args=[follow_up.pk])).content.decode()
    assert ("电话代录" in page, coordinator.name in page) == (True, True)
