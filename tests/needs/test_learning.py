"""What is remembered of answers: counted anew at night, a no never counts against anybody, and each sees the own numbers only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from chunshui.matching import acceptance
from chunshui.needs import commands
from chunshui.needs.models import AnswerHabit, Answering
from chunshui.needs.queries.dispatch import answers
from chunshui.needs.states import OfferSource, OfferState, State
from tests.factories import needs as make
from tests.factories import people

pytestmark = pytest.mark.django_db


def asked(community, who, now, state, days=10, **more):
    sent = now - timedelta(days=days)
    need = make.need(people.person(community), state=State.RATED)
    return make.offer(need, who, state=state, sent_at=sent, answer_by=sent + timedelta(hours=2), **more)


def first(who):
    return Answering.objects.get(volunteer=who).first


def test_learn_answers_counts_what_half_a_year_says(community, helper, now):
    for state, many in ((OfferState.ACCEPTED, 3), (OfferState.DECLINED, 2), (OfferState.EXPIRED, 1)):
        for _ in range(many):
            asked(community, helper, now, state)
    asked(community, helper, now, OfferState.ACCEPTED, days=200)
    asked(community, helper, now, OfferState.ACCEPTED, source=OfferSource.CLAIM)
    for state in (OfferState.OPEN, OfferState.WITHDRAWN, OfferState.FILLED):
        asked(community, helper, now, state)
    assert commands.learn_answers(now=now) == 1
    row = Answering.objects.get()
    assert (row.asked, row.answered, row.accepted, row.silent, row.computed_at) == (6, 5, 3, 1, now)


def test_learn_answers_keeps_to_the_sum_of_the_engine(community, helper, now):
    asked(community, helper, now, OfferState.ACCEPTED)
    asked(community, helper, now, OfferState.EXPIRED, days=14)
    commands.learn_answers(now=now)
    faded = acceptance.fading((timedelta(days=14) - timedelta(hours=2)) / timedelta(days=1))
    own = acceptance.Counts(1.0, 0.0, 1.0, faded)
    expected = acceptance.chance(own, acceptance.habit(own, acceptance.habit_of_district(own)))
    row = Answering.objects.get()
    assert (row.first, row.yes) == (pytest.approx(expected.first), pytest.approx(expected.yes))


def test_a_no_keeps_somebody_where_a_yes_would(community, helper, second_helper, now):
    for _ in range(4):
        asked(community, helper, now, OfferState.DECLINED)
        asked(community, second_helper, now, OfferState.ACCEPTED)
    commands.learn_answers(now=now)
    assert first(helper) == first(second_helper) > answers.UNKNOWN.first


def test_silence_lowers_and_recovers_with_time(community, helper, now):
    asked(community, helper, now, OfferState.EXPIRED, days=1)
    commands.learn_answers(now=now)
    fresh = first(helper)
    commands.learn_answers(now=now + timedelta(days=60))
    assert fresh < first(helper) < answers.UNKNOWN.first + 0.01


def test_learn_answers_forgets_after_half_a_year_and_twice_is_once(community, helper, now):
    asked(community, helper, now, OfferState.EXPIRED)
    commands.learn_answers(now=now)
    commands.learn_answers(now=now + timedelta(minutes=1))
    assert (Answering.objects.count(), AnswerHabit.objects.count()) == (1, 2)
    assert commands.learn_answers(now=now + timedelta(days=190)) == 0
    assert Answering.objects.count() == 0


def test_nothing_is_kept_of_who_was_erased(community, helper, now):
    asked(community, helper, now, OfferState.ACCEPTED)
    commands.learn_answers(now=now)
    type(helper).objects.filter(pk=helper.pk).update(erased_at=now)
    commands.forget_resident(resident_id=helper.pk, now=now)
    assert Answering.objects.count() == 0
    assert (commands.learn_answers(now=now), Answering.objects.count()) == (0, 0)


def test_people_of_a_silent_community_are_expected_to_answer_less(community, elsewhere, helper, now):
    for _ in range(40):
        asked(community, helper, now, OfferState.EXPIRED)
        asked(elsewhere, people.volunteer(elsewhere), now, OfferState.ACCEPTED)
    commands.learn_answers(now=now)
    here, there, nowhere = answers.usual([community.pk, elsewhere.pk, None])
    assert here.yes < nowhere.yes < there.yes
    assert here.first < there.first


def test_my_answers_shows_the_own_numbers_and_nobody_elses(client, community, helper, second_helper, now):
    for state in (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED):
        asked(community, helper, now, state)
    commands.learn_answers(now=now)
    people.sign_in(client, helper)
    page = client.get(reverse("my_answers")).content.decode()
    assert "3 次" in page
    assert "2 次，其中 1 次能去" in page
    assert "不影响以后先问您" in page
    people.sign_in(client, second_helper)
    assert "还没有记下什么" in client.get(reverse("my_answers")).content.decode()


def test_my_answers_in_english(client, community, helper, now):
    asked(community, helper, now, OfferState.ACCEPTED)
    commands.learn_answers(now=now)
    people.sign_in(client, helper)
    page = client.get(reverse("my_answers") + "?lang=en", follow=True).content.decode()
    assert "A no is an answer like a yes" in page


def test_my_answers_asks_a_stranger_to_sign_in(client, db):
    assert client.get(reverse("my_answers")).status_code == 302
